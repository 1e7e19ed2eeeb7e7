"""Sentences for people: codes, states and next steps in the reader's language."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from schemas.channels import Quota
from schemas.codes import WORDS, Code
from schemas.decisions import Choice
from schemas.deliveries import Aim
from schemas.envelope import Parameters
from schemas.moderation import Action
from services.kit.languages import Language, language
from services.planner.domain import times
from services.planner.domain.comments import CommentState
from services.planner.domain.shown import Outcome, Step

_FOLDER = Path(__file__).parent / "locale"

STATES = {
    "draft": "Draft",
    "submitted": "Waits for approval",
    "approved": "Approved",
    "missed": "Missed – not approved in time",
    "withdrawn": "Withdrawn",
    "scheduled": "Scheduled",
    "attempted": "Being sent",
    "waiting": "Tries again",
    "uncertain": "Uncertain",
    "held": "Held",
    "published": "Published",
    "correcting": "Being corrected",
    "corrected": "Corrected",
    "retracting": "Being taken away",
    "retracted": "Taken away",
    "failed": "Failed",
    "expired": "Too late – not sent",
    "cancelled": "Cancelled",
}
"""What a status is called where people see it."""

COMMENTS = {
    CommentState.OPEN: "Open",
    CommentState.ANSWERED: "Answered",
    CommentState.HIDE_ASKED: "Being hidden",
    CommentState.HIDDEN: "Hidden",
    CommentState.HIDE_FAILED: "Not hidden",
    CommentState.REMOVED: "Removed by others",
}
"""What a comment's state is called where people see it."""

MODERATIONS: dict[tuple[Action, Literal["asked", "applied", "failed"]], str] = {
    ("hide", "asked"): "The channel is asked to hide it.",
    ("hide", "applied"): "The channel has hidden it.",
    ("hide", "failed"): "The channel has not hidden it.",
    ("unhide", "asked"): "The channel is asked to show it again.",
    ("unhide", "applied"): "The channel shows it again.",
    ("unhide", "failed"): "The channel has not shown it again.",
    ("pin", "asked"): "The channel is asked to pin it at the top.",
    ("pin", "applied"): "It is pinned at the top.",
    ("pin", "failed"): "The channel has not pinned it.",
    ("unpin", "asked"): "The channel is asked to let it go from the top.",
    ("unpin", "applied"): "It is no longer pinned at the top.",
    ("unpin", "failed"): "The channel has not let it go from the top.",
}
"""What became of what somebody wanted done to a comment or a post."""

STEPS = {
    Step.SUBMIT: "Submit it for approval when it is ready.",
    Step.APPROVE: "Another person reads it and approves it.",
    Step.HAND_OVER: "Nothing to do: the publisher is about to take it in.",
    Step.WAIT: "Nothing to do: it goes out by itself.",
    Step.SEND: "Nothing to do: it is being sent.",
    Step.TRY_AGAIN: "Nothing to do: it is tried again by itself.",
    Step.LOOK_UP: "It is being looked up in the channel, and is never sent twice.",
    Step.FIND_OUT: "Open the channel and look, then say here whether it is there.",
    Step.DECIDE: "Decide: send it now, or give it up. For another time, edit it.",
    Step.CARRY_OUT: "Nothing to do: what was decided is about to be carried out.",
    Step.CORRECT: "Nothing to do: the public text is about to be replaced.",
    Step.TAKE_BACK: "Nothing to do: it is about to be taken away.",
    Step.CHANGE: "What was approved is public. A change replaces it once it has been approved.",
    Step.KEPT: "What is public stays as it is.",
    Step.GONE: "It is not public any more. To use it again, edit it and have it approved.",
    Step.ASK: "Ask ops whether the publisher runs.",
    Step.WITNESS: "Nothing to do: a witness is about to look at the public page.",
    Step.SENT: "Nothing to do: it has been sent. There is no public page of it to look at.",
    Step.MEASURE: "Nothing to do: it is public, a stranger can see it, and numbers follow.",
    Step.LOOK: "Open the link and look.",
    Step.MEND: "Mend what is wrong, then submit and approve it again.",
    Step.NEW_TIME: "Give it a new time, then submit and approve it again.",
    Step.REVIVE: "It does not go out. To use it after all, edit it and have it approved.",
}
"""What happens next, or what a person should do, where a code's own remedy does not say more."""

_BY_REMEDY = {Step.MEND, Step.LOOK, Step.ASK}

STEPS_AT = {
    Step.APPROVE: "Another person reads it and approves it before {time}.",
    Step.HAND_OVER: "Nothing to do: it goes out by itself at {time}.",
    Step.WAIT: "Nothing to do: it goes out by itself at {time}.",
    Step.TRY_AGAIN: "Nothing to do: it is tried again by itself at {time}.",
    Step.LOOK_UP: "It is looked up in the channel at {time}, and is never sent twice.",
}
"""The same, where it is known when."""

QUOTA = "Posts left: {left} of {of} in {hours} hours."

