"""A board shows what was told, goes on from where it was, and is drawn anew when it must be."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from schemas.envelope import Fact
from services.kit.boards import Follower, Position
from services.kit.messages import Told
from tests.harness.broker import CHANNELS, Broker
from tests.harness.waiting import eventually
from tests.kit.builders import scheduled, told_raw

pytestmark = pytest.mark.nats

PATTERNS = {"PUBLISHER": "publisher.delivery.*.*", "METRICS": "metrics.>"}


class Slate:
    """A board that remembers what was drawn on it."""

    def __init__(self) -> None:
        self.drawn: list[str] = []
        self.positions: dict[str, Position] = {}
        self.cleared = 0

    def position(self, stream: str) -> Position | None:
        return self.positions.get(stream)

    def apply(self, stream: str, page: Sequence[Told[Fact]], position: Position) -> None:
        self.drawn += [told.fact.subject for told in page]
        self.positions[stream] = position

    def clear(self) -> None:
        self.drawn, self.positions = [], {}
        self.cleared += 1


@asynccontextmanager
async def _following(broker: Broker, slate: Slate) -> AsyncIterator[Follower]:
    planner = broker.bus("planner")
    follower = Follower(planner, slate, PATTERNS)
    async with broker.listening(planner):
        await follower.start()
        try:
            await eventually(lambda: follower.caught_up)
            yield follower
        finally:
            await follower.stop()


async def test_what_is_told_is_shown_at_once(broker: Broker) -> None:
    slate, publisher = Slate(), broker.bus("publisher")
    async with broker.listening(publisher), _following(broker, slate) as follower:
        for _ in range(3):
            fact = scheduled()
            sequence = await publisher.facts.tell(fact, after=0)
            assert await follower.reach("PUBLISHER", sequence, patience=0.8)
            assert slate.drawn[-1] == fact.subject
        assert not await follower.reach("PUBLISHER", sequence + 1, patience=0.2)


async def test_a_board_goes_on_from_its_position(broker: Broker) -> None:
    slate, publisher = Slate(), broker.bus("publisher")
    async with broker.listening(publisher):
        facts: list[Fact] = [scheduled() for _ in range(600)]
        await publisher.facts.tell_together([(fact, 0) for fact in facts[:300]])
        async with _following(broker, slate):
            pass
        await publisher.facts.tell_together([(fact, 0) for fact in facts[300:]])
        async with _following(broker, slate):
            pass
    assert slate.drawn == [fact.subject for fact in facts]
    assert slate.cleared == 0


async def test_what_cannot_be_read_is_passed_over(broker: Broker) -> None:
    slate, publisher = Slate(), broker.bus("publisher")
    async with broker.listening(publisher):
        await told_raw(publisher, f"publisher.delivery.newsroom.{uuid4()}", b"?")
        await told_raw(publisher, f"publisher.delivery.newsroom.{uuid4()}", b'{"type":"x.y.v1"}')
        fact = scheduled()
        await publisher.facts.tell(fact, after=0)
        async with _following(broker, slate):
            assert slate.drawn == [fact.subject]


async def test_a_board_of_another_stream_is_drawn_anew(broker: Broker) -> None:
    slate, publisher = Slate(), broker.bus("publisher")
    async with broker.listening(publisher):
        for _ in range(3):
            await publisher.facts.tell(scheduled(), after=0)
        async with _following(broker, slate):
            assert len(slate.drawn) == 3
        async with broker.operator() as operator:
            await operator.jetstream().delete_stream("PUBLISHER")
        await broker.provision(CHANNELS)
        facts = [scheduled() for _ in range(4)]
        for fact in facts:
            await publisher.facts.tell(fact, after=0)

        async with _following(broker, slate):
            assert slate.drawn == [fact.subject for fact in facts]
    assert slate.cleared == 1


async def test_a_board_follows_over_an_outage(broker: Broker) -> None:
    slate, publisher = Slate(), broker.bus("publisher")
    async with broker.listening(publisher), _following(broker, slate) as follower:
        await publisher.facts.tell(scheduled(), after=0)
        await broker.restart()
        sequence = await publisher.facts.tell(scheduled(), after=0)
        assert await follower.reach("PUBLISHER", sequence, patience=3)
    assert len(slate.drawn) == 2
