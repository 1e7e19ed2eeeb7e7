"""What the engine has to know of a channel and of time before it may decide anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Literal

from schemas.deliveries import DeliveryFact

Amends = Literal["change", "remove", "nothing"]
"""A channel lets us change what is public, or only take it away, or neither."""


class Repeat(Enum):
    """What makes it harmless to send the same thing twice to a channel, or lets us find out."""

    DETERMINISTIC_ID = "deterministic id"
    """We choose the id: sending again puts the same thing in the same place."""
    TWO_PHASE = "two-phase"
    """What is prepared is invisible, and one prepared thing becomes public once at most."""
    IDEMPOTENCY_KEY = "idempotency key"
    """The channel remembers our key for a while."""
    LOOK_UP = "look-up"
    """Nothing but reading what is public."""
    NONE = "none"
    """Neither; only a person can find out."""


@dataclass(frozen=True, slots=True)
class RepeatSafety:
    """How a channel lets us find out, or makes it harmless, after a lost answer."""

    by: Repeat
    window: timedelta | None = None
    """How long the channel remembers a key; half of it is trusted."""
    finds: bool = True
    """Whether what is public can be read back."""
    lag: timedelta = timedelta(0)
    """The longest time until a post that was taken can be read back."""


_BLIND = RepeatSafety(Repeat.NONE, finds=False)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often one replica may call a channel."""

    per_minute: float | None = None
    """None: as often as there is something to send."""
    burst: int = 10
    """So many at once after a quiet while."""


@dataclass(frozen=True, slots=True)
class Patience:
    """The bounds between which the waits of one delivery grow."""

    base: timedelta = timedelta(seconds=1)
    cap: timedelta = timedelta(minutes=5)
    heeds: bool = True
    """Whether a channel that names a longer time is left alone for all of it."""

    def pause(self, attempt: int, chance: float, named: timedelta | None = None) -> timedelta:
        """Wait between tries: full jitter below a bound that doubles. `chance` is in [0, 1)."""
        bound: timedelta = min(self.cap, self.base * 2 ** min(attempt, 20))
        longest = named if named is None or self.heeds else min(named, self.cap)
        return max(chance * bound, longest or timedelta(0))


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things may take."""

    answer_within: timedelta
    """One call to a channel, in all."""
    lease: timedelta
    """A claim is its owner's alone for so long."""
    settle: timedelta
    """After a lost answer nothing is believed for so long."""

    def faults(self, lag: timedelta = timedelta(0)) -> Iterator[str]:
        """Say which inequality is broken; any of them could make a post go out twice."""
        # A third of the lease may pass before the call: what is left has to hold the call.
        if self.answer_within * 3 > self.lease * 2:
            yield (
                f"ANSWER_WITHIN ({_seconds(self.answer_within)}) has to be at most two thirds of "
                f"LEASE ({_seconds(self.lease)}), or a call could outlive its claim"
            )
        if self.settle < self.lease + lag:
            yield (
                f"SETTLE ({_seconds(self.settle)}) has to be at least LEASE "
                f"({_seconds(self.lease)}) and the time until a post can be read back "
                f"({_seconds(lag)}) together, or a look-up could come before the post"
            )


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything but the moment that decides on a delivery in one channel, for one replica."""

    timing: Timing
    safety: RepeatSafety
    """Of a post of its own."""
    kind: str
    owner: str
    """This replica and its boot; a claim with another name is somebody else's."""
    keeps_content: bool = False
    repeats: int = 0
    """How often a post may be sent again when nobody can find out: 0 except in a crisis."""
    patience: Patience = Patience()
    """How long to wait between tries."""
    answer_safety: RepeatSafety | None = None
    """Of a post that answers a comment; None: the channel takes none."""

    def safety_of(self, delivery: DeliveryFact) -> RepeatSafety:
        """Say what makes it harmless to send this delivery twice, or lets us find out."""
        return self.safety if delivery.answers is None else self.answer_safety or _BLIND


def _seconds(span: timedelta) -> str:
    return f"{span.total_seconds():g} s"
