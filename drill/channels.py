"""The channels of a drill: where each is struck, and what its platform's record calls it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from services.publisher.ports import Channel

KEY_WINDOW = timedelta(seconds=40)
"""So soon platforms forget a key here, so that both replaying and reading are tried."""


@dataclass(frozen=True, slots=True)
class Making:
    """What every channel of a drill is made of."""

    name: str
    """It is the channel's token as well."""
    origin: str
    """Where the platform is."""
    answer_within: timedelta
    media_url: str
    """Where the replica is, for a platform that fetches pictures from it."""


Make = Callable[[Making], Channel]

Call = tuple[str, str]
"""A method, and how the path begins."""

Written = Mapping[str, Any]
"""What the platform has written down of a publication."""


def _by_key(line: Written) -> str:
    return str(line.get("key") or "")


@dataclass(frozen=True, slots=True)
class Drilled:
    """One channel of a drill."""

    make: Make
    account: str
    """What the record calls it; no other channel has the same."""
    page: str
    """Where people read a post, with {account}, {id} and {called} in it."""
    publishing: tuple[Call, ...]
    removing: tuple[Call, ...]
    reading: tuple[Call, ...]
    finds: bool = True
    """Whether the publisher can always find out by itself."""
    repeats: int = 0
    """How often a post is sent again where nobody can find out, and silence would be worse."""
    pictured: bool = False
    """Whether each post there carries a picture."""
    shortest_wait: timedelta = timedelta(seconds=1)
    """So long at least nobody may call who has called too often."""
    called: Callable[[Written], str] = _by_key
    """What a post's address calls it, where that is not its id."""


class Fleet(dict[str, Drilled]):
    """All channels of a drill, by name."""

    @property
    def finding(self) -> tuple[str, ...]:
        """Name those where the publisher can always find out by itself."""
        return tuple(name for name, drilled in self.items() if drilled.finds)

    @property
    def accounts(self) -> Mapping[str, str]:
        """Tell whose account it is that the record speaks of."""
        return {drilled.account: name for name, drilled in self.items()}

    def repeats(self, name: str) -> int:
        """Give how many repeats a channel declares."""
        return self[name].repeats

    def make(
        self, origin: str, answer_within: timedelta, lag: timedelta, media_url: str
    ) -> dict[str, Channel]:
        """Make every channel to one platform, whose times are as compressed as the drill's."""
        made = {
            name: drilled.make(Making(name, origin, answer_within, media_url))
            for name, drilled in self.items()
        }
        for channel in made.values():
            safety = channel.repeat_safety
            window = KEY_WINDOW if safety.window else None
            channel.repeat_safety = replace(safety, lag=lag, window=window)
        return made
