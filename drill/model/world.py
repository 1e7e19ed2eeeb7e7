"""One moment of one delivery's history: what is stored, in hand, on its way, and true."""

from typing import Any, NamedTuple

from drill.model.channel import Channel
from drill.model.engine import Decision
from drill.model.entries import FINAL, Entry
from drill.model.setting import Setting


class Replica(NamedTuple):
    """What one replica has in hand."""

    doing: str = "idle"
    """`idle`, `store` an entry, or `act` on an effect."""
    base: Entry | None = None
    """The entry that it goes by."""
    current: bool = True
    """Whether that is still the newest: compare-and-set would succeed."""
    next: Decision = Decision(None, "")
    elapsed: int = 0
    """Ticks since before it stored its claim."""
    woken: tuple[Any, ...] = ()
    """By what: its message goes away when it is done; `again` is one that should have gone."""


IDLE = Replica()


class World(NamedTuple):
    """Everything that there is."""

    entry: Entry | None = None
    order: str = "approved 1"
    heard: bool = False
    """Whether the newest order's message has been taken in and acknowledged."""
    timers: frozenset[int] = frozenset()
    replicas: tuple[Replica, Replica] = (IDLE, IDLE)
    channel: Channel = Channel()
    prepared: int = 0
    earlier: frozenset[str] = frozenset()
    """Orders that are no longer the newest, and whose message was never acknowledged."""
    decision: tuple[str, int] | None = None
    """What a person has said of the attempt that waited for it, until that is taken in."""

    def put(self, number: int, replica: Replica) -> "World":
        """Let one replica have this in hand."""
        first, second = self.replicas
        both = (replica, second) if number == 0 else (first, replica)
        return self._replace(replicas=both)

    @property
    def idle(self) -> bool:
        """Whether nobody has anything in hand."""
        return all(replica.doing == "idle" for replica in self.replicas)

    @property
    def at_rest(self) -> bool:
        """Whether all is done and nothing more will happen by itself."""
        if not self.idle or self.timers or not self.heard or self.earlier or self.decision:
            return False
        if self.entry is None:
            # Withdrawn before anybody had taken it in.
            return self.order.startswith("withdrawn")
        return self.entry.state in FINAL

    @property
    def ages(self) -> bool:
        """Whether time changes anything that matters."""
        waits = self.entry is not None and self.entry.state not in FINAL
        return bool(waits or not self.idle or self.timers - {0} or self.channel.under_way)

    def canonical(self) -> tuple["World", bool]:
        """Which replica is which changes nothing: put them in one order, and say if they moved."""
        first, second = self.replicas
        if hash(first) <= hash(second):
            return self, False
        return self._replace(replicas=(second, first)), True

    def later(self, setting: Setting) -> "World":
        """The same world one tick on."""
        first, second = self.replicas
        return self._replace(
            entry=self.entry.later(setting.settle, setting.trusted) if self.entry else None,
            timers=frozenset(max(at - 1, 0) for at in self.timers),
            replicas=(_later(first, setting), _later(second, setting)),
            channel=self.channel.later(setting.lag),
        )


def _later(replica: Replica, setting: Setting) -> Replica:
    if replica.doing == "idle":
        return replica
    base, (entry, effect, ticks) = replica.base, replica.next
    if entry is not None:
        # Its own times go on; it is stored when it is stored.
        entry = entry.later(setting.settle, setting.trusted)._replace(stored=0)
    return replica._replace(
        base=base.later(setting.settle, setting.trusted) if base else None,
        next=Decision(entry, effect, max(ticks - 1, 0)),
        elapsed=min(replica.elapsed + 1, setting.lease) if replica.next.effect == "check" else 0,
    )
