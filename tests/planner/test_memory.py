"""The memory's promises, kept by the real one and by the one that tests use."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from schemas.posts import PostFact
from services.kit.messages import Overtaken
from services.planner.domain import transitions
from services.planner.memory import StreamMemory
from services.planner.ports import Memory
from tests.harness.broker import running_broker
from tests.planner.fakes import FakeMemory
from tests.planner.samples import ANNA, BENGT, NOW
from tests.planner.test_transitions import FRESH, document


@pytest.fixture(params=["fake", pytest.param("stream", marks=pytest.mark.nats)])
async def memory(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Memory]:
    if request.param == "fake":
        yield FakeMemory()
        return
    async with running_broker(tmp_path) as broker, broker.listening(broker.bus("planner")) as bus:
        yield StreamMemory(bus.facts)


def drafted() -> PostFact:
    return transitions.draft(document(), uuid4(), ANNA, NOW).post


async def test_the_newest_fact_is_found(memory: Memory) -> None:
    post = drafted()
    first = await memory.tell([(post, 0)])
    submitted = transitions.submit(post, ANNA, NOW).post
    second = await memory.tell([(submitted, first)])
    told = await memory.newest(post.subject)
    assert told is not None
    assert (told.fact, told.sequence) == (submitted, second)


async def test_several_are_found_in_their_order(memory: Memory) -> None:
    posts = [drafted(), drafted()]
    for post in posts:
        await memory.tell([(post, 0)])
    subjects = [posts[1].subject, drafted().subject, posts[0].subject]
    found = await memory.newest_of(subjects)
    assert [told.fact if told else None for told in found] == [posts[1], None, posts[0]]


async def test_several_facts_stand_next_to_each_other(memory: Memory) -> None:
    submitted = transitions.submit(drafted(), ANNA, NOW).post
    done = transitions.approve(submitted, BENGT, NOW, FRESH)
    facts = [done.post, *done.orders]
    last = await memory.tell([(fact, 0) for fact in facts])
    found = await memory.newest_of([fact.subject for fact in facts])
    assert [told.sequence if told else 0 for told in found] == [last - 2, last - 1, last]


async def test_all_are_told_or_none(memory: Memory) -> None:
    submitted = transitions.submit(drafted(), ANNA, NOW).post
    done = transitions.approve(submitted, BENGT, NOW, FRESH)
    other = transitions.withdraw(submitted, ANNA, NOW).post
    await memory.tell([(other, 0)])
    with pytest.raises(Overtaken):
        await memory.tell([(fact, 0) for fact in (done.post, *done.orders)])
    assert await memory.newest_of([order.subject for order in done.orders]) == [None, None]


async def test_whoever_comes_second_is_told(memory: Memory) -> None:
    post = drafted()
    first = await memory.tell([(post, 0)])
    await memory.tell([(transitions.submit(post, ANNA, NOW).post, first)])
    with pytest.raises(Overtaken):
        await memory.tell([(transitions.submit(post, BENGT, NOW).post, first)])
