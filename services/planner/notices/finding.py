"""Finds on the board what needs a person; what that is, `domain.needs` says."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from schemas.alerts import HoldActivated
from schemas.channels import ChannelProbed, StrangerFound
from schemas.codes import Code
from schemas.deliveries import DeliveryFact
from schemas.insights import PostUnseen
from schemas.notices import Kind
from schemas.parked import MessageParked
from schemas.posts import PostFact
from services.planner.board import Board, Reader
from services.planner.domain.expiry import expiring, is_very_soon
from services.planner.domain.needs import Need, needs_of
from services.planner.domain.shown import Shown, Step
from services.planner.notices.troubles import Trouble

SINCE = timedelta(days=14)
"""How far back strangers and unseen posts are trouble: nobody says that they have been looked at,
so they are over when they are old."""

UNREADY_FOR = timedelta(minutes=2)
"""So long a channel may come back by itself."""

_STREAMS = ("PLANNER", "PUBLISHER", "METRICS")


class Found:
    """Everything that needs a person, as one replica's board shows it."""

    def __init__(
        self, board: Board, reader: Reader, hold: Callable[[], HoldActivated | None]
    ) -> None:
        self._board = board
        self._reader = reader
        self._hold = hold

    def positions(self) -> Mapping[str, int]:
        """Say how far each stream has been drawn."""
        positions = {stream: self._board.position(stream) for stream in _STREAMS}
        return {stream: at.sequence if at else 0 for stream, at in positions.items()}

    def all(self, now: datetime) -> Sequence[Trouble]:
        """List everything."""
        since, channels = now - SINCE, self._reader.channels().values()
        posts = self._reader.unsettled(since)
        return [
            *self._now_or_later(each for post in posts for each in _of_post(post, now)),
            *(each for channel in channels for each in _of_channel(channel, now)),
            *(_stranger(each) for each in self._reader.strangers(since)),
            *(_parked(each) for each in self._reader.parked()),
        ]

    def of_post(self, post: UUID, now: datetime) -> Sequence[Trouble]:
        """List what one post needs a person for."""
        shown = self._reader.post(post)
        return self._now_or_later(_of_post(shown, now)) if shown else []

    def _now_or_later(self, troubles: Iterable[Trouble]) -> list[Trouble]:
        """Leave out what nobody can do anything about while the alert's hold stands."""
        holds = self._hold() is not None
        return [each for each in troubles if not (holds and each.code is Code.HELD_FOR_ALERT)]


def _of_post(shown: Shown, now: datetime) -> Iterator[Trouble]:
    for need in needs_of(shown, now):
        witness, problem = need.outcome.witness, need.outcome.problem
        if isinstance(witness, PostUnseen) and now - witness.occurred_at > SINCE:
            continue
        about, mark, stream = _place(shown, need)
        yield Trouble(
            _kind(need),
            about,
            mark,
            shown.post.trace,
            stream,
            shown.post.post,
            need.channel,
            problem.code if problem else None,
            problem.parameters if problem else {},
        )


def _kind(need: Need) -> Kind:
    went = need.outcome
    if need.channel is None:
        return Kind.MISSED
    if went.step is Step.ASK:
        return Kind.UNHEARD
    if isinstance(went.witness, PostUnseen):
        return Kind.UNSEEN
    return Kind(went.status)


def _place(shown: Shown, need: Need) -> tuple[str, str, str]:
    """Say what is in trouble, which time this is, and in which stream its end will be told."""
    post, channel = shown.post.post, need.channel
    if channel is None:
        return PostFact.address.format(post=post), f"{shown.post.version}", "PLANNER"
    about = DeliveryFact.address.format(teller="publisher", channel=channel, post=post)
    witness, entry = need.outcome.witness, shown.deliveries.get(channel)
    if isinstance(witness, PostUnseen):
        return witness.subject, f"{witness.revision}", "METRICS"
    if entry is None:
        return about, f"{shown.post.revision}", "PUBLISHER"
    return about, f"{entry.fact.revision}.{entry.fact.attempt}", "PUBLISHER"


def _of_channel(channel: ChannelProbed, now: datetime) -> Iterator[Trouble]:
    if _is_out(channel, now):
        yield _unready(channel)
    if (problem := expiring(channel, now)) is not None:
        stage = "days" if is_very_soon(channel, now) else "weeks"
        yield Trouble(
            Kind.EXPIRING,
            channel.subject,
            f"{problem.parameters['date']}/{stage}",
            channel.trace,
            "PUBLISHER",
            None,
            channel.channel,
            problem.code,
            problem.parameters,
        )


def _is_out(channel: ChannelProbed, now: datetime) -> bool:
    return not channel.ready and now - channel.occurred_at >= UNREADY_FOR


def _unready(channel: ChannelProbed) -> Trouble:
    return Trouble(
        Kind.UNREADY,
        channel.subject,
        channel.occurred_at.isoformat(),
        channel.trace,
        "PUBLISHER",
        None,
        channel.channel,
        channel.code,
        channel.parameters,
    )


def _stranger(stranger: StrangerFound) -> Trouble:
    return Trouble(
        Kind.STRANGER,
        stranger.subject,
        "",
        stranger.trace,
        "PUBLISHER",
        None,
        stranger.channel,
        stranger.code,
        stranger.parameters,
    )


def _parked(parked: MessageParked) -> Trouble:
    return Trouble(
        Kind.PARKED,
        parked.subject,
        f"{parked.attempts}",
        parked.trace,
        parked.teller.upper(),
        None,
        None,
        parked.code,
        parked.parameters,
    )
