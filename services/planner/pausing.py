"""What is paused and what that has kept back, as clients and pages read it."""

from collections.abc import Iterable, Mapping
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from schemas.channels import ChannelProbed
from schemas.envelope import Instant
from schemas.publishing import Pause, PublishingFact
from services.kit.languages import Language
from services.planner.answers import TimeAnswer, TroubleAnswer
from services.planner.board import Held
from services.planner.domain import pauses, times
from services.planner.domain.pauses import Scope
from services.planner.domain.refusals import Problem
from services.planner.showing import trouble


class PauseAnswer(BaseModel):
    """A pause that stands."""

    scope: Scope
    name: str | None
    label: str
    """What is paused, in words."""
    why: str
    by: str
    since: Instant


class HeldAnswer(BaseModel):
    """A delivery that a pause has kept back. It goes out only if a person says so."""

    post: UUID
    title: str
    channel: str
    channel_title: str
    text: str
    """As it stands in the post; what goes out is what was approved."""
    language: str
    publish_at: TimeAnswer
    held_at: Instant
    problem: TroubleAnswer
    paused: bool
    """Whether a pause still keeps it back; it can be sent when that is lifted."""
    entry: int
    """What a decision names as `on`: the ledger's entry that was looked at."""
    decide: str
    """Where to send the decision."""


class PublishingAnswer(BaseModel):
    """What is paused, and what waits for a decision since."""

    version: int
    """Counts the changes; a resume may name it as If-Match."""
    pauses: tuple[PauseAnswer, ...]
    held: tuple[HeldAnswer, ...]


class ReleaseAnswer(BaseModel):
    """What has come of asking for a parked message: it takes its service a moment."""

    id: UUID
    state: Literal["asked", "released", "parked"]
    """`parked`: it has been tried since it was asked for, and failed again."""
    problem: TroubleAnswer | None


def publishing_answer(
    newest: PublishingFact | None,
    held: Iterable[Held],
    channels: Mapping[str, ChannelProbed],
    zone: str,
    speech: Language,
) -> PublishingAnswer:
    """Show what is paused, and what is held."""
    stand = pauses.standing(newest)
    return PublishingAnswer(
        version=newest.version if newest else 0,
        pauses=tuple(pause_answer(pause, channels, speech) for pause in stand),
        held=tuple(_held(each, stand, channels, zone, speech) for each in held),
    )


def pause_answer(
    pause: Pause, channels: Mapping[str, ChannelProbed], speech: Language
) -> PauseAnswer:
    """Show a pause in the reader's language."""
    return PauseAnswer(
        **pause.model_dump(), label=scope_label(pause.scope, pause.name, channels, speech)
    )


def scope_label(
    scope: Scope, name: str | None, channels: Mapping[str, ChannelProbed], speech: Language
) -> str:
    """Say in words what a scope covers."""
    match scope:
        case "all":
            return speech("All posts in all channels")
        case "channel":
            known = channels.get(name or "")
            return speech("The channel {channel}", channel=known.title if known else name)
        case "label":
            return speech("Posts with the label {label}", label=name)


def in_scope(held: Iterable[Held], scope: Scope, name: str | None) -> list[Held]:
    """Choose what a pause of this scope may have kept back."""
    return [
        each
        for each in held
        if pauses.covers(scope, name, each.delivery.channel, each.post.document.labels)
    ]


def _held(
    held: Held,
    stand: tuple[Pause, ...],
    channels: Mapping[str, ChannelProbed],
    zone: str,
    speech: Language,
) -> HeldAnswer:
    delivery, document = held.delivery, held.post.document
    known = channels.get(delivery.channel)
    written = (each.content for each in document.variants if each.channel == delivery.channel)
    content, at = next(written, None), delivery.publish_at
    return HeldAnswer(
        post=delivery.post,
        title=document.title,
        channel=delivery.channel,
        channel_title=known.title if known else delivery.channel,
        text=content.text if content else delivery.opening,
        language=content.language if content else speech.code,
        publish_at=TimeAnswer(local=times.local(at, zone), zone=zone, instant=at),
        held_at=delivery.occurred_at,
        problem=trouble(Problem(delivery.code, delivery.parameters), speech),
        paused=pauses.covering(stand, delivery.channel, document.labels) is not None,
        entry=held.entry,
        decide=f"/api/v1/posts/{delivery.post}/channels/{delivery.channel}/decision",
    )
