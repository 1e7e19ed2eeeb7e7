"""A post that would be one too many for its channel is told while there is time to move it."""

from datetime import datetime, timedelta

import pytest

from schemas.channels import Quota
from schemas.codes import Code
from services.planner.domain import quotas
from services.planner.requests import Asked
from tests.planner.drawn import answering
from tests.planner.samples import ANNA, NOW, in_a_while, probed, variant, written
from tests.planner.world import World, refusal

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def is_full(at: datetime, *approved: datetime, left: int = 2, told: datetime = NOW) -> bool:
    """Ask for one more post in a channel that takes two a day."""
    quota = Quota(left=left, of=2, per=DAY)
    start, end = quotas.stretch(quota, at, NOW)
    found = [each for each in approved if start <= each < end]
    channel = probed("mastodon", at=told, quota=quota)
    return quotas.full(channel, quota, at, found, NOW) is not None


@pytest.mark.parametrize(
    ("at", "approved", "left", "full"),
    [
        (NOW, [], 2, False),
        (NOW, [], 0, True),
        (NOW + HOUR, [NOW + 2 * HOUR], 2, False),
        (NOW + HOUR, [NOW + 2 * HOUR], 1, True),
        (NOW + 2 * HOUR, [NOW + HOUR, NOW + 3 * HOUR], 2, True),
        # What was public before the figure was told is in the figure.
        (NOW + HOUR, [NOW - HOUR], 1, False),
        # A day later the figure says nothing: what is approved does.
        (NOW + DAY, [], 0, False),
        (NOW + 2 * DAY, [NOW + 2 * DAY - HOUR], 0, False),
        (NOW + 2 * DAY, [NOW + 2 * DAY - HOUR, NOW + 2 * DAY - 2 * HOUR], 2, True),
        # An earlier one must not take the place of those that come after it.
        (NOW + 2 * DAY, [NOW + 2 * DAY + HOUR, NOW + 2 * DAY + 2 * HOUR], 2, True),
        # One before and one after that never count at the same time.
        (NOW + 2 * DAY, [NOW + 2 * DAY - 20 * HOUR, NOW + 2 * DAY + 20 * HOUR], 2, False),
    ],
)
def test_a_channel_takes_so_many_in_any_day(
    at: datetime,
    approved: list[datetime],
    left: int,
    full: bool,  # noqa: FBT001
) -> None:
    assert is_full(at, *approved, left=left) is full


def test_a_figure_that_did_not_change_for_days_still_holds() -> None:
    told = NOW - 3 * DAY
    assert not is_full(NOW + HOUR, NOW - 2 * HOUR, left=1, told=told)
    assert is_full(NOW + HOUR, NOW - MINUTE, left=1, told=told)


def full_by(world: World, *, left: int) -> None:
    quota = Quota(left=left, of=100, per=DAY)
    world.channels.names = {"newsroom": probed("newsroom", quota=quota)}


async def test_what_would_be_one_too_many_is_not_submitted(world: World) -> None:
    full_by(world, left=1)
    world.channels.times = {"newsroom": [NOW + 2 * HOUR]}
    timed = written(variant(publish_at=in_a_while(since=NOW)))
    assert await refusal(world.submitted(timed)) is Code.QUOTA_FULL
    world.channels.times = {}
    await world.submitted(timed)


async def test_what_became_one_too_many_meanwhile_is_not_approved(world: World) -> None:
    now, timed = await world.submitted(written(variant())), in_a_while(since=NOW)
    later = await world.submitted(written(variant(publish_at=timed)))
    full_by(world, left=0)
    assert await refusal(world.approve(now)) is Code.QUOTA_FULL
    assert await refusal(world.approve(later)) is Code.QUOTA_FULL
    full_by(world, left=1)
    await world.approve(now)


async def test_a_post_without_a_time_may_wait_for_its_approval(world: World) -> None:
    full_by(world, left=0)
    drafted = await world.draft(written(variant()))
    await world.planner.submit(ANNA, drafted.post.post, Asked())
    assert world.memory.types()[-1] == "post.submitted.v1"


async def test_an_answer_to_a_comment_is_none_of_the_days_posts(world: World) -> None:
    post = answering(await world.submitted(written(variant())))
    world.memory.put(post)
    full_by(world, left=0)
    await world.approve(post)
