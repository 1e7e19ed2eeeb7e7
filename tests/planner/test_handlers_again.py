"""What is asked twice is done once, and the clock does what nobody did in time."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from schemas.codes import Code
from schemas.posts import RequestAnswered
from services.kit.messages import BrokerAway, Due
from services.planner.domain.written import WrittenPost
from services.planner.requests import Asked
from tests.planner.fakes import FakeMemory
from tests.planner.samples import (
    ANNA,
    NOW,
    in_a_while,
    variant,
    written,
)
from tests.planner.world import TWO, World, refusal


async def test_the_same_request_is_carried_out_once(world: World) -> None:
    first = await world.draft(key="1" * 64, digest="2" * 64)
    again = await world.draft(key="1" * 64, digest="2" * 64)
    assert (again.post, again.status) == (first.post, 201)
    assert world.memory.types() == ["post.drafted.v1", "request.answered.v1"]


async def test_the_same_request_gets_the_post_as_it_now_is(world: World) -> None:
    first = await world.draft(key="1" * 64, digest="2" * 64)
    await world.planner.submit(ANNA, first.post.post, Asked())
    again = await world.draft(key="1" * 64, digest="2" * 64)
    assert (again.post.type, again.status) == ("post.submitted.v1", 201)


async def test_an_approval_repeated_with_its_key_is_the_same_approval(world: World) -> None:
    post = await world.submitted()
    asked: dict[str, Any] = {"key": "1" * 64, "digest": "2" * 64}
    await world.approve(post, **asked)
    again = await world.approve(post, **asked)
    assert again.post.type == "post.approved.v1"
    assert world.memory.types().count("post.approved.v1") == 1


async def test_a_key_is_for_one_request(world: World) -> None:
    await world.draft(key="1" * 64, digest="2" * 64)
    assert await refusal(world.draft(key="1" * 64, digest="3" * 64)) is Code.KEY_REUSED


async def test_the_same_request_twice_at_once_is_one(world: World) -> None:
    mine: dict[str, Any] = {"key": "1" * 64, "digest": "2" * 64}
    twin = World(memory=FakeMemory(), clock=world.clock)
    drafted = await twin.draft(TWO, **mine)

    def the_twin_is_first() -> None:
        for told in twin.memory.told:
            world.memory.put(told.fact)

    world.memory.before_telling.append(the_twin_is_first)
    answer = await world.draft(TWO, **mine)
    assert answer.post == drafted.post
    assert world.memory.types() == ["post.drafted.v1", "request.answered.v1"]


async def test_an_answer_is_kept_in_the_same_write(world: World) -> None:
    await world.draft(key="1" * 64, digest="2" * 64)
    answer = world.memory.told[-1].fact
    assert isinstance(answer, RequestAnswered)
    assert (answer.version, answer.status) == (1, 201)


async def test_a_broker_that_is_away_is_not_hidden(world: World) -> None:
    world.memory.away = True
    with pytest.raises(BrokerAway):
        await world.draft()


async def test_a_submitted_post_is_woken_for_at_its_first_time(world: World) -> None:
    soon = NOW + timedelta(hours=1)
    post = await world.submitted(
        written(variant("newsroom", publish_at=soon.isoformat()), variant("mastodon"))
    )
    told = world.memory.told[-1]
    await world.planner.watch_the_time(told)
    await world.planner.watch_the_time(told)
    assert world.timers.pending == {("post", str(post.post), str(told.sequence)): soon}


async def test_a_post_for_now_needs_no_timer(world: World) -> None:
    await world.submitted()
    await world.planner.watch_the_time(world.memory.told[-1])
    assert world.timers.pending == {}


async def test_a_post_that_nobody_approved_is_missed(world: World) -> None:
    await world.submitted(written(variant(publish_at=in_a_while(since=NOW))))
    told = world.memory.told[-1]
    await world.due(told)
    await world.due(told)
    assert world.memory.types()[-2:] == ["post.submitted.v1", "post.missed.v1"]
    assert world.memory.told[-1].fact.by == "clock"


async def test_a_late_timer_changes_nothing_about_an_approved_post(world: World) -> None:
    post = await world.submitted(written(variant(publish_at=in_a_while(since=NOW))))
    told = world.memory.told[-1]
    await world.approve(post)
    before = world.memory.types()
    await world.due(told)
    assert world.memory.types() == before


async def test_an_old_timer_does_not_miss_a_new_submission(world: World) -> None:
    post = await world.submitted(written(variant(publish_at=in_a_while(since=NOW))))
    told = world.memory.told[-1]
    later = WrittenPost.model_validate(written(variant(publish_at=in_a_while(9000, since=NOW))))
    await world.planner.edit(ANNA, post.post, later, Asked())
    await world.planner.submit(ANNA, post.post, Asked())
    await world.due(told)
    assert world.memory.types()[-1] == "post.submitted.v1"


async def test_a_timer_for_a_post_that_is_not_there_is_let_go(world: World) -> None:
    await world.planner.miss_unapproved(Due(("post", str(UUID(int=0)), "7"), uuid4(), NOW))
    assert world.memory.told == []
