"""How far the durables have come, asked of the broker."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.flow import Durable
from services.kit.connection import Connection
from services.kit.messages import instant


@dataclass(frozen=True, slots=True)
class ConsumerState:
    """How far one durable has come, as the broker sees it."""

    pending: int
    unacked: int
    delivered: int
    ack_wait: timedelta
    """An unfinished message comes again after this."""
    at: datetime
    """The broker's own time."""


async def consumer_state(connection: Connection, durable: Durable) -> ConsumerState:
    """Ask the broker about a durable; `LookupError` if it is not there."""
    answer = await connection.ask(f"$JS.API.CONSUMER.INFO.{durable.stream}.{durable.name}")
    said = json.loads(answer.data)
    if "error" in said:
        raise LookupError(
            f"{durable.name}: {said['error'].get('description')}; "
            "run: python -m services.provision streams"
        )
    return ConsumerState(
        said["num_pending"],
        said["num_ack_pending"],
        said["delivered"]["consumer_seq"],
        timedelta(microseconds=said["config"]["ack_wait"] // 1000),
        instant(said["ts"]),
    )
