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
    # witnessing
    PAGE_GONE = "page_gone"
    PAGE_WITHOUT_TEXT = "page_without_text"
    PAGE_UNREACHABLE = "page_unreachable"
    # plumbing
    MESSAGE_UNREADABLE = "message_unreadable"
    MESSAGE_ABANDONED = "message_abandoned"
    SIGNATURE_WRONG = "signature_wrong"


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
}
