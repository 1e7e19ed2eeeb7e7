"""What people want done to comments and posts is asked once, by those who may, where it can be."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from schemas.channels import Limits
from schemas.codes import Code
from schemas.moderation import ModerationAsked
from schemas.posts import PostFact
from services.planner.domain.comments import Comment, CommentState, Known
from services.planner.domain.people import Person, Role
from services.planner.moderating import Moderating
from services.planner.requests import Asked
from tests.planner.comments import COMMENT, received, wished
from tests.planner.deliveries import delivery, proof
from tests.planner.samples import BENGT, READER, probed, variant, written
from tests.planner.world import World, refusal

AUTHOR = Person("erik", "Erik", frozenset({Role.AUTHOR}))
OPS = Person("olle", "Olle", frozenset({Role.OPS}))


@pytest.fixture
def moderating(world: World) -> Moderating:
    return Moderating(world.memory, world.channels, world.clock)


async def spoken(world: World, **more: Any) -> Comment:
    post = await world.approved(written(variant("mastodon")))
    return Comment(received(post=post.post, **more), CommentState.OPEN, "Natt på akuten")


async def published(world: World, body: Any = None) -> PostFact:
    post = await world.approved(body or written(variant("mastodon")))
    world.memory.put(delivery("published", "mastodon", post=post.post, proof=proof()))
    return post


async def test_a_wish_says_what_the_channel_has_to_know_and_why(
    world: World, moderating: Moderating
) -> None:
    comment = await spoken(world)
    await moderating.moderate(BENGT, "hide", comment, "Hot", Asked())
    wish = world.memory.told[-1].fact
    assert isinstance(wish, ModerationAsked)
    assert (wish.action, wish.by, wish.why) == ("hide", "bengt", "Hot")
    assert (wish.channel, wish.thing) == ("mastodon", COMMENT)
    fact = comment.fact
    assert (wish.external_id, wish.beneath, wish.url) == (fact.external_id, "113524", fact.url)
    await moderating.moderate(BENGT, "unhide", comment, "", Asked())
    assert world.memory.told[-1].fact.action == "unhide"


async def test_the_same_request_twice_is_asked_once(world: World, moderating: Moderating) -> None:
    comment = await spoken(world)
    asked = Asked(key="a" * 64, digest="b" * 64)
    for _ in range(2):
        await moderating.moderate(BENGT, "hide", comment, "Hot", asked)
    assert world.memory.types().count("moderation.asked.v1") == 1
    other = moderating.moderate(BENGT, "unhide", comment, "", replace(asked, digest="c" * 64))
    assert await refusal(other) is Code.KEY_REUSED


async def test_two_people_at_once_are_not_both_told_yes(
    world: World, moderating: Moderating
) -> None:
    comment = await spoken(world)
    world.memory.before_telling.append(lambda: void(world))
    asking = moderating.moderate(BENGT, "hide", comment, "Hot", Asked())
    assert await refusal(asking) is Code.CHANGED_MEANWHILE


def void(world: World) -> None:
    world.memory.put(wished("unhide"))


@pytest.mark.parametrize("person", [READER, AUTHOR, OPS])
async def test_only_approvers_hide_and_pin(
    world: World, moderating: Moderating, person: Person
) -> None:
    comment, post = await spoken(world), await published(world)
    hide = moderating.moderate(person, "hide", comment, "Hot", Asked())
    assert await refusal(hide) is Code.NOT_ALLOWED
    pin = moderating.pin(person, "pin", post.post, "mastodon", Asked())
    assert await refusal(pin) is Code.NOT_ALLOWED
    assert "moderation.asked.v1" not in world.memory.types()


async def test_what_a_channel_cannot_do_is_refused(world: World, moderating: Moderating) -> None:
    comment, post = await spoken(world), await published(world)
    limits = Limits(characters=None, pictures=1, moderation=("unhide",))
    world.channels.names = {"mastodon": probed("mastodon", limits)}
    hide = moderating.moderate(BENGT, "hide", comment, "Hot", Asked())
    assert await refusal(hide) is Code.MODERATION_UNABLE
    pin = moderating.pin(BENGT, "pin", post.post, "mastodon", Asked())
    assert await refusal(pin) is Code.MODERATION_UNABLE
    world.channels.names = {}
    gone = moderating.moderate(BENGT, "unhide", comment, "", Asked())
    assert await refusal(gone) is Code.UNKNOWN_CHANNEL


async def test_what_others_have_removed_is_not_hidden(world: World, moderating: Moderating) -> None:
    comment = replace(await spoken(world), state=CommentState.REMOVED)
    hide = moderating.moderate(BENGT, "hide", comment, "Hot", Asked())
    assert await refusal(hide) is Code.COMMENT_GONE


async def test_a_public_post_is_pinned_and_let_go(world: World, moderating: Moderating) -> None:
    post = await published(world)
    await moderating.pin(BENGT, "pin", post.post, "mastodon", Asked())
    wish = world.memory.told[-1].fact
    assert (wish.action, wish.thing, wish.external_id) == ("pin", post.post, "1")
    assert (wish.url, wish.beneath, wish.trace) == ("http://newsroom.example/1", "", post.trace)
    await moderating.pin(BENGT, "unpin", post.post, "mastodon", Asked())
    assert world.memory.told[-1].fact.action == "unpin"


async def test_only_what_is_public_and_stands_by_itself_is_pinned(
    world: World, moderating: Moderating
) -> None:
    waiting = await world.approved(written(variant("mastodon")))
    early = moderating.pin(BENGT, "pin", waiting.post, "mastodon", Asked())
    assert await refusal(early) is Code.WRONG_STATE
    world.comments.told = [Known(received(), CommentState.OPEN)]
    answer = written(variant("mastodon", answers={"comment": str(COMMENT)}))
    beneath = moderating.pin(
        BENGT, "pin", (await published(world, answer)).post, "mastodon", Asked()
    )
    assert await refusal(beneath) is Code.MODERATION_UNABLE
    nowhere = moderating.pin(BENGT, "pin", uuid4(), "mastodon", Asked())
    assert await refusal(nowhere) is Code.POST_NOT_FOUND
