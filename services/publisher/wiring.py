"""Ties the publisher's steps to the broker: what it hears, what wakes it, what it repeats."""

import random
import secrets
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from socket import gethostname
from types import MappingProxyType

import structlog

from schemas import flow
from schemas.decisions import DecisionMade
from schemas.envelope import now
from schemas.moderation import ModerationAsked
from schemas.posts import OrderApproved, OrderWithdrawn
from services.kit.blobs import Blobs
from services.kit.bus import Bus
from services.kit.releases import Releases
from services.publisher.courier import Courier
from services.publisher.domain.rules import Rules, Timing
from services.publisher.handlers import Publisher
from services.publisher.lanes import ChannelLanes
from services.publisher.ledger import (
    ChannelNotices,
    StreamAlarm,
    StreamHistory,
    StreamLedger,
    StreamOrders,
    call,
)
from services.publisher.moderation import Moderator
from services.publisher.numbers import Numbers, counted
from services.publisher.patrol import Patrol
from services.publisher.ports import Channel, NotRenewed, Renewing

log = structlog.get_logger()

_RENEW_EVERY = timedelta(hours=1)
"""How often it is looked whether a token is due."""


def assemble(
    bus: Bus,
    channels: Mapping[str, Channel],
    timing: Timing,
    lanes: ChannelLanes,
    noted_ends: Mapping[str, datetime] = MappingProxyType({}),
) -> Publisher:
    """Make the publisher of one replica."""
    ledger = counted(StreamLedger(bus.facts), Numbers(bus.registry))
    orders = StreamOrders(bus.facts)
    # The boot id makes a claim of this process differ from one of its predecessor.
    owner = f"{gethostname()}/{secrets.token_hex(8)}"
    return Publisher(
        channels=channels,
        rules={name: rules_of(channel, timing, owner) for name, channel in channels.items()},
        ledger=ledger,
        orders=orders,
        lanes=lanes,
        notices=ChannelNotices(bus.facts),
        courier=Courier(
            ledger=ledger,
            orders=orders,
            alarm=StreamAlarm(bus.timers),
            lanes=lanes,
            media=Blobs(bus.facts),
            call=call,
            look=call,
            now=now,
            clock=time.monotonic,
            chance=random.random,
        ),
        now=now,
        chance=random.random,
        noted_ends=noted_ends,
    )


def rules_of(channel: Channel, timing: Timing, owner: str) -> Rules:
    """Say what the engine has to know of a channel. Only a crisis lane repeats unknowing."""
    return Rules(
        timing=timing,
        safety=channel.repeat_safety,
        kind=channel.kind,
        owner=owner,
        keeps_content=channel.keeps_content,
        answer_safety=channel.answer_safety,
    )


def wire(
    bus: Bus, publisher: Publisher, timing: Timing, *, probe: timedelta, patrol: timedelta
) -> None:
    """Let the publisher hear, be woken, and look after its channels."""
    Releases(bus)
    walk = Patrol(StreamHistory(bus.facts), publisher.notices, now, timing.settle).walk
    orders, decisions = flow.hop_of(OrderApproved), flow.hop_of(DecisionMade)
    moderations = flow.hop_of(ModerationAsked)
    moderator = Moderator(
        publisher.channels, bus.facts, publisher.lanes, call, timing.answer_within, now
    )
    for name, channel in publisher.channels.items():
        heard = flow.heard("publisher", orders, name)
        bus.hear(heard, publisher.take_order, OrderApproved, OrderWithdrawn)
        heard = flow.heard("publisher", decisions, name)
        bus.hear(heard, publisher.follow_decision, DecisionMade)
        heard = flow.heard("publisher", moderations, name)
        bus.hear(heard, moderator.take, ModerationAsked)
        bus.hear_dues(flow.dues("publisher", name), publisher.continue_delivery)
        bus.every(probe, partial(publisher.probe, channel))
        bus.every(patrol, partial(walk, channel))
        if isinstance(channel, Renewing):
            bus.every(_RENEW_EVERY, partial(renew, channel))


async def renew(channel: Renewing) -> None:
    """Let a channel renew its token if that is due."""
    try:
        if await channel.renew():
            log.info("token.renewed", channel=channel.name)
    except NotRenewed as error:
        log.warning("token.not_renewed", channel=channel.name, why=str(error))
