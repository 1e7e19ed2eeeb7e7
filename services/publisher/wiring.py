"""Ties the publisher's steps to the broker: what it hears, what wakes it, what it repeats."""

import random
import secrets
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from socket import gethostname

from schemas import flow
from schemas.envelope import now
from schemas.posts import OrderApproved, OrderWithdrawn
from services.kit.blobs import Blobs
from services.kit.bus import Bus
from services.publisher.attempts import Sender
from services.publisher.domain import Timing
from services.publisher.handlers import Publisher
from services.publisher.ledger import (
    ChannelNotices,
    StreamAlarm,
    StreamLedger,
    StreamOrders,
    call,
)
from services.publisher.numbers import Numbers, counted
from services.publisher.ports import Channel


def wire(bus: Bus, channels: Mapping[str, Channel], timing: Timing, probe: timedelta) -> Publisher:
    """Make the publisher of one replica and let it hear."""
    numbers = Numbers(bus.registry)
    ledger = counted(StreamLedger(bus.facts), numbers)
    newest, alarm = StreamOrders(bus.facts), StreamAlarm(bus.timers)
    sender = Sender(
        ledger=ledger,
        orders=newest,
        alarm=alarm,
        pictures=Blobs(bus.facts),
        call=call,
        timing=timing,
        # The boot id makes a claim of this process differ from one of its predecessor.
        owner=f"{gethostname()}/{secrets.token_hex(8)}",
        now=now,
        clock=time.monotonic,
        chance=random.random,
    )
    publisher = Publisher(
        channels, ledger, newest, alarm, ChannelNotices(bus.facts), sender, timing, now
    )
    orders = flow.hop_of(OrderApproved)
    for name, channel in channels.items():
        bus.hear(
            flow.heard("publisher", orders, name),
            publisher.take_order,
            OrderApproved,
            OrderWithdrawn,
        )
        bus.hear_dues(flow.dues("publisher", name), publisher.continue_delivery)
        bus.every(probe, partial(publisher.probe, channel))
    return publisher
