"""Puts the lane together: the publisher's engine and adapters on the siren's own memory."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from socket import gethostname
from uuid import UUID

from schemas.envelope import now
from services.publisher.courier import Courier
from services.publisher.domain.rules import Timing
from services.publisher.ledger import call
from services.publisher.ports import Channel
from services.publisher.siren.domain.orders import Marking
from services.publisher.siren.lane import Lane
from services.publisher.siren.memory import AlertOrders, Cards, LocalAlarm, OpenLanes, SpoolLedger
from services.publisher.siren.spool import Spool
from services.publisher.wiring import rules_of


@dataclass(frozen=True, slots=True)
class Parts:
    """What other rooms of the siren need of it."""

    lane: Lane
    ledger: SpoolLedger
    orders: AlertOrders


def assemble(
    spool: Spool, channels: Mapping[str, Channel], timing: Timing, mark: Marking, cards: Cards
) -> Parts:
    """Make the lane of one process."""
    ledger = SpoolLedger(spool)
    orders = AlertOrders(spool, ledger, channels, mark)
    owner = f"{gethostname()}/{secrets.token_hex(8)}"
    lanes: list[Lane] = []

    def ring(channel: str, post: UUID, at: datetime) -> None:
        lanes[0].wake(channel, post, at)

    alarm = LocalAlarm(ring)
    courier = Courier(
        ledger=ledger,
        orders=orders,
        alarm=alarm,
        lanes=OpenLanes(),
        media=cards,
        call=call,
        look=call,
        now=now,
        clock=time.monotonic,
        chance=secrets.SystemRandom().random,
    )
    rules = {name: rules_of(channel, timing, owner) for name, channel in channels.items()}
    lanes.append(Lane(spool, ledger, orders, channels, rules, courier, alarm))
    return Parts(lanes[0], ledger, orders)
