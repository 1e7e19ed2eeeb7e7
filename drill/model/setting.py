"""What one search is about: a kind of channel, what may happen, and a guard taken away."""

from dataclasses import dataclass

from drill.model.entries import TICK
from services.publisher.domain.rules import Repeat, RepeatSafety, Rules, Timing


@dataclass(frozen=True)
class Setting:
    """Times are in ticks, and keep the inequalities that the settings demand."""

    by: Repeat
    without: str = ""
    """The guard that is off; it is taken away around the engine, never inside it."""
    changes: tuple[str, ...] = ()
    """Orders that may come after the first: `approved 2`, `withdrawn 1`."""
    attempts: int = 2
    """The most of one delivery; two are enough to show what a missing guard leads to."""
    fresh: int | None = None
    """Ticks until it is too late; None: never."""
    repeats: int = 0
    answer_within: int = 1
    lease: int = 2
    settle: int = 3
    lag: int = 1
    window: int = 8

    @property
    def late(self) -> int:
        """Ticks within which a request that was sent is applied, if it ever is."""
        return self.answer_within + self.lag

    @property
    def trusted(self) -> int:
        """Ticks for which a key is trusted, where there is one."""
        return self.window // 2 if self.by is Repeat.IDEMPOTENCY_KEY else 0

    def rules(self) -> Rules:
        """Give the rules. The replicas bear one name: compare-and-set tells them apart."""
        settle = 0 if self.without == "no-settle" else self.settle
        timing = Timing(self.answer_within * TICK, self.lease * TICK, settle * TICK)
        safety = RepeatSafety(
            self.by, self.window * TICK, finds=self.by is not Repeat.NONE, lag=self.lag * TICK
        )
        return Rules(timing, safety, "model", "a replica", repeats=self.repeats)
