"""The planner's promises to people: decided on facts, told whole or not at all."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from schemas.codes import Code
from schemas.posts import OrderApproved
from services.planner.domain import transitions
from services.planner.domain.written import WrittenPost
from services.planner.requests import Asked
from tests.planner.deliveries import delivery
from tests.planner.samples import (
    ANNA,
    BENGT,
    CILLA,
    NOW,
    READER,
    in_a_while,
    variant,
    written,
)
from tests.planner.world import TWO, World, refusal, void


def at_times(*channels: str, **fields: str) -> Any:
    """Write a post whose times come in an hour."""
    at = in_a_while(since=NOW)
    return written(*(variant(channel, publish_at=at, **fields) for channel in channels))


async def test_from_draft_to_orders(world: World) -> None:
    await world.approved()
    assert world.memory.types() == [
        "post.drafted.v1",
        "post.submitted.v1",
        "post.approved.v1",
        "order.approved.v1",
        "order.approved.v1",
    ]


async def test_a_refused_post_leaves_nothing_behind(world: World) -> None:
    assert await refusal(world.draft(written(variant("radio")))) is Code.UNKNOWN_CHANNEL
    assert await refusal(world.draft(TWO, READER)) is Code.NOT_ALLOWED
    assert world.memory.told == []


async def test_an_approval_names_the_content_that_was_read(world: World) -> None:
    post = await world.submitted()
    assert await refusal(world.approve(post, seen=None)) is Code.APPROVAL_UNSEEN
    assert await refusal(world.approve(post, seen="0" * 64)) is Code.APPROVAL_STALE
    assert await refusal(world.approve(post, ANNA)) is Code.OWN_APPROVAL
    assert world.memory.types()[-1] == "post.submitted.v1"


async def test_an_edit_of_what_another_has_changed_is_stale(world: World) -> None:
    first = await world.draft()
    changed = WrittenPost.model_validate(written(variant(text="Nytt")))
    seen = Asked(seen=first.post.digest)
    await world.planner.edit(ANNA, first.post.post, changed, seen)
    again = world.planner.edit(BENGT, first.post.post, changed, seen)
    assert await refusal(again) is Code.APPROVAL_STALE


async def test_a_channel_that_has_gone_stops_an_approval(world: World) -> None:
    post = await world.submitted()
    world.channels.names = {"newsroom": world.channels.names["newsroom"]}
    assert await refusal(world.approve(post)) is Code.UNKNOWN_CHANNEL


async def test_a_time_that_has_passed_stops_a_submission(world: World) -> None:
    drafted = await world.draft(written(variant(publish_at=in_a_while(since=NOW))))
    world.clock.moment += timedelta(hours=2)
    submit = world.planner.submit(ANNA, drafted.post.post, Asked())
    assert await refusal(submit) is Code.TIME_PAST


async def test_an_unknown_post_is_told(world: World) -> None:
    submit = world.planner.submit(ANNA, uuid4(), Asked())
    assert await refusal(submit) is Code.POST_NOT_FOUND


@pytest.mark.parametrize("state", ["attempted", "uncertain"])
async def test_nothing_is_edited_while_a_channel_is_called(world: World, state: str) -> None:
    post = await world.approved()
    world.memory.put(delivery(state, "mastodon", post=post.post))
    assert await refusal(world.edit(post, TWO)) is Code.UNDER_WAY


async def test_a_correction_is_written_approved_by_another_and_due_at_once(world: World) -> None:
    post = await world.approved(at_times("newsroom", "mastodon"))
    world.memory.put(delivery("published", post=post.post))
    world.memory.put(delivery("scheduled", "mastodon", post=post.post))
    world.clock.moment += timedelta(hours=3)
    changed = written(variant(text="Rättat"), variant("mastodon"))
    edited = await world.edit(post, changed)
    assert world.memory.types()[-2:] == ["post.edited.v1", "order.withdrawn.v1"]
    world.memory.put(delivery("cancelled", "mastodon", post=post.post))
    again = (await world.planner.submit(ANNA, edited.post, Asked())).post
    assert await refusal(world.approve(again, ANNA)) is Code.OWN_APPROVAL
    await world.approve(again)
    orders = [told.fact for told in world.memory.told[-2:]]
    assert [(o.channel, o.revision, o.publish_at) for o in orders] == [
        ("newsroom", 2, world.clock.moment),
        ("mastodon", 2, world.clock.moment),
    ]


async def test_a_correction_keeps_times_that_have_passed(world: World) -> None:
    post = await world.approved(at_times("newsroom"))
    world.memory.put(delivery("published", post=post.post))
    world.clock.moment += timedelta(hours=3)
    changed = at_times("newsroom", text="Rättat")
    edited = await world.edit(post, changed)
    again = await world.planner.submit(ANNA, edited.post, Asked())
    await world.planner.watch_the_time(world.memory.told[-1])
    assert world.timers.pending == {}
    assert (await world.approve(again.post)).post.revision == 2


async def test_a_withdrawal_takes_back_what_is_public_too(world: World) -> None:
    post = await world.approved()
    world.memory.put(delivery("published", "mastodon", post=post.post))
    world.memory.put(delivery("attempted", post=post.post))
    await world.planner.withdraw(ANNA, post.post, Asked())
    orders = [told.fact for told in world.memory.told[-2:]]
    assert [(o.channel, o.public) for o in orders] == [
        ("newsroom", "retract"),
        ("mastodon", "retract"),
    ]


async def test_a_withdrawn_post_is_written_approved_and_published_anew(world: World) -> None:
    post = await world.approved()
    world.memory.put(delivery("published", post=post.post))
    withdrawn = await world.planner.withdraw(ANNA, post.post, Asked())
    for channel in ("newsroom", "mastodon"):
        world.memory.put(delivery("retracted", channel, post=post.post))
    edited = await world.edit(withdrawn.post, TWO)
    again = await world.planner.submit(ANNA, edited.post, Asked())
    assert (await world.approve(again.post)).post.revision == 2
    assert world.memory.types()[-2:] == ["order.approved.v1", "order.approved.v1"]


async def test_a_channel_left_out_and_taken_back_is_looked_at_too(world: World) -> None:
    post = await world.approved()
    await world.edit(post, written(variant("newsroom")))
    world.memory.put(delivery("attempted", "mastodon", post=post.post))
    assert await refusal(world.edit(post, TWO)) is Code.UNDER_WAY


async def test_an_edit_takes_the_orders_back_in_the_same_write(world: World) -> None:
    post = await world.approved()
    await world.planner.edit(ANNA, post.post, WrittenPost.model_validate(TWO), Asked())
    assert world.memory.types()[-3:] == [
        "post.edited.v1",
        "order.withdrawn.v1",
        "order.withdrawn.v1",
    ]


async def test_a_failed_delivery_can_be_mended_and_approved_again(world: World) -> None:
    post = await world.approved()
    world.memory.put(delivery("failed", "mastodon", post=post.post))
    await world.planner.edit(ANNA, post.post, WrittenPost.model_validate(TWO), Asked())
    again = (await world.planner.submit(ANNA, post.post, Asked())).post
    approved = await world.approve(again)
    assert approved.post.revision == 2
    orders = [told.fact for told in world.memory.told[-2:]]
    assert all(isinstance(order, OrderApproved) and order.revision == 2 for order in orders)


async def test_whoever_comes_second_is_told_so(world: World) -> None:
    post = await world.submitted()
    other = transitions.approve(post, CILLA, NOW, timedelta(minutes=15)).post
    world.memory.before_telling.append(lambda: void(world.memory.put(other)))
    assert await refusal(world.approve(post)) is Code.CHANGED_MEANWHILE
    assert world.memory.types().count("order.approved.v1") == 0
