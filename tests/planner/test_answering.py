"""An answer names a comment that is there, in its channel, which takes answers."""

from typing import Any
from uuid import UUID

import pytest

from schemas.channels import Limits
from schemas.codes import Code
from schemas.posts import OrderApproved
from services.planner.domain.comments import CommentState, Known
from services.planner.domain.refusals import Refusal
from services.planner.domain.written import WrittenPost
from services.planner.requests import Asked
from tests.planner.comments import COMMENT, comment_id, received, removed
from tests.planner.deliveries import delivery, proof
from tests.planner.samples import ANNA, probed, variant, written
from tests.planner.world import World, refusal


def answer(channel: str = "mastodon", comment: UUID = COMMENT, **fields: Any) -> dict[str, Any]:
    told = variant(channel, answers={"comment": str(comment)}, **fields)
    del told["publish_at"]
    return told | ({"publish_at": fields["publish_at"]} if "publish_at" in fields else {})


@pytest.fixture
def world() -> World:
    world = World()
    world.comments.told = [
        Known(received(), CommentState.OPEN),
        Known(removed(comment_id(1)), CommentState.REMOVED),
        Known(removed(comment_id(2)), CommentState.HIDDEN),
    ]
    return world


async def test_an_answer_is_ordered_with_what_the_channel_calls_the_comment(world: World) -> None:
    post = await world.approved(written(answer()))
    [order] = [told.fact for told in world.memory.told if isinstance(told.fact, OrderApproved)]
    assert order.post == post.post
    assert order.content.answers is not None
    assert order.content.answers.model_dump() == {
        "comment": COMMENT,
        "external_id": received().external_id,
        "beneath": "113524",
    }
    assert post.document.variants[0].publish_at == "on_approval"


async def test_the_comment_is_part_of_what_an_approval_binds(world: World) -> None:
    to_it = await world.draft(written(answer()))
    by_itself = await world.draft(written(variant("mastodon")))
    assert to_it.post.digest != by_itself.post.digest


async def test_what_we_have_hidden_can_still_be_answered(world: World) -> None:
    drafted = await world.draft(written(answer(comment=comment_id(2))))
    assert drafted.status == 201


@pytest.mark.parametrize(
    ("variants", "code", "path"),
    [
        ([answer(comment=comment_id(9))], Code.COMMENT_UNKNOWN, "variants.0.answers"),
        ([answer(comment=comment_id(1))], Code.COMMENT_GONE, "variants.0.answers"),
        ([answer("newsroom")], Code.COMMENT_ELSEWHERE, "variants.0.answers"),
        ([answer(), variant("newsroom")], Code.ANSWER_ALONE, "variants"),
    ],
)
async def test_an_answer_to_nobody_is_refused(
    world: World, variants: list[Any], code: Code, path: str
) -> None:
    with pytest.raises(Refusal) as no:
        await world.draft(written(*variants))
    [problem] = no.value.problems
    assert (problem.code, problem.path) == (code, path)
    assert world.memory.told == []


async def test_a_channel_that_takes_no_answers_says_so_while_people_write(world: World) -> None:
    world.channels.names = {"mastodon": probed("mastodon", Limits(characters=500, pictures=4))}
    with pytest.raises(Refusal) as no:
        await world.draft(written(answer()))
    [problem] = no.value.problems
    assert (problem.code, problem.path) == (Code.ANSWERS_NOT_TAKEN, "variants.0.answers")


async def test_an_answer_needs_no_picture_where_a_post_does(world: World) -> None:
    limits = Limits(characters=500, pictures=4, pictures_least=1, answers=True)
    world.channels.names = {"mastodon": probed("mastodon", limits)}
    assert (await world.draft(written(answer()))).status == 201
    assert await refusal(world.draft(written(variant("mastodon")))) is Code.TOO_FEW_PICTURES


async def test_a_comment_that_has_gone_since_is_not_answered(world: World) -> None:
    submitted = await world.submitted(written(answer()))
    drafted = await world.draft(written(answer()))
    world.comments.told = [Known(removed(), CommentState.REMOVED)]
    assert await refusal(world.approve(submitted)) is Code.COMMENT_GONE
    submit = world.planner.submit(ANNA, drafted.post.post, Asked())
    assert await refusal(submit) is Code.COMMENT_GONE


async def test_a_public_answer_is_mended_although_the_comment_has_gone(world: World) -> None:
    post = await world.approved(written(answer()))
    published = delivery("published", "mastodon", post=post.post, proof=proof())
    world.memory.put(published)
    world.comments.told = [Known(removed(), CommentState.REMOVED)]
    mended = await world.edit(post, written(answer(text="Rättat.")))
    submitted = await world.planner.submit(ANNA, mended.post, Asked())
    assert (await world.approve(submitted.post)).post.revision == 2


def test_only_an_answer_may_leave_its_time_out() -> None:
    assert WrittenPost.model_validate(written(answer())).variants[0].publish_at is None
    bare = variant("mastodon")
    del bare["publish_at"]
    with pytest.raises(ValueError, match=r"variants\.0\.publish_at"):
        WrittenPost.model_validate(written(bare))
