"""Every code that a fact or an answer may carry, with its English sentence and what to do about it.

Facts carry codes and parameters. Sentences are made for the reader, in Swedish or English, at the
edge; the Swedish ones are in `schemas/locale/sv.po`.
"""

from enum import StrEnum
from typing import NamedTuple


class Code(StrEnum):
    """A reason, in one word that never changes."""

    # writing
    BODY_UNREADABLE = "body_unreadable"
    NO_VARIANTS = "no_variants"
    VARIANT_TWICE = "variant_twice"
    UNKNOWN_CHANNEL = "unknown_channel"
    TEXT_EMPTY = "text_empty"
    TEXT_TOO_LONG = "text_too_long"
    TITLE_NOT_TAKEN = "title_not_taken"
    LINK_UNREADABLE = "link_unreadable"
    TOO_MANY_LINKS = "too_many_links"
    TOO_MANY_HASHTAGS = "too_many_hashtags"
    TOO_MANY_PICTURES = "too_many_pictures"
    TOO_FEW_PICTURES = "too_few_pictures"
    FORM_NOT_TAKEN = "form_not_taken"
    STORY_WITH_WORDS = "story_with_words"
    STORY_NOT_ONE = "story_not_one"
    REEL_WITHOUT_VIDEO = "reel_without_video"
    VIDEO_NOT_TAKEN = "video_not_taken"
    VIDEO_WITH_PICTURES = "video_with_pictures"
    VIDEO_LENGTH = "video_length"
    VIDEO_NOT_UPRIGHT = "video_not_upright"
    VIDEO_TOO_LARGE = "video_too_large"
    VIDEO_UNUSED = "video_unused"
    VIDEO_UNKNOWN = "video_unknown"
    VIDEO_UNREADABLE = "video_unreadable"
    DESCRIPTION_MISSING = "description_missing"
    ALT_MISSING = "alt_missing"
    ALT_TOO_LONG = "alt_too_long"
    PICTURE_UNKNOWN = "picture_unknown"
    PICTURE_UNREADABLE = "picture_unreadable"
    PICTURE_TOO_LARGE = "picture_too_large"
    ANSWER_ALONE = "answer_alone"
    COMMENT_UNKNOWN = "comment_unknown"
    COMMENT_ELSEWHERE = "comment_elsewhere"
    TIME_UNREADABLE = "time_unreadable"
    TIME_WITHOUT_ZONE = "time_without_zone"
    TIME_SKIPPED = "time_skipped"
    TIME_DOUBLED = "time_doubled"
    TIME_PAST = "time_past"
    QUOTA_FULL = "quota_full"
    ZONE_UNKNOWN = "zone_unknown"
    # writing an alert
    TEMPLATE_UNKNOWN = "template_unknown"
    FIELD_UNKNOWN = "field_unknown"
    FIELD_EMPTY = "field_empty"
    FIELD_TOO_LONG = "field_too_long"
    FIELD_UNREADABLE = "field_unreadable"
    FIELD_PASSED = "field_passed"
    FIELDS_CONTRADICT = "fields_contradict"
    SWEDISH_MISSING = "swedish_missing"
    INFO_EMPTY = "info_empty"
    AREA_MISSING = "area_missing"
    AREA_UNKNOWN = "area_unknown"
    CODES_CONTRADICT = "codes_contradict"
    EXPIRES_EARLY = "expires_early"
    ALERT_EXPIRED = "alert_expired"
    NUMBER_MISSING = "number_missing"
    HOUR_MISSING = "hour_missing"
    MARK_MISSING = "mark_missing"
    MARK_FALSE = "mark_false"
    WORD_RESERVED = "word_reserved"
    # deciding
    SIGN_IN_NEEDED = "sign_in_needed"
    LINK_USED = "link_used"
    NOT_ALLOWED = "not_allowed"
    OWN_APPROVAL = "own_approval"
    POST_NOT_FOUND = "post_not_found"
    COMMENT_NOT_FOUND = "comment_not_found"
    PAGE_NOT_FOUND = "page_not_found"
    WRONG_STATE = "wrong_state"
    POST_MISSED = "post_missed"
    ALREADY_PUBLIC = "already_public"
    UNDER_WAY = "under_way"
    DECISION_STALE = "decision_stale"
    DECISION_UNFIT = "decision_unfit"
    DECISION_EARLY = "decision_early"
    DECISION_TAKEN = "decision_taken"
    ADDRESS_FOREIGN = "address_foreign"
    STILL_PAUSED = "still_paused"
    STILL_HELD = "still_held"
    APPROVAL_UNSEEN = "approval_unseen"
    APPROVAL_STALE = "approval_stale"
    CHANGED_MEANWHILE = "changed_meanwhile"
    KEY_REUSED = "key_reused"
    KEY_UNREADABLE = "key_unreadable"
    TOO_LARGE = "too_large"
    FOREIGN_ORIGIN = "foreign_origin"
    BROKER_AWAY = "broker_away"
    CATCHING_UP = "catching_up"
    PUBLISHING_CHANGED = "publishing_changed"
    TOO_MANY_PAUSES = "too_many_pauses"
    PARKED_NOT_FOUND = "parked_not_found"
    # delivering
    CHANNEL_UNREACHABLE = "channel_unreachable"
    CHANNEL_THROTTLED = "channel_throttled"
    CHANNEL_BUSY = "channel_busy"
    CHANNEL_PREPARING = "channel_preparing"
    CHANNEL_REFUSED = "channel_refused"
    CREDENTIALS_REFUSED = "credentials_refused"
    PERMISSION_MISSING = "permission_missing"
    ACCOUNT_RESTRICTED = "account_restricted"
    VERSION_ENDED = "version_ended"
    TOKEN_ENDS = "token_ends"  # noqa: S105  # no token, but what is said of one
    NEARLY_THROTTLED = "nearly_throttled"
    PICTURE_LOST = "picture_lost"
    VIDEO_LOST = "video_lost"
    PICTURE_UNFETCHED = "picture_unfetched"
    ANSWER_LOST = "answer_lost"
    ANSWER_UNCLEAR = "answer_unclear"
    SENDER_SILENT = "sender_silent"
    SENDER_SLOW = "sender_slow"
    ORDER_WITHDRAWN = "order_withdrawn"
    ORDER_LOST = "order_lost"
    ORDER_UNHEARD = "order_unheard"
    DECISION_UNHEARD = "decision_unheard"
    DROPPED = "dropped"
    PUBLISHING_PAUSED = "publishing_paused"
    HELD_FOR_ALERT = "held_for_alert"
    CORRECTION_UNABLE = "correction_unable"
    RETRACTION_UNABLE = "retraction_unable"
    RECIPIENTS_REFUSED = "recipients_refused"
    ANSWERS_NOT_TAKEN = "answers_not_taken"
    COMMENT_GONE = "comment_gone"
    POST_GONE = "post_gone"
    MODERATION_UNABLE = "moderation_unable"
    RESTORED = "restored"
    STRANGER = "stranger"
    TWIN = "twin"
    PUBLIC_AFTER_ALL = "public_after_all"
    # signing in a crisis
    OFFICER_UNKNOWN = "officer_unknown"
    SIGNING_KEY_UNKNOWN = "signing_key_unknown"
    SIGNING_KEY_ENDED = "signing_key_ended"
    STATEMENT_ALTERED = "statement_altered"
    CLOCK_AHEAD = "clock_ahead"
    CLOCK_BEHIND = "clock_behind"
    NONCE_UNFIT = "nonce_unfit"
    NONCE_USED = "nonce_used"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGN_IN_PAUSED = "sign_in_paused"
    SESSION_ENDED = "session_ended"
    ENVELOPE_WRONG = "envelope_wrong"
    ENVELOPE_USED = "envelope_used"
    # other people's alerts
    DOOR_SHUT = "door_shut"
    SENDER_UNKNOWN = "sender_unknown"
    TOO_MANY_MESSAGES = "too_many_messages"
    MESSAGE_HALTED = "message_halted"
    NOT_WRITTEN_DOWN = "not_written_down"
    # witnessing
    PAGE_GONE = "page_gone"
    PAGE_WITHOUT_TEXT = "page_without_text"
    PAGE_UNREACHABLE = "page_unreachable"
    # alerting: where, and what others say
    POINT_UNREADABLE = "point_unreadable"
    POINT_OUTSIDE = "point_outside"
    POLYGON_SHORT = "polygon_short"
    POLYGON_OPEN = "polygon_open"
    POLYGON_FLAT = "polygon_flat"
    CAP_TOO_LARGE = "cap_too_large"
    CAP_UNREADABLE = "cap_unreadable"
    CAP_DOCTYPE = "cap_doctype"
    CAP_NOT_ALERT = "cap_not_alert"
    CAP_MISSING = "cap_missing"
    CAP_MISPLACED = "cap_misplaced"
    CAP_VALUE = "cap_value"
    CAP_TIME = "cap_time"
    CAP_CONTRADICTION = "cap_contradiction"
    CAP_EXPIRED = "cap_expired"
    # plumbing
    MESSAGE_UNREADABLE = "message_unreadable"
    MESSAGE_ABANDONED = "message_abandoned"
    SIGNATURE_WRONG = "signature_wrong"
    # the siren
    ALERT_NOT_FOUND = "alert_not_found"
    ALERT_OUT = "alert_out"
    ALERT_NOT_OUT = "alert_not_out"
    ALERT_OVER = "alert_over"
    ALERT_DROPPED = "alert_dropped"
    ALERT_CHANGED = "alert_changed"
    CONTENT_OTHER = "content_other"
    OWN_CONFIRMATION = "own_confirmation"
    SOLO_NOT_ALLOWED = "solo_not_allowed"
    NOTHING_TO_REVIEW = "nothing_to_review"
    REFERENCE_TAKEN = "reference_taken"
    STATEMENT_USED = "statement_used"
    TOO_MANY_DRAFTS = "too_many_drafts"
    MEMORY_FULL = "memory_full"
    HOLD_NOT_ON = "hold_not_on"
    FORM_STALE = "form_stale"
    DRAFT_GONE = "draft_gone"
    COUNT_WRONG = "count_wrong"
    CHANNELS_MISSING = "channels_missing"
    LANE_WRONG = "lane_wrong"
    NO_EXERCISE = "no_exercise"
    WORDS_MISSING = "words_missing"


