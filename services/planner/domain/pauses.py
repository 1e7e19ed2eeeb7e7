"""Pausing and resuming: which pauses stand, what they cover, and what comes of one more or less."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Literal
from uuid import uuid4

from schemas.codes import Code
from schemas.publishing import Pause, PublishingFact, PublishingPaused, PublishingResumed
from services.planner.domain.people import Person
from services.planner.domain.refusals import Problem, Refusal, refused

Scope = Literal["all", "channel", "label"]

MOST_PAUSES = 100
"""At a time: every one of them is read before every post that goes out."""


def standing(newest: PublishingFact | None) -> tuple[Pause, ...]:
    """Give the pauses that stand, oldest first."""
    return newest.pauses if newest else ()


def covers(scope: Scope, name: str | None, channel: str, labels: Collection[str]) -> bool:
    """Whether a post with these labels is in a scope, in a channel."""
    match scope:
        case "all":
            return True
        case "channel":
            return name == channel
        case "label":
            return name in labels


def covering(pauses: Iterable[Pause], channel: str, labels: Collection[str]) -> Pause | None:
    """Give the oldest pause that holds a post back in a channel; None: it may go out."""
    return next((one for one in pauses if covers(one.scope, one.name, channel, labels)), None)


def found(pauses: Iterable[Pause], scope: Scope, name: str | None) -> Pause | None:
    """Give the pause of exactly this scope, if it stands."""
    return next((each for each in pauses if (each.scope, each.name) == (scope, name)), None)


def check_name(scope: Scope, name: str | None) -> None:
    """Refuse a scope whose name is missing, or that has none and got one."""
    if (scope == "all") != (name is None):
        why = "it is missing" if name is None else "there is no such field"
        raise Refusal(Problem(Code.BODY_UNREADABLE, {"where": "name", "why": why}, "name"))


def pause(
    newest: PublishingFact | None,
    scope: Scope,
    name: str | None,
    why: str,
    person: Person,
    now: datetime,
) -> PublishingPaused | None:
    """Pause a scope; None if it is paused already, whoever did it and why."""
    pauses = standing(newest)
    if found(pauses, scope, name):
        return None
    if len(pauses) >= MOST_PAUSES:
        raise refused(Code.TOO_MANY_PAUSES, limit=MOST_PAUSES)
    one = Pause(scope=scope, name=name, why=why, by=person.id, since=now)
    return PublishingPaused(
        occurred_at=now,
        trace=uuid4(),
        version=_next(newest),
        by=person.id,
        pauses=(*pauses, one),
    )


def resume(
    newest: PublishingFact | None, scope: Scope, name: str | None, person: Person, now: datetime
) -> PublishingResumed | None:
    """Lift the pause of a scope; None if it is not paused. Other scopes stay as they are."""
    pauses = standing(newest)
    lifted = found(pauses, scope, name)
    if lifted is None:
        return None
    return PublishingResumed(
        occurred_at=now,
        trace=uuid4(),
        version=_next(newest),
        by=person.id,
        pauses=tuple(each for each in pauses if each is not lifted),
    )


def _next(newest: PublishingFact | None) -> int:
    return newest.version + 1 if newest else 1
