"""What is paused and what that has kept back, as clients and pages read it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from schemas.alerts import HoldActivated
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


class HoldAnswer(BaseModel):
    """Normal posts are held for an alert; only the siren's officers release them."""

    why: str
    by: str
    since: Instant
    alert: UUID | None


class HeldAnswer(BaseModel):
    """A delivery that a pause or a hold has kept back. It goes out only if a person says so."""

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
    """Whether a pause or the hold still keeps it back; it can be sent when that is lifted."""
    past: bool
    """Whether its time is past: by itself it would not have gone out any more."""
    entry: int
    """What a decision names as `on`: the ledger's entry that was looked at."""
    decide: str
    """Where to send the decision."""


class PublishingAnswer(BaseModel):
    """What is paused, and what waits for a decision since."""

    version: int
    """Counts the changes; a resume may name it as If-Match."""
    pauses: tuple[PauseAnswer, ...]
    hold: HoldAnswer | None
    """Of all normal posts, for an alert; resuming does not lift it."""
    held: tuple[HeldAnswer, ...]


class ReleaseAnswer(BaseModel):
    """What has come of asking for a parked message: it takes its service a moment."""

    id: UUID
    state: Literal["asked", "released", "parked"]
    """`parked`: it has been tried since it was asked for, and failed again."""
    problem: TroubleAnswer | None


@dataclass(frozen=True, slots=True)
class Stops:
    """What keeps posts from going out now: the pauses of this desk, and the hold of a crisis."""

    newest: PublishingFact | None
    hold: HoldActivated | None

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """Give the pauses that stand, oldest first."""
        return pauses.standing(self.newest)

    def stop(self, channel: str, labels: Collection[str]) -> bool:
        """Whether a post with these labels is kept back in a channel."""
        return bool(self.hold or pauses.covering(self.pauses, channel, labels))


def publishing_answer(
    stops: Stops,
    held: Iterable[Held],
    channels: Mapping[str, ChannelProbed],
    now: datetime,
    zone: str,
    speech: Language,
) -> PublishingAnswer:
    """Show what is paused, and what is held."""
    return PublishingAnswer(
        version=stops.newest.version if stops.newest else 0,
        pauses=tuple(pause_answer(pause, channels, speech) for pause in stops.pauses),
        hold=hold_answer(stops.hold),
        held=tuple(_held(each, stops, channels, now, zone, speech) for each in held),
    )


def hold_answer(hold: HoldActivated | None) -> HoldAnswer | None:
    """Show the hold that stands."""
    return HoldAnswer(**hold.model_dump(include=set(HoldAnswer.model_fields))) if hold else None


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
    stops: Stops,
    channels: Mapping[str, ChannelProbed],
    now: datetime,
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
        paused=stops.stop(delivery.channel, document.labels),
        past=delivery.fresh_until is not None and now > delivery.fresh_until,
        entry=held.entry,
        decide=f"/api/v1/posts/{delivery.post}/channels/{delivery.channel}/decision",
    )