class Words(NamedTuple):
    """What a code means and what to do, with `{parameters}` to fill in."""

    sentence: str
    remedy: str


WORDS: dict[Code, Words] = {
    Code.BODY_UNREADABLE: Words(
        "The request could not be read: {where} – {why}.",
        "Correct that field and send it again; nothing has been saved.",
    ),
    Code.NO_VARIANTS: Words(
        "The post has no text for any channel.", "Write it for at least one channel."
    ),
    Code.VARIANT_TWICE: Words(
        "The channel {channel} stands twice in the post.", "Keep one text for each channel."
    ),
    Code.UNKNOWN_CHANNEL: Words(
        "There is no channel called {channel}.", "Choose one of: {channels}."
    ),
    Code.TEXT_EMPTY: Words("The text for {channel} is empty.", "Write the text, or leave it out."),
    Code.TEXT_TOO_LONG: Words(
        "The text for {channel} counts {length} characters there; {limit} is the most.",
        "Shorten it by at least {excess} characters.",
    ),
    Code.TITLE_NOT_TAKEN: Words(
        "{channel} shows no title.", "Leave the title out, or make it the first line of the text."
    ),
    Code.LINK_UNREADABLE: Words(
        "The link {link} is not a web address.", "Write it in full, beginning with https://."
    ),
    Code.TOO_MANY_LINKS: Words(
        "{channel} takes {limit} links in a post; this has {count}.", "Take some of them away."
    ),
    Code.TOO_MANY_HASHTAGS: Words(
        "{channel} takes {limit} hashtags in a post; this has {count}.", "Take some of them away."
    ),
    Code.TOO_MANY_PICTURES: Words(
        "{channel} takes {limit} pictures; this has {count}.", "Take some of them away."
    ),
    Code.TOO_FEW_PICTURES: Words(
        "{channel} takes no post without pictures: at least {limit}; this has {count}.",
        "Add a picture, or leave {channel} out.",
    ),
    Code.FORM_NOT_TAKEN: Words(
        "{channel} does not take a {form}.", "Choose another form, or leave {channel} out."
    ),
    Code.STORY_WITH_WORDS: Words(
        "A story in {channel} shows neither text, title nor link.",
        "Leave the words out, or choose another form.",
    ),
    Code.STORY_NOT_ONE: Words(
        "A story in {channel} is one picture or one video; this has {count}.",
        "Choose one of them, or another form.",
    ),
    Code.REEL_WITHOUT_VIDEO: Words(
        "A reel in {channel} is a video; this has none.", "Add a video, or choose another form."
    ),
    Code.VIDEO_NOT_TAKEN: Words(
        "{channel} takes no video as a {form}.",
        "Take the video away, choose another form, or leave {channel} out.",
    ),
    Code.VIDEO_WITH_PICTURES: Words(
        "The post for {channel} has both pictures and a video.", "Keep one or the other."
    ),
    Code.VIDEO_LENGTH: Words(
        "{channel} takes videos of {least} to {most} seconds; this has {length}.",
        "Cut it, and upload it again.",
    ),
    Code.VIDEO_NOT_UPRIGHT: Words(
        "{channel} takes upright videos alone, nine wide by sixteen tall; this is {shape}.",
        "Cut it to that shape, and upload it again.",
    ),
    Code.VIDEO_TOO_LARGE: Words(
        "The video is too large: {size} where {limit} is the most.",
        "Save it in a lower quality, and upload it again.",
    ),
    Code.VIDEO_UNUSED: Words(
        "The video is not chosen for any channel.",
        "Choose a channel that gets it, or take it away.",
    ),
    Code.VIDEO_UNKNOWN: Words(
        "There is no uploaded video with the digest {digest}.", "Upload it first, then try again."
    ),
    Code.VIDEO_UNREADABLE: Words(
        "The file is not a video that can be used.",
        "Save it as an MP4 with H.264, and send it whole.",
    ),
    Code.DESCRIPTION_MISSING: Words(
        "The video for {channel} has no description.",
        "Describe what it shows and says, for those who cannot see it.",
    ),
    Code.ALT_MISSING: Words(
        "A picture for {channel} has no alternative text.",
        "Describe what the picture shows, for those who cannot see it.",
    ),
    Code.ALT_TOO_LONG: Words(
        "An alternative text for {channel} has {length} characters; {limit} is the most.",
        "Shorten it.",
    ),
    Code.PICTURE_UNKNOWN: Words(
        "There is no uploaded picture with the digest {digest}.", "Upload it first, then try again."
    ),
    Code.PICTURE_UNREADABLE: Words(
        "The file is not a picture that can be used.",
        "Send a whole JPEG, PNG or WebP file.",
    ),
    Code.PICTURE_TOO_LARGE: Words(
        "The picture is too large: {size} where {limit} is the most.",
        "Make it smaller and upload it again.",
    ),
    Code.ANSWER_ALONE: Words(
        "An answer to a comment stands in one channel; this post has {count}.",
        "Write what the other channels shall have as a post of its own.",
    ),
    Code.COMMENT_UNKNOWN: Words(
        "No comment with the id {comment} is known here.",
        "Choose one of those that the list of comments shows.",
    ),
    Code.COMMENT_ELSEWHERE: Words(
        "The comment stands in {other}, not in {channel}.", "Answer it in {other}."
    ),
    Code.TIME_UNREADABLE: Words(
        "{time} is not a time.",
        'Write on_approval, a time with an offset, or {{"local": "2026-11-23T18:30"}}.',
    ),
    Code.TIME_WITHOUT_ZONE: Words(
        "The time {time} says no time zone, so it could mean several moments.",
        'Write {{"local": "{time}"}} for the organisation\'s own zone, or add an offset.',
    ),
    Code.TIME_SKIPPED: Words(
        "The time {time} does not exist in {zone}: the clocks go forward past it.",
        "Choose a time before or after the change.",
    ),
    Code.TIME_DOUBLED: Words(
        "The time {time} comes twice in {zone}: the clocks go back.",
        "Say which one is meant by its offset: {first} or {second}.",
    ),
    Code.TIME_PAST: Words(
        "The time {time} for {channel} has passed.", "Choose a later time, or on_approval."
    ),
    Code.QUOTA_FULL: Words(
        "{channel} takes {limit} posts in {hours} hours, and what is approved or public already "
        "leaves no room for this one.",
        "Choose a later time, or withdraw another post.",
    ),
    Code.ZONE_UNKNOWN: Words(
        "There is no time zone called {zone}.", "Write it like Europe/Stockholm."
    ),
    Code.TEMPLATE_UNKNOWN: Words(
        "There is no template called {template}.", "Choose one of those that are offered."
    ),
    Code.FIELD_UNKNOWN: Words(
        "The template has no field called {field}.", "Leave it out, or choose another template."
    ),
    Code.FIELD_EMPTY: Words("The field {field} is empty.", "Fill it in."),
    Code.FIELD_TOO_LONG: Words(
        "The field {field} has {length} characters; {limit} is the most.", "Say it in fewer words."
    ),
    Code.FIELD_UNREADABLE: Words(
        "What stands in the field {field} cannot be used there.",
        "Write it as the example beside the field shows.",
    ),
    Code.FIELD_PASSED: Words(
        "The time {time} in the field {field} has passed.",
        "Write a later time, with its day where it is not today.",
    ),
    Code.FIELDS_CONTRADICT: Words(
        "The fields {field} and {other} say the same, and must not.", "Change one of them."
    ),
    Code.SWEDISH_MISSING: Words(
        "The alert says nothing in Swedish, or not first.", "Write it in Swedish, then in English."
    ),
    Code.INFO_EMPTY: Words(
        "The part {part} of the text in {language} is empty.", "Write it, in a few words."
    ),
    Code.AREA_MISSING: Words(
        "The alert does not say where it holds.", "Choose at least one county or municipality."
    ),
    Code.AREA_UNKNOWN: Words(
        "There is no county or municipality with the code {area}.",
        "Choose it from the list, by its name.",
    ),
    Code.CODES_CONTRADICT: Words(
        "The alert contradicts itself: {first} does not go with {second}.",
        "Begin from the template again, which sets both.",
    ),
    Code.EXPIRES_EARLY: Words(
        "The alert would end at {time}, before it is written.", "Let it hold for longer."
    ),
    Code.ALERT_EXPIRED: Words(
        "The alert was to end at {time}, and that has passed.", "Write a new one."
    ),
    Code.NUMBER_MISSING: Words(
        "The text for {channel} does not name the alert's number, {reference}.",
        "Write the number in the text again.",
    ),
    Code.HOUR_MISSING: Words(
        "The text for {channel} does not name the alert's time, {time}.",
        "Write the time in the text again.",
    ),
    Code.MARK_MISSING: Words(
        "The text for {channel} does not begin and end with {word}.",
        "Begin and end the text with {word}; begin titles and descriptions of pictures with it.",
    ),
    Code.MARK_FALSE: Words(
        "This is a real alert, but its text says {word}.", "Take the word away."
    ),
    Code.WORD_RESERVED: Words(
        "The text says {word}, which is what the national warning system alone calls itself.",
        "Take the word away.",
    ),
    Code.SIGN_IN_NEEDED: Words(
        "It is not known who you are.",
        "Sign in with a new one-time link, or send your token as: Authorization: Bearer …",
    ),
    Code.LINK_USED: Words(
        "The sign-in link has been used already or is too old.",
        "Ask for a new one: budkavle sign-in.",
    ),
    Code.NOT_ALLOWED: Words(
        "Your roles do not allow this.", "Ask somebody with the role {role} to do it."
    ),
    Code.OWN_APPROVAL: Words(
        "You have written in this post, so you cannot approve it.",
        "Ask a colleague with the role approver.",
    ),
    Code.POST_NOT_FOUND: Words("There is no such post.", "Look for it in the list of posts."),
    Code.COMMENT_NOT_FOUND: Words(
        "There is no such comment.", "Look for it in the list of comments."
    ),
    Code.PAGE_NOT_FOUND: Words("There is nothing at this address.", "See /docs for what there is."),
    Code.WRONG_STATE: Words(
        "This cannot be done while the post is {state}.", "It can be done when it is {wanted}."
    ),
    Code.POST_MISSED: Words(
        "The post was not approved before its time, {time}.",
        "Give it a new time and submit it again.",
    ),
    Code.ALREADY_PUBLIC: Words(
        "The post is public in {channel}, so that channel cannot be left out of it.",
        "Keep a text for it, or withdraw the post and leave the channel out when it is taken away.",
    ),
    Code.UNDER_WAY: Words(
        "{channel} is just being called, or it is not known yet how that went.",
        "Try again in a moment; if it stays uncertain, look in the channel and decide.",
    ),
    Code.DECISION_STALE: Words(
        "The delivery in {channel} has gone on since you looked.", "Look again, then decide."
    ),
    Code.DECISION_UNFIT: Words(
        "That cannot be decided about {channel}: the delivery is {state} there.",
        "Look again; the post's page shows what can be decided.",
    ),
    Code.DECISION_EARLY: Words(
        "A late answer from {channel} may still make the post public there, until {time}.",
        "Look in the channel after that, then decide.",
    ),
    Code.DECISION_TAKEN: Words(
        "{person} has already decided about {channel}.",
        "Wait for the publisher to carry it out.",
    ),
    Code.ADDRESS_FOREIGN: Words(
        "{url} is not the address of a post in {channel}; those begin with {address}.",
        "Open the post in the channel and copy its address.",
    ),
    Code.STILL_PAUSED: Words(
        "Publishing is still paused there: {why}.", "Resume first, then decide."
    ),
    Code.STILL_HELD: Words(
        "Normal posts are held for an alert: {why}.",
        "The duty officer releases them. Nothing on this desk lifts the hold; decide after that.",
    ),
    Code.APPROVAL_UNSEEN: Words(
        "The approval does not say which content it is for.",
        "Read the post and send its ETag as If-Match.",
    ),
    Code.APPROVAL_STALE: Words(
        "The post has changed since you read it.", "Read it again, then decide."
    ),
    Code.CHANGED_MEANWHILE: Words(
        "Somebody else changed the post at the same moment.", "Read it again, then decide."
    ),
    Code.KEY_REUSED: Words(
        "This Idempotency-Key was used for another request.", "Use a new key for a new request."
    ),
    Code.KEY_UNREADABLE: Words(
        "The Idempotency-Key has to be 1 to 200 printable characters.", "Send another key."
    ),
    Code.TOO_LARGE: Words(
        "The request is larger than {limit} bytes.", "Send less; nothing has been saved."
    ),
    Code.FOREIGN_ORIGIN: Words(
        "The form was not sent from this site.", "Open the week board and do it there."
    ),
    Code.BROKER_AWAY: Words(
        "The message broker does not answer, so it is not known that anything was saved.",
        "Try again in a moment; with the same Idempotency-Key nothing is done twice.",
    ),
    Code.CATCHING_UP: Words(
        "The planner has just started and is still reading its memory.", "Try again in a moment."
    ),
    Code.PUBLISHING_CHANGED: Words(
        "Somebody has paused or resumed since you looked.", "Look at the pauses again, then decide."
    ),
    Code.TOO_MANY_PAUSES: Words(
        "There are {limit} pauses already, and there may not be more.",
        "Lift some that are no longer needed, or pause everything.",
    ),
    Code.PARKED_NOT_FOUND: Words(
        "There is no such parked message.", "Look for it in the list of parked messages."
    ),
    Code.CHANNEL_UNREACHABLE: Words(
        "{channel} could not be reached; nothing was sent.",
        "Nothing to do yet: it is tried again by itself.",
    ),
    Code.CHANNEL_THROTTLED: Words(
        "{channel} asks us to wait; nothing was published.",
        "Nothing to do yet: it is tried again when the channel allows.",
    ),
    Code.CHANNEL_BUSY: Words(
        "{channel} has trouble of its own ({status}); nothing was published.",
        "Nothing to do yet: it is tried again by itself.",
    ),
    Code.CHANNEL_PREPARING: Words(
        "{channel} is still taking in what the post shows; nothing is public yet.",
        "Nothing to do: it goes out as soon as that is done.",
    ),
    Code.CHANNEL_REFUSED: Words(
        "{channel} refused the post: {why}.",
        "Change what it complains about, then submit and approve it again.",
    ),
    Code.CREDENTIALS_REFUSED: Words(
        "{channel} does not accept our credentials.",
        "Ask ops to renew the channel's token; it is tried again until it is too late.",
    ),
    Code.PERMISSION_MISSING: Words(
        "{channel} knows us but does not let us do this: {why}.",
        "Ask ops to give our account the role and the permissions that the channel needs; "
        "it is tried again until it is too late.",
    ),
    Code.ACCOUNT_RESTRICTED: Words(
        "{channel} has restricted our account: {why}.",
        "Ask the account's owner to see what the platform says there; "
        "it is tried again until it is too late.",
    ),
    Code.VERSION_ENDED: Words(
        "{channel} no longer takes calls by version {version} of its interface; nothing was sent.",
        "Ask ops to write a version that still lives as the channel's `version`, "
        "or to update Budkavle; it is tried again until it is too late.",
    ),
    Code.TOKEN_ENDS: Words(
        "The token of {channel} stops working {date}.",
        "Ask ops to make a new one and to put it in place with: budkavle channel renew.",
    ),
    Code.NEARLY_THROTTLED: Words(
        "{channel} has given us {percent} % of the calls that it allows, so we slow down.",
        "Nothing to do: it goes on by itself, a little later.",
    ),
    Code.PICTURE_LOST: Words(
        "A picture of the post could not be read back whole.",
        "Upload the picture again, then submit and approve the post again.",
    ),
    Code.VIDEO_LOST: Words(
        "The video of the post could not be read back whole.",
        "Upload the video again, then submit and approve the post again.",
    ),
    Code.PICTURE_UNFETCHED: Words(
        "{channel} could not fetch the post's pictures or video from us: {why}.",
        "Ask ops whether the publisher's media_url can be reached from the internet; "
        "it is tried again until it is too late.",
    ),
    Code.ANSWER_LOST: Words(
        "{channel} did not answer, so the post may or may not be public there.",
        "Look in the channel. It is being looked up and is never sent twice.",
    ),
    Code.ANSWER_UNCLEAR: Words(
        "{channel} answered unclearly ({status}), so the post may or may not be public there.",
        "Look in the channel. It is being looked up and is never sent twice.",
    ),
    Code.SENDER_SILENT: Words(
        "The publisher stopped in the middle of sending to {channel}.",
        "Look in the channel. It is being looked up and is never sent twice.",
    ),
    Code.SENDER_SLOW: Words(
        "Sending to {channel} took too long before it began; nothing was sent.",
        "Nothing to do yet: it is tried again by itself.",
    ),
    Code.ORDER_WITHDRAWN: Words(
        "The post was withdrawn before it went out in {channel}.",
        "To use it after all, edit it and have it approved.",
    ),
    Code.ORDER_LOST: Words(
        "The approval of the post for {channel} cannot be found any more.",
        "Nothing was sent. Submit and approve the post again, and tell ops.",
    ),
    Code.ORDER_UNHEARD: Words(
        "The publisher has not taken the approved post in for {channel}.",
        "Ask ops whether the publisher runs; nothing is lost, it goes out when it does.",
    ),
    Code.DECISION_UNHEARD: Words(
        "The publisher has not yet carried out what was decided for {channel}.",
        "Ask ops whether the publisher runs; it is carried out when it does.",
    ),
    Code.DROPPED: Words(
        "{person} decided that it shall not go out in {channel}.",
        "To use it after all, edit it and have it approved.",
    ),
    Code.PUBLISHING_PAUSED: Words(
        "Its time came while publishing was paused: {why}.",
        "Decide whether it shall go out now or not at all.",
    ),
    Code.HELD_FOR_ALERT: Words(
        "Its time came while {person} held all normal posts for an alert: {why}.",
        "When the duty officer has released them, read it again and decide: send it or drop it.",
    ),
    Code.CORRECTION_UNABLE: Words(
        "{channel} cannot change what is already public.",
        "Withdraw the post there and publish it anew, or mend it in the channel itself.",
    ),
    Code.RETRACTION_UNABLE: Words(
        "{channel} cannot take back what is already public.",
        "Take it away in the channel itself.",
    ),
    Code.RECIPIENTS_REFUSED: Words(
        "{channel} refused {count} of the recipients. The others have it.",
        "Go through the list of recipients; some of them may have left.",
    ),
    Code.ANSWERS_NOT_TAKEN: Words(
        "{channel} takes no answers to comments from here.",
        "Answer in the channel itself, or write a post of its own.",
    ),
    Code.COMMENT_GONE: Words(
        "The comment is no longer there in {channel}.",
        "There is nothing left to do, unless you want to say it in a post of its own.",
    ),
    Code.POST_GONE: Words(
        "The post is no longer there in {channel}.",
        "Look in the channel who took it away, if it was not us.",
    ),
    Code.MODERATION_UNABLE: Words(
        "{channel} does not let us do that from here.",
        "Do it in the channel itself.",
    ),
    Code.RESTORED: Words(
        "The system was restored from a copy, so the post may have gone out in {channel} since.",
        "Look in the channel. It is being looked up and is never sent twice.",
    ),
    Code.STRANGER: Words(
        "There is a post on our account in {channel} that did not come from here.",
        "Open it. If none of us wrote it, change the account's password and token now.",
    ),
    Code.TWIN: Words(
        "The same post stands twice in {channel}.",
        "Open both and take one away in the channel itself.",
    ),
    Code.PUBLIC_AFTER_ALL: Words(
        "A post that counts as not published stands in {channel}.",
        "Open it and decide: keep it, or take it away in the channel itself.",
    ),
    Code.OFFICER_UNKNOWN: Words(
        "There is no duty officer called {officer}.",
        "Check the id; ops add officers with: python -m services.provision officers add.",
    ),
    Code.SIGNING_KEY_UNKNOWN: Words(
        "The key that signed is not one of {officer}'s.",
        "Use the key file that you were given last, or ask ops for a new one.",
    ),
    Code.SIGNING_KEY_ENDED: Words(
        "The key that signed is no longer {officer}'s.",
        "Use the key file that you were given last, or ask ops for a new one.",
    ),
    Code.STATEMENT_ALTERED: Words(
        "What is said in {officer}'s name is not what {officer} signed.",
        "Open the alert again and sign what it says now. If it happens again, phone ops: "
        "somebody may be in between.",
    ),
    Code.CLOCK_AHEAD: Words(
        "The clock that you signed by is {seconds} seconds ahead of ours; "
        "at most {limit} are taken.",
        "Set the clock of your device and sign again.",
    ),
    Code.CLOCK_BEHIND: Words(
        "The clock that you signed by is {seconds} seconds behind ours; at most {limit} are taken.",
        "Set the clock of your device and sign again; what was signed long ago is signed anew.",
    ),
    Code.NONCE_UNFIT: Words(
        "The word that makes a signature unlike all others is missing or unfit.",
        "Use our page or our command; a program of your own takes "
        "16 to 64 letters and digits by chance.",
    ),
    Code.NONCE_USED: Words(
        "{officer} has signed something else with the same word before.",
        "Sign again; each signature takes a word of its own.",
    ),
    Code.SIGN_IN_REFUSED: Words(
        "Those do not belong together: name, password, code.",
        "Wait for the next code and try again, "
        "or use a printed code that you have not crossed out.",
    ),
    Code.SIGN_IN_PAUSED: Words(
        "There were too many wrong tries; the next one is heard in {seconds} seconds.",
        "Wait that long. If it is urgent, use the command with your key file, "
        "or phone another officer.",
    ),
    Code.SESSION_ENDED: Words(
        "You are not signed in any more.",
        "Sign in again; what you had written is still there.",
    ),
    Code.ENVELOPE_WRONG: Words(
        "That is not a code from a sealed envelope.",
        "Read it again, four characters at a time.",
    ),
    Code.ENVELOPE_USED: Words(
        "The code from that envelope has been used before.",
        "Open another envelope, or let a second officer sign.",
    ),
    Code.DOOR_SHUT: Words(
        "No alerts are taken here.",
        "Whoever runs the siren opens this door by putting a token into the file cap-in.token.",
    ),
    Code.SENDER_UNKNOWN: Words(
        "It is not known who sends this alert.",
        "Send the token that you were given, as: Authorization: Bearer …",
    ),
    Code.TOO_MANY_MESSAGES: Words(
        "More alerts came in than can be looked at in {seconds} seconds.",
        "Send it again in {seconds} seconds; nothing has come of it yet.",
    ),
    Code.MESSAGE_HALTED: Words(
        "The alert was not there whole within {seconds} seconds.",
        "Send it again; nothing has come of it yet.",
    ),
    Code.NOT_WRITTEN_DOWN: Words(
        "The alert was read and could not be written down.",
        "Send it again in a moment, and phone the duty officer if it is urgent.",
    ),
    Code.PAGE_GONE: Words(
        "The public page answered {status}: a stranger cannot see the post.",
        "Open the link. If the post is gone, find out who removed it.",
    ),
    Code.PAGE_WITHOUT_TEXT: Words(
        "The public page does not show the words of the post.",
        "Open the link and compare it with what was approved.",
    ),
    Code.PAGE_UNREACHABLE: Words(
        "The public page did not answer.",
        "Open the link. If you can see the post, our reader's network is at fault.",
    ),
    Code.POINT_UNREADABLE: Words(
        "{point} is not a point on a map.",
        "Write latitude and longitude in degrees, latitude first, for example 59.30,18.00.",
    ),
    Code.POINT_OUTSIDE: Words(
        "The point {point} does not lie on the globe.",
        "Latitude comes first, from -90 to 90; then longitude, from -180 to 180.",
    ),
    Code.POLYGON_SHORT: Words(
        "The shape on the map has {count} points; {least} is the fewest.",
        "Draw at least a triangle, and end it with its first point.",
    ),
    Code.POLYGON_OPEN: Words(
        "The shape on the map is not closed: it begins at {first} and ends at {last}.",
        "End it with its first point.",
    ),
    Code.POLYGON_FLAT: Words(
        "The shape on the map covers no ground: its points lie in a line, or cross each other.",
        "Draw it anew, point after point around the area.",
    ),
    Code.CAP_TOO_LARGE: Words(
        "The alert from elsewhere is larger than {limit} bytes; it was not read.",
        "Look whom it comes from. If it is real, read it at its sender's.",
    ),
    Code.CAP_UNREADABLE: Words(
        "The alert from elsewhere is not XML that can be read: {why}.",
        "Read it at its sender's, and tell them.",
    ),
    Code.CAP_DOCTYPE: Words(
        "The alert from elsewhere declares a document type, which no alert needs and attacks use.",
        "Look whom it comes from; nothing of it was read.",
    ),
    Code.CAP_NOT_ALERT: Words(
        "What came from elsewhere is not an alert in CAP 1.2 but {found}.",
        "Ask its sender for CAP 1.2.",
    ),
    Code.CAP_MISSING: Words(
        "The alert from elsewhere has no {element}, or an empty one.",
        "Read it at its sender's, and tell them what is missing.",
    ),
    Code.CAP_MISPLACED: Words(
        "The alert from elsewhere has {element} where it may not stand, or once too often.",
        "Read it at its sender's, and tell them.",
    ),
    Code.CAP_VALUE: Words(
        "The alert from elsewhere says {value} as its {element}, which CAP 1.2 does not allow.",
        "Read it at its sender's, and tell them.",
    ),
    Code.CAP_TIME: Words(
        "The alert from elsewhere says {value} as its {element}, which is no time with its offset.",
        "A time in CAP is written like 2026-11-21T09:15:00+01:00; tell its sender.",
    ),
    Code.CAP_CONTRADICTION: Words(
        "The alert from elsewhere contradicts itself: {one}, and yet {other}.",
        "Ask its sender what is meant before anything is said here.",
    ),
    Code.CAP_EXPIRED: Words(
        "The alert from elsewhere expired at {expires}, before it was sent at {sent}.",
        "Ask its sender whether it still holds.",
    ),
    Code.MESSAGE_UNREADABLE: Words(
        "A message to {service} could not be read and was set aside.",
        "Ask ops to look at it; nothing else waits for it.",
    ),
    Code.MESSAGE_ABANDONED: Words(
        "{service} failed {attempts} times at a message and set it aside.",
        "Ask ops to look at the log for {error}; nothing else waits for it.",
    ),
    Code.SIGNATURE_WRONG: Words(
        "{service} refused a message that does not come from where it says: {error}.",
        "Unless a signing key was just revoked, tell those who answer for security at once: "
        "somebody may be inside. What it stopped has to be approved or written anew.",
    ),
    Code.ALERT_NOT_FOUND: Words(
        "There is no such alert.", "Open the list of alerts and choose it there."
    ),
    Code.ALERT_OUT: Words(
        "Something of this alert has gone out, or is about to.",
        "Correct it instead: the correction goes wherever it may have been seen.",
    ),
    Code.ALERT_NOT_OUT: Words(
        "Nothing of this alert has gone out.", "Confirm it first, or give it up."
    ),
    Code.ALERT_OVER: Words("This alert is over or was corrected.", "Write a new alert."),
    Code.ALERT_DROPPED: Words("This alert was given up before it went out.", "Write a new alert."),
    Code.ALERT_CHANGED: Words(
        "Somebody else has acted on this alert meanwhile.",
        "Look at it as it is now, and decide again.",
    ),
    Code.CONTENT_OTHER: Words(
        "What was signed is not exactly what stands there.",
        "Open it again, read it, and sign what you see.",
    ),
    Code.OWN_CONFIRMATION: Words(
        "Whoever wrote an alert cannot be its second person.", "Let another officer confirm it."
    ),
    Code.SOLO_NOT_ALLOWED: Words(
        "This alert may not go out on one person’s word.",
        "Let another officer confirm it, or use the sealed code.",
    ),
    Code.NOTHING_TO_REVIEW: Words(
        "Nothing in this alert waits for a review.", "Nothing needs to be done."
    ),
    Code.REFERENCE_TAKEN: Words(
        "Another alert has the number {reference} already.",
        "Prepare the draft again; it gets the next number.",
    ),
    Code.STATEMENT_USED: Words(
        "This signature was used before, for something else.", "Sign again."
    ),
    Code.TOO_MANY_DRAFTS: Words(
        "{count} alerts wait for a second officer already.", "Confirm or give up those first."
    ),
    Code.MEMORY_FULL: Words(
        "The siren’s disk takes nothing more, so nothing was sent.",
        "Free space on the siren’s disk now; then do it again.",
    ),
    Code.HOLD_NOT_ON: Words("Normal posts are not held.", "Nothing needs to be done."),
    Code.FORM_STALE: Words(
        "This screen is from an earlier visit, so nothing was done.",
        "Go back to the first page and do it from there.",
    ),
    Code.DRAFT_GONE: Words(
        "What stood here is not kept any more.", "Begin again from the first page."
    ),
    Code.COUNT_WRONG: Words(
        "That is not the number of channels.", "Count them above, and write the number again."
    ),
    Code.CHANNELS_MISSING: Words(
        "Nothing is written for any channel.", "Write it for at least one channel."
    ),
    Code.LANE_WRONG: Words(
        "The channel {channel} is not one for this kind of alert.",
        "Exercises and tests go to their own channels alone, and alerts to none of those.",
    ),
    Code.NO_EXERCISE: Words(
        "This alert is not an exercise.", "Score an alert that was issued as an exercise."
    ),
    Code.WORDS_MISSING: Words(
        "Nothing is written, and nothing was prepared for it.", "Write at least a headline."
    ),
}
