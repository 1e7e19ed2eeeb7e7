"""What becomes of somebody else's message: a proposal, the end of one, or nothing; never a post."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid5

from schemas.alerts import (
    Area,
    Info,
    ProposalClosed,
    ProposalFact,
    ProposalMade,
)
from services.publisher.siren.cap.reading import Incoming
from services.publisher.siren.incoming.model import ENDS, Source
from services.publisher.siren.incoming.region import Region

SENDER = "sender"
"""Who closed a proposal, where no officer did."""

Outcome = Literal[
    "proposed",
    "closed",
    "known",
    "elsewhere",
    "not_public",
    "not_actual",
    "over",
    "unknown",
    "full",
]
"""What was made of a message, in a word for its sender."""

MOST_OPEN = 100
"""More open proposals by one way and in a day nobody reads: officers close some before more come.

What comes by another way is not kept out, nor is anything by what was left open long ago.
"""

_DAY = timedelta(days=1)
_NAMESPACE = UUID("3d0b6a7e-5c0f-4f5a-9b8e-6f6f0b1d7c42")
_MOST_AREAS, _MOST_CODES, _MOST_POINTS = 320, 320, 1000
_MOST_NAME, _MOST_TEXT, _MOST_LINK = 300, 10_000, 2000


@dataclass(frozen=True, slots=True)
class Heed:
    """What this organisation wants to hear of."""

    region: Region
    tests: bool = False
    """Whether exercises and tests are proposed too, marked as what they are."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was made of a message, and the facts that say so."""

    outcome: Outcome
    facts: tuple[ProposalMade | ProposalClosed, ...] = ()
    proposal: UUID | None = None


def proposal_of(source: Source, sender: str, identifier: str) -> UUID:
    """Name the proposal of a message.

    A message that comes both by the folder and by HTTP is one. Sveriges Radio has called itself
    by several names, and its identifiers are its own; so there the name is left out.
    """
    whole = f"vma/{identifier}" if source == "vma" else f"cap/{sender}/{identifier}"
    return uuid5(_NAMESPACE, whole)


def judge(
    message: Incoming,
    source: Source,
    known: Mapping[UUID, ProposalFact],
    heed: Heed,
    at: datetime,
) -> Judgement:
    """Say what a message becomes; the facts of it are to be kept in their order."""
    proposal = proposal_of(source, message.sender, message.identifier)
    if outcome := _unheeded(message, source, heed, at):
        return Judgement(outcome)
    if proposal in known:
        return Judgement("known", proposal=proposal)
    thread = tuple(_thread(message, source, known))
    if message.kind in ENDS:
        return _ended(message, source, proposal, thread, at)
    if not thread and not heed.region.concerns(message.areas):
        return Judgement("elsewhere")
    closed = _closed(thread, message, at)
    if not closed and _open(source, known, at) >= MOST_OPEN:
        return Judgement("full")
    trace = thread[0].trace if thread else proposal
    made = _made(message, source, proposal, trace, at)
    return Judgement("proposed", (*closed, made), proposal)


def hold_proposed(proposal: ProposalMade) -> bool:
    """Whether normal posts had better be held: somebody warns the public where we are."""
    return proposal.status == "actual" and proposal.kind in {"alert", "update"}


def _unheeded(message: Incoming, source: Source, heed: Heed, at: datetime) -> Outcome | None:
    if message.scope != "Public":
        return "not_public"
    if message.status != "actual" and not heed.tests:
        return "not_actual"
    # What stands in the list of Sveriges Radio is in force, whatever it once was to expire at.
    expired = source != "vma" and message.expires is not None and message.expires <= at
    return "over" if expired and message.kind not in ENDS else None


