"""Counts what one delivery costs on which nothing goes wrong: messages stored, questions asked."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from services.kit.connection import Connection

STORED = ("deliveries stored", "timers stored")
LOOKED_UP = ("orders looked up", "pauses looked up", "holds looked up", "deliveries looked up")

_KINDS = {
    "publisher.delivery.": "deliveries stored",
    "timer.publisher.": "timers stored",
    "$JS.API.DIRECT.GET.PLANNER.planner.order.": "orders looked up",
    "$JS.API.DIRECT.GET.PLANNER.planner.publishing.": "pauses looked up",
    "$JS.API.DIRECT.GET.SIREN.siren.hold": "holds looked up",
    "$JS.API.DIRECT.GET.PUBLISHER.publisher.delivery.": "deliveries looked up",
    "$JS.ACK.": "acknowledged",
}
"""What a publisher sends to the broker because of a delivery. Its chores are not counted."""


@contextmanager
def counting(connection: Connection) -> Iterator[Counter[str]]:
    """Count what a service sends over its connection, by kind."""
    client, counts = connection.client, Counter[str]()
    publish = client.publish

    async def counted(subject: str, *said: Any, **more: Any) -> None:
        for beginning, kind in _KINDS.items():
            if subject.startswith(beginning):
                counts[kind] += 1
        await publish(subject, *said, **more)

    # Requests and acknowledgements all leave through this one method of the client.
    vars(client)["publish"] = counted
    try:
        yield counts
    finally:
        del vars(client)["publish"]


def round_trips(counts: Counter[str]) -> int:
    """Add up what was waited for."""
    return sum(counts[kind] for kind in (*STORED, *LOOKED_UP))
