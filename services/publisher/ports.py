"""What the publisher needs from the world: channels, a ledger, orders, timers and pictures."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar, runtime_checkable
from uuid import UUID

from schemas.channels import ChannelProbed, Limits, Quota, StrangerFound
from schemas.codes import Code
from schemas.deliveries import DeliveryFact, Proof
from schemas.envelope import Fact, Parameters
from schemas.moderation import Action
from schemas.posts import Addressee, Content, Picture, Video
from services.kit.messages import Told
from services.publisher.domain.answers import Answer, Finding, Unclear
from services.publisher.domain.happenings import Order, Stop
from services.publisher.domain.rules import Amends, RepeatSafety

Said = TypeVar("Said", Answer, Finding)


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture with its bytes."""

    picture: Picture
    content: bytes


@dataclass(frozen=True, slots=True)
class VideoFile:
    """A video, and how its bytes are read: in pieces, as often as wanted."""

    video: Video
    read: Callable[[], AsyncIterator[bytes]]


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
    video: VideoFile | None = None
    series: str | None = None
    handle: str | None = None
    """What `prepare` made of it, for a channel that publishes in two phases."""


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
    handle: str | None = None
    answers: Addressee | None = None
    """The comment beneath which it would stand; None: it is a post of its own."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """How a channel is, as told to the planner."""

    limits: Limits
    code: Code | None = None
    """Why it is not ready; None when it is."""
    parameters: Parameters | None = None
    token_ends: datetime | None = None
    """When what opens the account stops working; None: never, or the channel does not say."""
    lacks: str = ""
    """What the token does not allow that no post needs, but what is done to comments does."""
    quota: Quota | None = None
    """How many more posts it takes; None: it does not count them, or does not say."""


class Channel(Protocol):
    """One account where posts become public. An adapter holds no retry logic.

    Every call is made once, and ends by itself within the time that the channel was made with.
    """

    name: str
    kind: str
    title: str
    url: str
    repeat_safety: RepeatSafety
    keeps_content: bool
    """Whether we are the channel ourselves, so that its pages are made of our facts."""
    amends: Amends
    """What can be done there about a post that turned out wrong."""

    @property
    def answer_safety(self) -> RepeatSafety | None:
        """Of a post that answers a comment; None: none can."""

    async def commit(self, parcel: Parcel) -> Answer:
        """Make it public, in one call that can be seen. Anything raised counts as `Unclear`."""

    async def correct(self, parcel: Parcel, proof: Proof) -> Answer:
        """Change what is public to this; `Refused` with `CORRECTION_UNABLE` where that cannot be.

        Correcting twice is the same as once.
        """

    async def retract(self, proof: Proof) -> Answer:
        """Take away what is public; what is gone already is `Published`: it is done."""

    async def find(self, sought: Sought) -> Finding:
        """Read whether it is public; reading only. What fails is `Unclear`, never `Absent`."""

    async def timeline(self, since: datetime) -> Sequence["Seen"] | None:
        """Read what is public on our account since then; None: it cannot be read (now)."""

    async def check(self) -> Readiness:
        """Ask the channel for its limits and whether it would take a post of ours now."""

    async def close(self) -> None:
        """Let go of connections, at the end of the process."""


@runtime_checkable
class Moderated(Channel, Protocol):
    """A channel where things that stand in public can be hidden or pinned."""

    actions: tuple[Action, ...]

    async def moderate(self, action: Action, target: "Target") -> Answer:
        """Do it: `Published` when it is so, as it is when it was so before."""


@dataclass(frozen=True, slots=True)
class Target:
    """A comment of others or a post of ours, as its channel knows it."""

    external_id: str
    beneath: str = ""
    """The channel's id of the post, for a comment."""
    url: str = ""


@runtime_checkable
class TwoPhase(Channel, Protocol):
    """A channel that takes things in before they are public."""

    async def prepare(self, parcel: Parcel) -> Answer:
        """Lay it ready, seen by nobody: `Prepared`. Then `commit` gets its handle."""