WHY = {
    "missing": "it is missing",
    "string_type": "it has to be text",
    "enum": "it is none of the choices",
    "string_too_long": "it is too long",
    "string_too_short": "it is missing",
    "literal_error": "it is none of the choices",
    "string_pattern_mismatch": "it has characters or a length that are not taken here",
    "string_unicode": "it is not readable text",
    "too_long": "there are too many of them",
    "tuple_type": "it has to be a list",
    "list_type": "it has to be a list",
    "extra_forbidden": "there is no such field",
    "json_invalid": "it is not JSON",
    "model_type": "it has to be an object",
    "model_attributes_type": "it has to be an object",
    "datetime_from_date_parsing": "it is not a time with an offset",
    "datetime_parsing": "it is not a time with an offset",
    "timezone_aware": "it is not a time with an offset",
    "int_parsing": "it has to be a whole number",
    "float_parsing": "it has to be a number",
    "greater_than_equal": "it is too small",
    "less_than_equal": "it is too large",
}
"""Why a field could not be read, by pydantic's name for it."""

UNREADABLE = "it cannot be read"
OTHER_REASONS = ("it is not from a list of ours", "a file is needed")
"""Reasons that are given where the field is read."""

OWN_WORDS = (
    *("draft", "submitted", "approved", "withdrawn", "missed", "author", "approver", "ops"),
    *("scheduled", "attempted", "waiting", "uncertain", "held", "published", "corrected"),
    *("retracted", "failed", "expired", "cancelled", "post", "story", "reel"),
)
"""States, roles and forms as they stand in the middle of a sentence."""

CHOICES: dict[Choice, str] = {
    "there": "It is there",
    "absent": "It is not there",
    "send": "Send it now",
    "drop": "Give it up",
}
"""What can be decided about a delivery."""

MEANINGS: dict[tuple[Choice, Aim], str] = {
    ("there", "publish"): "You have seen the post in the channel. Nothing more is sent; its "
    "address, if it has one, becomes the proof.",
    ("absent", "publish"): "You have looked, and the post is not in the channel. It is sent again, "
    "unless it is too late by then. If it is there after all, it stands there twice.",
    ("send", "publish"): "The post goes out at once.",
    ("send", "correct"): "The public text is replaced at once.",
    ("send", "retract"): "The channel is asked once more to take it away.",
    ("drop", "publish"): "The post does not go out there. To use it after all, edit it and have "
    "it approved.",
    ("drop", "correct"): "What is public stays as it is. To correct it after all, edit the post "
    "and have it approved.",
    ("drop", "retract"): "It stays public there, until somebody takes it away in the channel "
    "itself.",
}
"""What a choice does, by what the delivery is at."""

DROPPED_UNSEEN = (
    "Nobody looks for it any more, and nothing more is sent. If it is in the channel after all, it "
    "stays there unwatched."
)
"""What giving it up means where nobody knows whether it is public."""


def speak(code: str) -> Language:
    """Load the planner's own words in a language."""
    return language(code, _FOLDER)


def sentence(code: Code, parameters: Parameters, speech: Language) -> str:
    """Say what a code means here."""
    return speech(WORDS[code].sentence).format_map(_spoken(code, parameters, speech))


def remedy(code: Code, parameters: Parameters, speech: Language) -> str:
    """Say what to do about it."""
    return speech(WORDS[code].remedy).format_map(_spoken(code, parameters, speech))


def state(name: str, speech: Language) -> str:
    """Say a status as people call it."""
    return speech(STATES.get(name, name))


def step(outcome: Outcome, zone: str, speech: Language) -> str:
    """Say what happens next with a variant."""
    said = outcome.problem
    if said and (outcome.step in _BY_REMEDY or said.code is Code.HELD_FOR_ALERT):
        return remedy(said.code, said.parameters, speech)
    if outcome.next_at is not None and outcome.step in STEPS_AT:
        return speech(STEPS_AT[outcome.step], time=spoken_time(outcome.next_at, zone))
    return speech(STEPS[outcome.step])


def meaning(choice: Choice, aim: Aim, status: str, speech: Language) -> str:
    """Say what a decision does."""
    if choice == "drop" and status == "uncertain":
        return speech(DROPPED_UNSEEN)
    return speech(MEANINGS[choice, aim])


def spoken_time(moment: datetime, zone: str) -> str:
    """Say an instant as a person reads a clock."""
    return times.local(moment.replace(microsecond=0), zone).replace("T", " ")


def _spoken(code: Code, parameters: Parameters, speech: Language) -> "_Patient":
    """Translate parameters that are words of ours; leave a sentence whole if one is missing."""
    spoken: dict[str, str | int] = dict(parameters)
    for name in ("state", "wanted", "role", "form"):
        if name in spoken:
            spoken[name] = speech(str(spoken[name]))
    if code is Code.BODY_UNREADABLE and "why" in spoken:
        spoken["why"] = speech(str(spoken["why"]))
    return _Patient(spoken)


class _Patient(dict[str, str | int]):
    """Fills what nobody gave with a dash: a fact of an older teller must not stop a page."""

    def __missing__(self, name: str) -> str:
        return "–"


def quota(quota: Quota, speech: Language) -> str:
    """Say how many more posts a channel takes."""
    hours = f"{quota.per / timedelta(hours=1):g}"
    return speech(QUOTA, left=quota.left, of=quota.of, hours=hours)
