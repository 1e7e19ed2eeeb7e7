"""What the publisher needs from the world: channels, a ledger, orders, timers and pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from schemas.channels import ChannelProbed, Limits
from schemas.codes import Code
from schemas.deliveries import DeliveryFact
from schemas.envelope import Parameters
from schemas.posts import Content, Picture
from services.kit.messages import Told
from services.publisher.domain import Order, RepeatSafety


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture with its bytes."""

    picture: Picture
    content: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """Everything a channel needs to make one delivery public."""

    post: UUID
    revision: int
    key: str
    """The same for every attempt at this delivery."""
    content: Content
    pictures: Sequence[PictureFile]
    publish_at: datetime
    series: str | None = None


@dataclass(frozen=True, slots=True)
class Sought:
    """What a look-up knows of a delivery that may be public."""

    post: UUID
    revision: int
    key: str
    opening: str
    words: str | None
    """Digest of the whole text, as `domain.words_digest` makes it; None: not known."""
    since: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """It is public, with the channel's own id and address as proof."""

    external_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Surely not public, and it would be refused again."""

    code: Code
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class NotNow:
    """Surely not public; it may be tried again, not before `wait` if the channel said so."""

    code: Code
    parameters: Parameters
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may or may not be public: the default for every answer not proved otherwise."""

    code: Code
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Absent:
    """The channel's list was read back to before the first attempt, and it is not there."""


Answer = Published | Refused | NotNow | Unclear


@dataclass(frozen=True, slots=True)
class Readiness:
    """How a channel is, as told to the planner."""

    limits: Limits
    code: Code | None = None
    """Why it is not ready; None when it is."""
    parameters: Parameters | None = None


class Channel(Protocol):
    """One account where posts become public. An adapter holds no retry logic."""

    name: str
    kind: str
    title: str
    url: str
    repeat_safety: RepeatSafety
    keeps_content: bool
    """Whether we are the channel ourselves, so that its pages are made of our facts."""

    async def commit(self, parcel: Parcel) -> Answer:
        """Make it public, in one call that can be seen. Anything raised counts as `Unclear`."""

    async def find(self, sought: Sought) -> Published | Absent | Unclear:
        """Read whether it is public; reading only. What fails is `Unclear`, never `Absent`."""

    async def check(self) -> Readiness:
        """Ask the channel for its limits and whether it would take a post of ours now."""

    async def close(self) -> None:
        """Let go of connections, at the end of the process."""


class Ledger(Protocol):
    """The deliveries, as facts. Recording is telling."""

    async def recall(self, channel: str, post: UUID) -> Told[DeliveryFact] | None:
        """Give the newest entry of a delivery."""

    async def record(self, fact: DeliveryFact, after: int) -> int:
        """Add the next entry; `Overtaken` if another came first."""


class Orders(Protocol):
    """What the planner has approved."""

    async def newest(self, channel: str, post: UUID) -> Order | None:
        """Look up what counts now for one post in one channel."""


class Alarm(Protocol):
    """Timers for deliveries."""

    async def wake(self, channel: str, post: UUID, serial: str, at: datetime, trace: UUID) -> None:
        """Bring the delivery up at this moment. The same serial again changes nothing."""


class Notices(Protocol):
    """What the publisher tells of its channels."""

    async def tell_if_changed(self, probed: ChannelProbed) -> None:
        """Tell how a channel is, unless that is what was told last."""


class Caller(Protocol):
    """Makes the one call of an attempt."""

    async def __call__(self, channel: "Channel", parcel: Parcel, within: timedelta) -> Answer:
        """Commit within a total time; what fails in any unlisted way is `Unclear`."""


class Pictures(Protocol):
    """The media store."""

    async def get(self, digest: str) -> bytes:
        """Read a picture; `NotWhole` if it is not what its digest says."""
