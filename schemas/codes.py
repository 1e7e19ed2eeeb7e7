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
    TOO_MANY_PICTURES = "too_many_pictures"
    ALT_MISSING = "alt_missing"
    ALT_TOO_LONG = "alt_too_long"
    PICTURE_UNKNOWN = "picture_unknown"
    PICTURE_UNREADABLE = "picture_unreadable"
    PICTURE_TOO_LARGE = "picture_too_large"
    TIME_UNREADABLE = "time_unreadable"
    TIME_WITHOUT_ZONE = "time_without_zone"
    TIME_SKIPPED = "time_skipped"
    TIME_DOUBLED = "time_doubled"
    TIME_PAST = "time_past"
    ZONE_UNKNOWN = "zone_unknown"
    # deciding
    SIGN_IN_NEEDED = "sign_in_needed"
    LINK_USED = "link_used"
    NOT_ALLOWED = "not_allowed"
    OWN_APPROVAL = "own_approval"
    POST_NOT_FOUND = "post_not_found"
    PAGE_NOT_FOUND = "page_not_found"
    WRONG_STATE = "wrong_state"
    POST_MISSED = "post_missed"
    ALREADY_PUBLIC = "already_public"
    APPROVAL_UNSEEN = "approval_unseen"
    APPROVAL_STALE = "approval_stale"
    CHANGED_MEANWHILE = "changed_meanwhile"
    KEY_REUSED = "key_reused"
    KEY_UNREADABLE = "key_unreadable"
    TOO_LARGE = "too_large"
    FOREIGN_ORIGIN = "foreign_origin"
    BROKER_AWAY = "broker_away"
    CATCHING_UP = "catching_up"
    # delivering
    CHANNEL_UNREACHABLE = "channel_unreachable"
    CHANNEL_THROTTLED = "channel_throttled"
    CHANNEL_BUSY = "channel_busy"
    CHANNEL_REFUSED = "channel_refused"
    CREDENTIALS_REFUSED = "credentials_refused"
    PICTURE_LOST = "picture_lost"
    ANSWER_LOST = "answer_lost"
    ANSWER_UNCLEAR = "answer_unclear"
    SENDER_SILENT = "sender_silent"
    # witnessing
    PAGE_GONE = "page_gone"
    PAGE_WITHOUT_TEXT = "page_without_text"
    PAGE_UNREACHABLE = "page_unreachable"
    # plumbing
    MESSAGE_UNREADABLE = "message_unreadable"
    MESSAGE_ABANDONED = "message_abandoned"


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
    Code.TOO_MANY_PICTURES: Words(
        "{channel} takes {limit} pictures; this has {count}.", "Take some of them away."
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
    Code.PAGE_NOT_FOUND: Words("There is nothing at this address.", "See /docs for what there is."),
    Code.WRONG_STATE: Words(
        "This cannot be done while the post is {state}.", "It can be done when it is {wanted}."
    ),
    Code.POST_MISSED: Words(
        "The post was not approved before its time, {time}.",
        "Give it a new time and submit it again.",
    ),
    Code.ALREADY_PUBLIC: Words(
        "The post is already public, or on its way out, in {channel}.",
        "Write a new post, or mend it in the channel itself.",
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
    Code.CHANNEL_REFUSED: Words(
        "{channel} refused the post: {why}.",
        "Change what it complains about, then submit and approve it again.",
    ),
    Code.CREDENTIALS_REFUSED: Words(
        "{channel} does not accept our credentials.",
        "Ask ops to renew the channel's token; it is tried again until it is too late.",
    ),
    Code.PICTURE_LOST: Words(
        "A picture of the post could not be read back whole.",
        "Upload the picture again, then submit and approve the post again.",
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
}
