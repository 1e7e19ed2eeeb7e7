"""When a published post is looked at and measured, and what a look means. No I/O, no clock."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from schemas.codes import Code
from schemas.deliveries import DeliveryCorrected, DeliveryFact, DeliveryPublished
from schemas.envelope import Parameters
from schemas.insights import InsightCollected, PostUnseen, PostWitnessed, WitnessFact
from services.kit.addresses import has_page
from services.metrics.publications import Publication, publication
from services.metrics.sight import readable_texts, tidy

GRACE = timedelta(minutes=1)
"""So much past the next age, a reading still counts for the age it was meant for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When to look and when to read, as the operator set it."""

    witness_after: timedelta
    look_again: tuple[timedelta, ...]
    ages: tuple[timedelta, ...]
    read_again: tuple[timedelta, ...]
    watch_least: timedelta
    watch_most: timedelta
    watch_for: timedelta


@dataclass(frozen=True, slots=True)
class Look:
    """Look at the public page, for the `number`-th time."""

    sequence: int
    """Of the publication in the publisher's stream: whatever comes after makes this look void."""
    number: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Read the numbers at an age, for the `number`-th time if the channel did not answer."""

    sequence: int
    age: timedelta
    number: int


@dataclass(frozen=True, slots=True)
class Watch:
    """Read the comments when the post has grown to an age."""

    sequence: int
    age: timedelta
    without: str = ""
    """Names comments that an earlier reading missed: is it so still?"""


Appointment = Look | Reading | Watch


@dataclass(frozen=True, slots=True)
class Page:
    """What a public address answered to a stranger."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Unseen:
    """Why a stranger cannot see the post."""

    code: Code
    parameters: Parameters


class NotAnAppointment(Exception):
    """A timer came that this version of metrics never set."""


_LOOK = re.compile(r"(\d+)-witness-(\d+)", re.ASCII)
_WATCH = re.compile(r"(\d+)-watch-(\d+)(?:-without-([0-9a-f]{16}))?", re.ASCII)
_READING = re.compile(r"(\d+)-age-(\d+)(?:-again-(\d+))?", re.ASCII)


def serial_of(appointment: Appointment) -> str:
    """Name an appointment; its timer's subject ends with it, and no other timer has it."""
    match appointment:
        case Look(sequence, number):
            return f"{sequence}-witness-{number}"
        case Reading(sequence, age, number):
            first = f"{sequence}-age-{int(age.total_seconds())}"
            return first if number == 1 else f"{first}-again-{number - 1}"
        case Watch(sequence, age, without):
            usual = f"{sequence}-watch-{int(age.total_seconds())}"
            return f"{usual}-without-{without}" if without else usual
        case _:
            assert_never(appointment)


def meaning_of(tokens: tuple[str, ...]) -> tuple[str, UUID, str, Appointment]:
    """Read the tokens of a timer that has come: channel, post, kind of channel, and what to do."""
    try:
        # Timers of an earlier version do not say the kind.
        channel, post, kind, serial = tokens if len(tokens) == 4 else (*tokens[:2], "", *tokens[2:])
        thing = UUID(post)
    except ValueError as error:
        raise NotAnAppointment(".".join(tokens)) from error
    if found := _LOOK.fullmatch(serial):
        return channel, thing, kind, Look(int(found[1]), int(found[2]))
    if found := _READING.fullmatch(serial):
        age = timedelta(seconds=int(found[2]))
        return channel, thing, kind, Reading(int(found[1]), age, int(found[3] or 0) + 1)
    if found := _WATCH.fullmatch(serial):
        age = timedelta(seconds=int(found[2]))
        return channel, thing, kind, Watch(int(found[1]), age, found[3] or "")
    raise NotAnAppointment(serial)


def appointments(
    plan: Plan, sequence: int, publication: Publication
) -> Iterator[tuple[Appointment, datetime]]:
    """List everything that a publication or its correction is met with, and when."""
    if has_page(publication.url):
        yield Look(sequence, 1), publication.shown_at + plan.witness_after
    for age in plan.ages:
        if (at := publication.published_at + age) > publication.shown_at:
            yield Reading(sequence, age, 1), at


