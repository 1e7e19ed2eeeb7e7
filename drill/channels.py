"""The six channels of the drill: one for each kind of repeat-safety, and one as in a crisis."""

from collections.abc import Mapping
from datetime import timedelta

from drill.plain import PlainChannel
from drill.platform import (
    KeyedChannel,
    ListedChannel,
    MuteChannel,
    OwnIdChannel,
    TwoPhaseChannel,
)

KEY_WINDOW = timedelta(seconds=40)


class ForgetfulChannel(KeyedChannel):
    """The platform forgets our key so soon that both replaying and reading are tried."""

    window = KEY_WINDOW


KINDS: Mapping[str, type[PlainChannel]] = {
    "own-id": OwnIdChannel,
    "two-phase": TwoPhaseChannel,
    "keyed": ForgetfulChannel,
    "listed": ListedChannel,
    "mute": MuteChannel,
    "crisis": MuteChannel,
}
NAMES = tuple(KINDS)

DECLARED: Mapping[str, int] = {"crisis": 1}
"""How often a post is sent again where nobody can find out and a repeat is better than silence."""

FINDING = tuple(name for name, kind in KINDS.items() if kind.finds)
"""Where the publisher can always find out by itself."""


def make(
    kinds: Mapping[str, type[PlainChannel]],
    origin: str,
    answer_within: timedelta,
    lag: timedelta,
) -> dict[str, PlainChannel]:
    """Make every channel to one platform."""
    return {
        name: kind(name, name.capitalize(), origin, answer_within, lag=lag)
        for name, kind in kinds.items()
    }
