"""The events of every room, rebuilt from the record and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from simulator.matrix.names import event_id
from simulator.record import Entry

MATRIX = "matrix"
PINNED = "m.room.pinned_events"


def replaced_by(content: dict[str, Any]) -> str | None:
    """The event in whose place an event of this content stands."""
    relation = content.get("m.relates_to")
    if not isinstance(relation, dict) or relation.get("rel_type") != "m.replace":
        return None
    return str(relation.get("event_id"))


@dataclass(slots=True)
class Event:
    """One event; of one that was redacted only the frame is left."""

    id: str
    place: int
    type: str
    sender: str
    at: datetime
    seen_from: datetime
    content: dict[str, Any]
    device: str
    transaction: str
    post_id: str | None
    """The post that it is or changes, as readers see it."""
    redacted_by: "Event | None" = None

    @property
    def replaces(self) -> str | None:
        """The event in whose place it stands."""
        return replaced_by(self.content)


@dataclass(slots=True)
class _Room:
    events: list[Event] = field(default_factory=list)
    by_id: dict[str, Event] = field(default_factory=dict)
    calls: dict[tuple[str, str], Event] = field(default_factory=dict)


class Rooms:
    """Every room; changed only by entries of the record."""

    def __init__(self, key_window: timedelta) -> None:
        self._key_window = key_window
        self._rooms: dict[str, _Room] = {}

    def event(self, account: str, event: str) -> Event | None:
        """The event of this name, whatever became of it."""
        return self._of(account).by_id.get(event)

    def made(self, account: str, device: str, name: str) -> Event:
        """The event that a device has just made by a call of this name."""
        return self._of(account).calls[device, name]

    def remembered(self, account: str, device: str, name: str, now: datetime) -> Event | None:
        """The event that a device has made by a call of this name, while the server knows it."""
        event = self._of(account).calls.get((device, name))
        return event if event and now - event.at < self._key_window else None

    def pinned(self, account: str) -> dict[str, Any] | None:
        """What the room says is pinned; None: it has never said."""
        events = reversed(self._of(account).events)
        return next((each.content for each in events if each.type == PINNED), None)

    def before(self, account: str, place: int | None, now: datetime) -> Iterator[Event]:
        """What a member is shown, the newest first, from the newest or from under a place."""
        events = self._of(account).events
        for event in reversed(events[:place]):
            if event.seen_from <= now:
                yield event

    def replacing(self, account: str, event: Event) -> list[Event]:
        """What stands in the place of an event, the newest first; of what is gone, nothing."""
        if event.redacted_by:
            return []
        events = reversed(self._of(account).events)
        return [each for each in events if each.replaces == event.id and not each.redacted_by]

    def apply(self, entry: Entry) -> None:
        """Let one entry of the record become true."""
        said = entry.value
        if said is None or entry.account is None:
            return
        room = self._rooms.setdefault(entry.account, _Room())
        event = Event(
            id=event_id(entry.n),
            place=len(room.events),
            type=said["type"],
            sender=said["sender"],
            at=entry.at,
            seen_from=entry.at + timedelta(seconds=entry.lag or 0),
            content=said["content"],
            device=said["device"],
            transaction=said["transaction"],
            post_id=entry.id,
        )
        room.events.append(event)
        room.by_id[event.id] = event
        room.calls[event.device, event.transaction] = event
        redacted = room.by_id.get(said["content"].get("redacts", ""))
        if event.type == "m.room.redaction" and redacted:
            redacted.content = {}
            redacted.redacted_by = event

    def _of(self, account: str) -> _Room:
        # Reading a room that nobody wrote in must not make one.
        return self._rooms.get(account) or _Room()