def _thread(
    message: Incoming, source: Source, known: Mapping[UUID, ProposalFact]
) -> Iterator[ProposalFact]:
    """Give what is known of the messages that it follows, and of all that these followed."""
    # Nobody takes back what another has said.
    named = {
        proposal_of(source, each.sender, each.identifier)
        for each in message.references
        if source == "vma" or each.sender == message.sender
    }
    traces = {known[proposal].trace for proposal in named if proposal in known}
    return (fact for fact in known.values() if fact.trace in traces)


def _open(source: Source, known: Mapping[UUID, ProposalFact], at: datetime) -> int:
    return sum(
        isinstance(fact, ProposalMade) and fact.source == source and at - fact.occurred_at < _DAY
        for fact in known.values()
    )


def _ended(
    message: Incoming,
    source: Source,
    proposal: UUID,
    thread: tuple[ProposalFact, ...],
    at: datetime,
) -> Judgement:
    """Close what is open. What an officer has dealt with may be public: they are told."""
    closed = _closed(thread, message, at)
    if any(isinstance(fact, ProposalClosed) and fact.by != SENDER for fact in thread):
        made = _made(message, source, proposal, thread[0].trace, at)
        return Judgement("proposed", (*closed, made), proposal)
    if closed:
        return Judgement("closed", closed, closed[0].proposal)
    if thread:
        return Judgement("known")
    # Sveriges Radio lists an alert beside what takes it back; others send one after the other.
    beforehand = () if source == "vma" else tuple(_beforehand(message, source, at))
    return Judgement("closed" if beforehand else "unknown", beforehand)


def _closed(
    thread: tuple[ProposalFact, ...], message: Incoming, at: datetime
) -> tuple[ProposalClosed, ...]:
    """Close what is open; what was said in an exercise ends nothing that is in earnest."""
    return tuple(
        ProposalClosed(occurred_at=at, trace=fact.trace, proposal=fact.proposal, by=SENDER)
        for fact in thread
        if isinstance(fact, ProposalMade) and fact.status == message.status
    )


def _beforehand(message: Incoming, source: Source, at: datetime) -> Iterator[ProposalClosed]:
    """Close what has not come yet: messages may overtake each other on their way here."""
    own = [each for each in message.references if each.sender == message.sender]
    for reference in own[:10]:
        proposal = proposal_of(source, reference.sender, reference.identifier)
        yield ProposalClosed(occurred_at=at, trace=proposal, proposal=proposal, by=SENDER)


def _made(
    message: Incoming,
    source: Source,
    proposal: UUID,
    trace: UUID,
    at: datetime,
) -> ProposalMade:
    """Propose it in bounds: a fact has to fit the broker; the whole is with its sender."""
    return ProposalMade(
        occurred_at=at,
        trace=trace,
        proposal=proposal,
        source=source,
        sender=message.sender[:_MOST_NAME],
        identifier=message.identifier[:_MOST_NAME],
        kind=message.kind,
        status=message.status,
        sent=message.sent,
        areas=tuple(_bounded_areas(message.areas)),
        infos=tuple(_bounded(info) for info in message.infos[:2]),
        web=message.web if message.web and len(message.web) <= _MOST_LINK else None,
    )


def _bounded_areas(areas: tuple[Area, ...]) -> Iterator[Area]:
    codes, points = _MOST_CODES, _MOST_POINTS
    for area in areas[:_MOST_AREAS]:
        kept = area.codes[:codes]
        codes -= len(kept)
        drawn = sum(len(polygon) for polygon in area.polygons)
        # Half a polygon is another area: it is drawn whole or not at all.
        polygons = area.polygons if drawn <= points else ()
        points -= drawn if polygons else 0
        yield Area(name=_cut(area.name, _MOST_NAME), codes=kept, polygons=polygons)


def _bounded(info: Info) -> Info:
    return Info(
        language=info.language,
        event=_cut(info.event, _MOST_NAME),
        headline=_cut(info.headline, _MOST_NAME),
        description=_cut(info.description, _MOST_TEXT),
        instruction=_cut(info.instruction, _MOST_TEXT),
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