def next_look(plan: Plan, look: Look, looked_at: datetime) -> tuple[Look, datetime] | None:
    """Say when a post that was not seen is looked at again; None: it was the last time."""
    if look.number > len(plan.look_again):
        return None
    return Look(look.sequence, look.number + 1), looked_at + plan.look_again[look.number - 1]


def next_reading(
    plan: Plan, reading: Reading, tried_at: datetime
) -> tuple[Reading, datetime] | None:
    """Say when a channel that did not answer is asked again; None: it was the last time."""
    if reading.number > len(plan.read_again):
        return None
    again = Reading(reading.sequence, reading.age, reading.number + 1)
    return again, tried_at + plan.read_again[reading.number - 1]


def next_watch(
    plan: Plan, sequence: int, published_at: datetime, moment: datetime
) -> tuple[Watch, datetime] | None:
    """Say when comments are read next; None: the post is too old.

    The times follow from the post's own, and from nothing that came between: whoever asks, and
    however often, sets the same timer, so a chain is never lost and never becomes two.
    """
    age = _whole(plan.watch_least)
    while moment >= published_at + age:
        age += _whole(min(max(age / 10, plan.watch_least), plan.watch_most))
    return (Watch(sequence, age), published_at + age) if age <= plan.watch_for else None


def _whole(pause: timedelta) -> timedelta:
    """Cut a pause to seconds, by which timers are named."""
    return timedelta(seconds=int(pause.total_seconds()))


def is_past(plan: Plan, reading: Reading, published_at: datetime, moment: datetime) -> bool:
    """Whether the post has grown into a later age, so that numbers of now would be the wrong ones.

    So it is after a long outage: every missed timer comes at once, and only the latest age is true.
    """
    later = [age for age in plan.ages if age > reading.age]
    return bool(later) and moment >= published_at + min(later) + GRACE


def look_is_done(newest: WitnessFact | None, published: Publication, look: Look) -> bool:
    """Whether this look, or one that makes it needless, has been told."""
    if newest is None or newest.revision < published.revision:
        return False
    if newest.revision > published.revision:
        return True
    return isinstance(newest, PostWitnessed) or newest.look >= look.number


def look_to_renew(
    newest: WitnessFact | None, published: Publication, look: Look
) -> PostUnseen | None:
    """Give the told look whose next appointment may have been lost in a crash, if it was this."""
    if (
        isinstance(newest, PostUnseen)
        and (newest.revision, newest.look) == (published.revision, look.number)
        and not newest.final
    ):
        return newest
    return None


def reading_is_done(
    newest: InsightCollected | None, published: Publication, reading: Reading
) -> bool:
    """Whether the numbers of this age, or of a later one, have been told."""
    if newest is None:
        return False
    return (newest.revision, newest.age) >= (published.revision, reading.age)


def met(
    newest: DeliveryFact, sequence: int, kind: str, wanted: Appointment, moment: datetime
) -> Publication | None:
    """Give the publication that an appointment is for; None if it is void.

    A new publication, or a correction, has appointments of its own.
    """
    shown = publication(newest, kind)
    if shown is None or sequence == wanted.sequence:
        return shown
    if isinstance(wanted, Look) or isinstance(newest, DeliveryPublished | DeliveryCorrected):
        return None
    # An earlier publication's reading may come, of a post that was taken back and published anew.
    reached = moment + GRACE >= shown.published_at + wanted.age
    return shown if reached else None


def judge(page: Page, opening: str) -> Unseen | None:
    """Compare a public page with the first words of the post; None: a stranger can see it."""
    if page.status != 200:
        return Unseen(Code.PAGE_GONE, {"status": page.status})
    words = tidy(opening)
    if any(words in text for text in readable_texts(page.body)):
        return None
    return Unseen(Code.PAGE_WITHOUT_TEXT, {})
