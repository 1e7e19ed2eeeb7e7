"""What the planner needs from outside, in its own words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from schemas.channels import ChannelProbed
from schemas.envelope import Fact
from services.kit.messages import Told
from services.planner.domain.comments import Known
from services.planner.domain.written import PictureHead, VideoHead


class Memory(Protocol):
    """Everything that was told, by subject."""

    async def newest(self, subject: str) -> Told[Any] | None:
        """Look up the newest fact of one thing."""

    async def newest_of(self, subjects: Sequence[str]) -> list[Told[Any] | None]:
        """Look up the newest facts of several things, in the same order."""

    async def tell(self, facts: Sequence[tuple[Fact, int]]) -> int:
        """Store facts, each after the sequence it was decided on: all or none, or `Overtaken`.

        Gives the last one's sequence; all of them stand next to each other.
        """


class Channels(Protocol):
    """The channels that the publisher has told of."""

    def known(self) -> Mapping[str, ChannelProbed]:
        """List them by name; a refusal with `catching_up` while that is not known yet."""

    def approved(
        self, channel: str, between: tuple[datetime, datetime], apart: UUID
    ) -> Sequence[datetime]:
        """List the times of what is approved for one, out or not, but for one post."""


class Comments(Protocol):
    """The comments that metrics has told of."""

    def known(self, comments: Collection[UUID]) -> Mapping[UUID, Sequence[Known]]:
        """Give what was told of some of them; a refusal while that is not known yet."""


class Pictures(Protocol):
    """The uploaded pictures."""

    async def look(self, digests: Iterable[str]) -> Mapping[str, PictureHead]:
        """Describe those of them that there are."""


class Videos(Protocol):
    """The uploaded videos."""

    async def look(self, digests: Iterable[str]) -> Mapping[str, VideoHead]:
        """Describe those of them that there are."""


class Timers(Protocol):
    """Wakes the planner, over restarts too."""

    async def set(self, tokens: Sequence[str], serial: str, at: datetime, trace: UUID) -> None:
        """Bring `tokens` and `serial` at `at`."""
