"""Whose turn it is: who is told of a notice now, and when it has to be looked at again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from schemas.notices import (
    Kind,
    NoticeClaimed,
    NoticeFact,
    NoticeRaised,
    NoticeRead,
    NoticeSent,
    NoticeSettled,
)
from services.kit.messages import Told
from services.planner.notices.troubles import state_of

GATHER = timedelta(seconds=20)
"""How long a problem waits for others, so that people get one message and not twenty."""

LEASE = timedelta(seconds=60)
"""After this another replica tells those whom the first one had taken on."""

_FIRST_RETRY = timedelta(seconds=30)
_LAST_RETRY = timedelta(minutes=10)

WAITS = frozenset({Kind.MISSED, Kind.PARKED, Kind.UNREADY, Kind.EXPIRING})
"""What can wait until somebody's quiet hours are over: nothing is public that should not be, and
no post stands still that a person could send at night."""


class Contacts(Protocol):
    """Who can be told."""

    def reachable(self, role: str) -> tuple[str, ...]:
        """List the people with a role who have an address."""

    def quiet_until(self, person: str, at: datetime) -> datetime | None:
        """Say until when somebody is not to be disturbed; None: they may be."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What to do about one notice."""

    level: int
    people: tuple[str, ...] = ()
    """Those to tell now."""
    again_at: datetime | None = None
    """When to look again, if nothing is told before; None: never."""


def turn(notice: NoticeFact, now: datetime, contacts: Contacts, *, along: bool = False) -> Turn:
    """Decide whom to tell now, from what has been told.

    A new problem waits for others, unless it can go along with a message that goes out anyway.
    """
    if isinstance(notice, NoticeRead | NoticeSettled):
        return Turn(notice.level)
    if (in_hand_until := _in_hand_until(notice, along=along)) and now < in_hand_until:
        return Turn(notice.level, (), in_hand_until)
    level = _level(notice, now, contacts)
    if level == notice.level and (again_at := _rests_until(notice, now)):
        return Turn(level, (), _first(again_at, _escalates_at(notice)))
    people, quiet_until = _awake(_missing(notice, level, contacts), notice.kind, now, contacts)
    if people:
        return Turn(level, people)
    if level != notice.level:
        # Nobody of the next role may be disturbed yet, so their time does not run either.
        return Turn(notice.level, (), quiet_until)
    return Turn(level, (), _first(quiet_until, _escalates_at(notice)))


def claimed(before: Told[NoticeFact], taken: Turn, owner: str, now: datetime) -> NoticeClaimed:
    """Take it on to tell people."""
    state = state_of(before, now)
    if taken.level != before.fact.level:
        state |= {"level": taken.level, "turned_at": now, "reached": (), "failures": 0}
    return NoticeClaimed(**state | {"owner": owner, "until": now + LEASE, "people": taken.people})


def sent(before: Told[NoticeClaimed], reached: Iterable[str], now: datetime) -> NoticeSent:
    """Say who of those taken on has been told."""
    claim = before.fact
    did = tuple(person for person in claim.people if person in set(reached))
    unreached = len(claim.people) - len(did)
    return NoticeSent(
        **state_of(before, now)
        | {
            "reached": (*claim.reached, *did),
            "told": tuple(dict.fromkeys((*claim.told, *did))),
            "failures": claim.failures + 1 if unreached else 0,
            "unreached": unreached,
        }
    )


def _in_hand_until(notice: NoticeFact, *, along: bool) -> datetime | None:
    match notice:
        case NoticeRaised() if not along:
            return notice.occurred_at + GATHER
        case NoticeClaimed():
            return notice.until
        case _:
            return None


def _level(notice: NoticeFact, now: datetime, contacts: Contacts) -> int:
    """Say how far up the roles it has come; a role in which nobody can be told is passed over."""
    escalates_at = _escalates_at(notice)
    if notice.level and (escalates_at is None or now < escalates_at):
        return notice.level
    for level in range(notice.level + 1, len(notice.roles) + 1):
        if contacts.reachable(notice.roles[level - 1]):
            return level
    return notice.level


def _escalates_at(notice: NoticeFact) -> datetime | None:
    if notice.turned_at is None or notice.level >= len(notice.roles):
        return None
    return notice.turned_at + notice.patience


def _rests_until(notice: NoticeFact, now: datetime) -> datetime | None:
    """Say when those who could not be told are tried again, if that is not yet."""
    if not isinstance(notice, NoticeSent) or not notice.failures:
        return None
    doublings = min(notice.failures - 1, 10)
    at = notice.occurred_at + min(_FIRST_RETRY * 2**doublings, _LAST_RETRY)
    return at if now < at else None


def _missing(notice: NoticeFact, level: int, contacts: Contacts) -> Iterable[str]:
    """List who is to know and does not: this role, and of those before it whoever never was told.

    A new role is told whole. Who has been told before hears that nobody has read it.
    """
    reached = notice.reached if level == notice.level else ()
    known = {*notice.told} - ({*contacts.reachable(notice.roles[level - 1])} if level else set())
    people = [each for role in notice.roles[:level] for each in contacts.reachable(role)]
    return [each for each in dict.fromkeys(people) if each not in known | {*reached}]


def _awake(
    people: Iterable[str], kind: Kind, now: datetime, contacts: Contacts
) -> tuple[tuple[str, ...], datetime | None]:
    """Part those who can be told now from those who want quiet, and say until when at least."""
    if kind not in WAITS:
        return tuple(people), None
    ends = {person: contacts.quiet_until(person, now) for person in people}
    return tuple(p for p, end in ends.items() if end is None), _first(*ends.values())


def _first(*moments: datetime | None) -> datetime | None:
    return min((each for each in moments if each is not None), default=None)