class NotRenewed(Exception):
    """The token is still the old one; the message says why, without it."""


@runtime_checkable
class Renewing(Channel, Protocol):
    """A channel that gets newer tokens without a person."""

    async def renew(self) -> bool:
        """Put a newer token in the old one's place where that is due; whether it was, and is done.

        `NotRenewed` changes nothing: the old one is good until its end, of which people are told.
        """


@dataclass(frozen=True, slots=True)
class Seen:
    """A post as it stands on our account, whoever wrote it."""

    external_id: str
    url: str
    posted_at: datetime
    text: str | None = None
    """As it was written; None: the channel does not say."""


class Ledger(Protocol):
    """The deliveries, as facts. Recording is telling."""

    async def recall(self, channel: str, post: UUID) -> Told[DeliveryFact] | None:
        """Give the newest entry of a delivery."""

    async def record(self, fact: DeliveryFact, after: int) -> int:
        """Add the next entry; `Overtaken` if another came first."""


class History(Protocol):
    """What the ledger says of a channel's past."""

    async def began(self, channel: str) -> datetime | None:
        """Say since when we know the channel; None: we do not yet."""

    async def since(self, channel: str, moment: datetime) -> Sequence[DeliveryFact]:
        """Give the newest entry of every delivery that was written to since then."""


class Orders(Protocol):
    """What the planner has approved and paused, and what is held for an alert."""

    async def newest(self, channel: str, post: UUID) -> Order | None:
        """Look up what counts now for one post in one channel."""

    async def standing(self, channel: str, post: UUID) -> tuple[Order | None, tuple[Stop, ...]]:
        """Look up what counts now, and everything that is paused or held."""


class Alarm(Protocol):
    """Timers for deliveries."""

    async def wake(self, channel: str, post: UUID, serial: str, at: datetime, trace: UUID) -> None:
        """Bring the delivery up at this moment. The same serial again changes nothing."""


class Notices(Protocol):
    """What the publisher tells of its channels."""

    async def tell_if_changed(self, probed: ChannelProbed) -> None:
        """Tell how a channel is, unless that is what was told last."""

    async def tell_stranger(self, stranger: StrangerFound) -> None:
        """Tell of a post that is not ours, once."""


class Lanes(Protocol):
    """Each channel's own pace, so that none is called faster than it wants."""

    def rest_until(self, channel: str) -> datetime | None:
        """Say until when the channel shall not be called; None: it may be."""

    async def admit(self, channel: str) -> None:
        """Wait for our turn, for a moment; `TryAgain` if it takes longer."""

    async def saw(self, channel: str, answer: Answer) -> None:
        """Learn from an answer; a rest that follows from it is told."""


class Caller(Protocol[Said]):
    """Asks a channel something, whatever its adapter does."""

    async def __call__(
        self, asked: Awaitable[Said], channel: str, within: timedelta
    ) -> Said | Unclear:
        """Await an answer within a total time; what fails in any unlisted way is `Unclear`."""


class Memory(Protocol):
    """The newest of each thing, and the publisher's own next word on it."""

    async def newest(self, subject: str) -> Told[Any] | None:
        """Look up the newest fact of one thing."""

    async def tell(self, fact: Fact, after: int) -> int:
        """Store the next fact of a thing; `Overtaken` if another came first."""


class Media(Protocol):
    """The media store. Pictures are held; videos are read in parts."""

    async def get(self, digest: str) -> bytes:
        """Read a picture; `NotWhole` if it is not what its digest says."""

    async def whole(self, digest: str) -> None:
        """Read through a video; `NotWhole` if it is not what its digest says."""

    async def size(self, digest: str) -> int:
        """Say how many bytes a video has."""

    def read(self, digest: str, first: int, last: int) -> AsyncIterator[bytes]:
        """Give its bytes from the first to the last, in pieces."""
