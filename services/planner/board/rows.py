"""Makes of the board's rows what they were drawn from."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from schemas.deliveries import DeliveryFact
from schemas.envelope import Fact
from schemas.flow import AnyFact
from schemas.insights import InsightCollected, WitnessFact
from schemas.moderation import ModerationAsked, ModerationFact
from schemas.posts import PostFact
from services.planner.board.variants import moment, order_in
from services.planner.domain.moderation import Moderation
from services.planner.domain.shown import Decision, Entry, Shown

F = TypeVar("F", bound=Fact)

COLUMNS = {
    "posts": "sequence, fact",
    "deliveries": "sequence, since, fact",
    "orders": "sequence, channel, revision, approved, retract, told_at",
    "decisions": "sequence, channel, entry, choice, person, at",
    "witnesses": "sequence, fact",
    "insights": "sequence, fact",
    "asked": "sequence, fact",
    "moderated": "sequence, fact",
}
"""What is read of each table to show a post; a row's sequence comes first."""

NAMED = {"asked": "thing", "moderated": "thing"}
"""What the post is called in tables that are about other things too."""


def shown(rows: Mapping[str, Sequence[tuple[Any, ...]]]) -> Shown:
    """Put together all that is drawn of one post."""
    ((sequence, post),) = rows["posts"]
    witnesses = [read(fact, WitnessFact) for _, fact in rows["witnesses"]]
    deliveries = [
        Entry(read(fact, DeliveryFact), place, moment(since))
        for place, since, fact in rows["deliveries"]
    ]
    insights: dict[str, tuple[InsightCollected, ...]] = {}
    for _, fact in rows["insights"]:
        insight = read(fact, InsightCollected)
        insights[insight.channel] = (*insights.get(insight.channel, ()), insight)
    moderated = {
        (fact := read(text, ModerationFact)).channel: fact for _, text in rows["moderated"]
    }
    sequences = {table: [row[0] for row in found] for table, found in rows.items()}
    return Shown(
        read(post, PostFact),
        sequence,
        {entry.fact.channel: entry for entry in deliveries},
        {channel: order_in(*order) for _, channel, *order in rows["orders"]},
        {
            channel: Decision(entry, choice, person, moment(at))
            for _, channel, entry, choice, person, at in rows["decisions"]
        },
        {fact.channel: fact for fact in witnesses},
        insights,
        {
            (wish := read(text, ModerationAsked)).channel: Moderation(
                wish, place, moderated.get(wish.channel)
            )
            for place, text in rows["asked"]
        },
        hashlib.sha256(repr(sequences).encode()).hexdigest()[:16],
    )


def moderation_in(sequence: int, asked: str, last: str | None) -> Moderation:
    """Read what was asked of a thing, and what came of it."""
    return Moderation(
        read(asked, ModerationAsked), sequence, read(last, ModerationFact) if last else None
    )


def read(text: str, kind: type[F]) -> F:
    """Read a fact that has to be of a kind."""
    fact = AnyFact.validate_json(text)
    if not isinstance(fact, kind):
        raise TypeError(f"{fact.type} stands where a {kind.__name__} belongs")
    return fact
