"""What wakes a delivery: each message only says, look at it again. What is stored decides."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from schemas.channels import ChannelProbed, Limits
from schemas.decisions import DecisionMade
from schemas.posts import OrderApproved
from services.kit.messages import Due, Overtaken, Told
from services.publisher.courier import Courier
from services.publisher.domain.happenings import Event, Heard, Order, Rang, State, View
from services.publisher.domain.rules import Rules
from services.publisher.ports import Channel, Lanes, Ledger, Moderated, Notices, Orders, Readiness


@dataclass(frozen=True, slots=True)
class Publisher:
    """One replica of the publisher; compare-and-set on the ledger is all that replicas share."""

    channels: Mapping[str, Channel]
    rules: Mapping[str, Rules]
    ledger: Ledger
    orders: Orders
    lanes: Lanes
    notices: Notices
    courier: Courier
    now: Callable[[], datetime]
    chance: Callable[[], float]
    noted_ends: Mapping[str, datetime] = field(default_factory=dict)
    """When tokens end, as operators have written it down."""

    async def take_order(self, told: Told[Order]) -> None:
        """An order came, or came again."""
        order = told.fact
        view = View(self.now(), order)
        # Nearly always it is new, and then there is nothing to look up: storing shows it.
        if isinstance(order, OrderApproved) and order.revision == 1:
            with suppress(Overtaken):
                await self._carry(order.channel, None, Heard(view))
                return
        state = await self.ledger.recall(order.channel, order.post)
        await self._carry(order.channel, state, Heard(view))

    async def follow_decision(self, told: Told[DecisionMade]) -> None:
        """A person has decided on a delivery."""
        decision, name = told.fact, told.fact.channel
        state = await self.ledger.recall(name, decision.post)
        order = await self.orders.newest(name, decision.post)
        await self._carry(name, state, Heard(View(self.now(), order, decision=decision)))

    async def continue_delivery(self, due: Due) -> None:
        """A delivery's timer came."""
        name, post, serial = due.tokens
        # The entry first: an order that is older than it would look as if it were lost.
        state = await self.ledger.recall(name, UUID(post))
        order, pauses = await self.orders.standing(name, UUID(post))
        view = View(
            # The broker's time rules: a clock of ours that is behind must not wait a second time.
            now=max(self.now(), due.at),
            order=order,
            pauses=pauses,
            rest_until=self.lanes.rest_until(name),
            chance=self.chance(),
        )
        await self._carry(name, state, Rang(view), serial)

    async def probe(self, channel: Channel) -> None:
        """Ask a channel how it is, and tell it if that has changed."""
        readiness = await channel.check()
        noted_end = self.noted_ends.get(channel.name)
        await self.notices.tell_if_changed(probed(channel, readiness, self.now(), noted_end))

    async def _carry(self, name: str, state: State, event: Event, woken_by: str = "") -> None:
        await self.courier.carry(self.channels[name], self.rules[name], state, event, woken_by)


def probed(
    channel: Channel, readiness: Readiness, at: datetime, noted_end: datetime | None = None
) -> ChannelProbed:
    """Say how a channel is, by its own answer and by what operators have noted of its token."""
    return ChannelProbed(
        occurred_at=at,
        trace=uuid4(),
        channel=channel.name,
        kind=channel.kind,
        title=channel.title,
        url=channel.url,
        limits=_with_abilities(readiness.limits, channel),
        ready=readiness.code is None,
        code=readiness.code,
        parameters=readiness.parameters or {},
        token_ends=readiness.token_ends or noted_end,
        quota=readiness.quota,
    )


def _with_abilities(limits: Limits, channel: Channel) -> Limits:
    """Add what the channel's own adapter knows to do."""
    actions = channel.actions if isinstance(channel, Moderated) else ()
    abilities = {"answers": channel.answer_safety is not None, "moderation": actions}
    return limits.model_copy(update=abilities)
