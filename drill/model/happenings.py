"""Everything that can happen next: messages, writes, calls, look-ups, kills, time, people."""

from collections.abc import Iterator
from typing import NamedTuple

from drill.model.channel import Channel, Request
from drill.model.engine import Engine, Told
from drill.model.entries import Entry, waits_for_a_person
from drill.model.setting import Setting
from drill.model.world import IDLE, Replica, World
from services.publisher.domain.rules import Repeat

NAMES = ("A", "B")


class Happening(NamedTuple):
    """A step of a history, in words, and what is true after it."""

    words: str
    world: World
    counted_on: bool = True
    """Whether the system may count on it; not on luck, people or harm."""


class Nature:
    """What can happen in one setting."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._engine = Engine(setting)

    def next(self, world: World) -> Iterator[Happening]:
        """List everything that can happen now."""
        setting = self._setting
        for number, replica in enumerate(world.replicas):
            name = NAMES[number]
            if replica.doing == "idle":
                yield from self._take(world, number, name)
                continue
            yield Happening(f"{name} is killed", _dropped(world, number), counted_on=False)
            if replica.doing == "store":
                yield self._store(world, number, name)
            else:
                yield from self._act(world, number, name)
        for channel in world.channel.arrivals(setting.by, setting.window):
            arrived = world._replace(channel=channel)
            yield Happening("a late request arrives", arrived, counted_on=False)
        if world.ages:
            yield Happening("a tick passes", world.later(setting))
        if waits_for_a_person(world.entry) and not (world.decision or world.channel.under_way):
            choice = "there" if world.channel.shown else "absent"
            said = world._replace(decision=(choice, world.entry.attempt if world.entry else 0))
            yield Happening(f"a person says: {choice}", said)
        for change in setting.changes if world.order == "approved 1" else ():
            unheard = {world.order} - ({world.order} if world.heard else set())
            changed = world._replace(order=change, heard=False, earlier=frozenset(unheard))
            yield Happening(f"people decide: {change}", changed, counted_on=False)

    def _take(self, world: World, number: int, name: str) -> Iterator[Happening]:
        if not world.heard:
            replica = Replica(base=world.entry, woken=("order", world.order))
            heard = self._go_on(world, number, replica, Told("heard", world.order))
            yield Happening(f"{name} hears the order", heard)
        for order in sorted(world.earlier):
            replica = Replica(base=world.entry, woken=("earlier", order))
            taken = world._replace(earlier=world.earlier - {order})
            heard = self._go_on(taken, number, replica, Told("heard", order))
            yield Happening(f"{name} hears an earlier order again", heard)
        if world.decision:
            # It was said of the entry that waited, and counts for no other.
            choice, attempt = world.decision
            entry = world.entry
            counts = entry and waits_for_a_person(entry) and entry.attempt == attempt
            told = Told("decided" if counts else "heard", world.order, choice)
            replica = Replica(base=world.entry, woken=("decision", world.decision))
            yield Happening(f"{name} hears the decision", self._go_on(world, number, replica, told))
        if 0 in world.timers:
            replica = Replica(base=world.entry, woken=("timer",))
            taken = world._replace(timers=world.timers - {0})
            rung = self._go_on(taken, number, replica, Told("rang", world.order))
            yield Happening(f"{name} gets the due message", rung)
        if world.entry is not None:
            replica = Replica(base=world.entry, woken=("again",))
            rung = self._go_on(world, number, replica, Told("rang", world.order))
            yield Happening(f"{name} gets an old due message again", rung, counted_on=False)

    def _go_on(self, world: World, number: int, replica: Replica, told: Told) -> World:
        """Ask the engine what follows, and let the replica begin with it."""
        decision = self._engine.decide(replica.base, told)
        entry = decision.entry
        if entry is None and not decision.effect:
            return _done(world, number, replica)
        claims = entry is not None and entry.state == "attempted"
        moved = replica._replace(
            doing="act" if entry is None else "store",
            base=replica.base if decision.effect == "look up" else None,
            next=decision,
            elapsed=0 if claims else replica.elapsed,
        )
        return world.put(number, moved)

    def _store(self, world: World, number: int, name: str) -> Happening:
        replica, without = world.replicas[number], self._setting.without
        entry, effect, _ = replica.next
        if entry is None:
            raise TypeError("nothing to store")
        if entry.state == "attempted" and without == "no-write-before-call":
            ahead = replica._replace(
                doing="act", base=entry, next=replica.next._replace(entry=None)
            )
            return Happening(f"{name} goes ahead without storing", world.put(number, ahead))
        if not replica.current and without != "no-cas":
            return Happening(f"{name} comes too late to store", _dropped(world, number))
        first, second = (each._replace(current=False) for each in world.replicas)
        base = entry if effect == "check" else None
        stored = replica._replace(
            doing="act", base=base, current=True, next=replica.next._replace(entry=None)
        )
        after = world._replace(entry=entry, replicas=(first, second)).put(number, stored)
        if not effect:
            after = _done(after, number, stored)
        return Happening(f"{name} stores: {entry.state}", after)

    def _act(self, world: World, number: int, name: str) -> Iterator[Happening]:
        replica = world.replicas[number]
        _, effect, ticks = replica.next
        match effect:
            case "wake":
                set_ = _done(world, number, replica)
                if replica.current or replica.woken != ("again",):
                    set_ = set_._replace(timers=set_.timers | {ticks})
                yield Happening(f"{name} sets a timer in {ticks}", set_)
            case "check":
                yield from self._call(world, number, name)
            case "look up":
                for finding in self._findings(world):
                    told = Told("looked up", world.order, finding)
                    after = self._go_on(world, number, replica, told)
                    yield Happening(f"{name} looks it up: {finding}", after, finding != "lost")

    def _findings(self, world: World) -> Iterator[str]:
        if world.channel.shown:
            yield "there"
        if not world.channel.shown or world.channel.shown_for < self._setting.lag:
            yield "absent"
        yield "lost"

    def _call(self, world: World, number: int, name: str) -> Iterator[Happening]:
        """Check, then call in the same breath: what may lie between is the gap that we state."""
        setting, replica = self._setting, world.replicas[number]
        base = replica.base
        if base is None:
            raise TypeError("a claim has an entry")
        elapsed = 0 if setting.without == "send-after-lease" else replica.elapsed
        passed = Told("claimed", world.order, elapsed=elapsed)
        decision = self._engine.decide(base, passed)
        if decision.effect != "call":
            stopped = self._go_on(world, number, replica, passed)
            yield Happening(f"{name} stops at the gate", stopped)
            return
        prepares = setting.by is Repeat.TWO_PHASE and base.aim == "publish" and not base.handle
        outcomes = self._prepare(world) if prepares else self._publish(world, base)
        for words, answer, channel in outcomes:
            after = world._replace(channel=channel, prepared=world.prepared + prepares)
            unsure = answer == "lost" and setting.without == "retry-uncertain"
            told = Told("answered", world.order, "busy" if unsure else answer)
            answered = self._go_on(after, number, replica, told)
            yield Happening(f"{name} calls: {words}", answered, answer == "done" or prepares)

    def _prepare(self, world: World) -> Iterator[tuple[str, str, Channel]]:
        yield "busy, nothing applied", "busy", world.channel
        yield "no answer", "lost", world.channel
        yield "prepared", f"h{world.prepared}", world.channel

    def _publish(self, world: World, base: Entry) -> Iterator[tuple[str, str, Channel]]:
        setting, channel = self._setting, world.channel
        key = f"{base.revision}"
        if setting.without == "new-key-per-attempt":
            key += f" of attempt {base.attempt}"
        request = Request(base.aim, base.revision, base.handle, key, setting.late)
        if base.handle and base.aim == "publish":
            spent = channel.spend(base.handle)
            if base.handle in spent.spent:
                yield "what lay ready is spent", "spent", spent
            if base.handle in channel.spent:
                return
        applied = channel.apply(request, setting.by, setting.window)
        yield "applied", "done", applied
        yield "busy, nothing applied", "busy", channel
        yield "no answer, nothing applied", "lost", channel
        yield "applied, the answer is lost", "lost", applied
        yield "no answer, applied later or never", "lost", channel.send_late(request)


def _dropped(world: World, number: int) -> World:
    """Let go of everything in hand; a message that was not acknowledged comes again."""
    match world.replicas[number].woken:
        case ("timer",):
            world = world._replace(timers=world.timers | {0})
        case ("order", order) if order != world.order:
            world = world._replace(earlier=world.earlier | {order})
        case ("earlier", order):
            world = world._replace(earlier=world.earlier | {order})
    return world.put(number, IDLE)


def _done(world: World, number: int, replica: Replica) -> World:
    """Acknowledge the message. A lost acknowledgement is an old message that comes again."""
    match replica.woken:
        case ("order", order) if order == world.order:
            world = world._replace(heard=True)
        case ("decision", decision) if decision == world.decision:
            world = world._replace(decision=None)
    return world.put(number, IDLE)
