"""What metrics needs from outside."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID

from schemas.comments import CommentFact
from schemas.envelope import Fact
from schemas.insights import Number
from services.kit.messages import Told
from services.metrics.comments import Thread
from services.metrics.domain import Page
from services.metrics.publications import Publication


class NoAnswer(Exception):
    """A page or an API did not answer in time, or has trouble of its own; it may later."""


class NoToken(Exception):
    """Nobody has given us a token for this channel, so its owner's numbers cannot be read."""


class PublicationMissing(Exception):
    """A timer is about a publication that the publisher's stream does not show."""


class NotTold(Exception):
    """The channel does not let us read this, and would not if we asked again."""


class Memory(Protocol):
    """The facts: metrics' own, and the newest of each delivery."""

    async def newest(self, subject: str) -> Told[Any] | None:
        """Look up the newest fact of one thing."""

    async def tell(self, fact: Fact, after: int) -> int:
        """Store the next fact of a thing whose newest has sequence `after`."""

    async def comments(self, channel: str, post: UUID) -> Mapping[UUID, CommentFact]:
        """Give the last that was told of each comment beneath a post, up to a limit."""


class Alarm(Protocol):
    """Wakes metrics at a time."""

    async def set(self, tokens: Sequence[str], serial: str, at: datetime, trace: UUID) -> None:
        """Wake metrics at `at`; setting the same timer again changes nothing."""


class Reader(Protocol):
    """Reads the public web as a stranger does: without credentials."""

    async def read(self, url: str) -> Page:
        """Fetch one address, or raise `NoAnswer`."""


class Owner(Protocol):
    """Reads what a platform tells the owner of an account alone."""

    async def ask(
        self, channel: str, url: str, headers: Mapping[str, str] = MappingProxyType({})
    ) -> Page:
        """Fetch one address with the channel's token; `NoAnswer`, or `NoToken` if there is none."""


class Witness(Protocol):
    """Sees a post where its page is not for strangers."""

    async def see(self, published: Publication) -> Page:
        """Give what readers are shown, as a page would; `NoAnswer` if nobody says."""


class Source(Protocol):
    """One family of numbers, read in one call, so that a failing one spoils no other."""

    missing: tuple[Number, ...]
    """Its numbers, when the channel does not say."""

    async def numbers(self, published: Publication) -> tuple[Number, ...]:
        """Read them, or raise `NoAnswer`."""


class CommentSource(Protocol):
    """Where people write beneath posts of one kind of channel."""

    async def comments(self, published: Publication) -> Thread:
        """Read the newest, 500 at most; or raise `NoAnswer`, `NotTold` or `NoToken`."""


class Tally(Protocol):
    """What ops count."""

    def witnessed(self, channel: str, after: timedelta) -> None:
        """A stranger could see a post."""

    def unseen(self, channel: str, code: str) -> None:
        """A stranger could not see a post."""

    def reading(self, channel: str, outcome: str) -> None:
        """Numbers were due, and this came of it."""

    def watch(self, channel: str, outcome: str) -> None:
        """Comments were due, and this came of it."""
