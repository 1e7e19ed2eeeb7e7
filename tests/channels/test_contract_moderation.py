"""Comments are hidden and posts are pinned: twice is as once, and nobody else is touched."""

from collections.abc import Mapping
from typing import Any

import pytest

from schemas.codes import Code
from schemas.moderation import Action
from services.publisher.domain.answers import NotNow, Published, Refused, Unclear
from services.publisher.ports import Channel, Moderated, Target
from tests.channels.builders import laid, proof_of
from tests.channels.contract import sendable, simulated, unique
from tests.channels.platforms.base import Simulated

pytestmark = pytest.mark.web

LOST: Mapping[str, Any] = {"kind": "reset-after"}
FORBIDDEN: Mapping[str, Any] = {"kind": "status", "status": 403}
_TRIES = 12


def able(channel: Channel, action: Action) -> Moderated:
    if not isinstance(channel, Moderated) or action not in channel.actions:
        pytest.skip("that cannot be done there")
    return channel


async def publish(platform: Simulated, channel: Channel) -> tuple[str, Published]:
    text = unique()
    answer = await channel.commit(await laid(channel, sendable(platform, text)))
    assert isinstance(answer, Published)
    return text, answer


async def commented(platform: Simulated, channel: Channel) -> tuple[Published, Target, int]:
    """Publish until readers have something to say; give a comment, and how many there are."""
    for _ in range(_TRIES):
        text, post = await publish(platform, channel)
        if seen := await platform.seen_comments(post):
            return post, await platform.target(text, post), seen
    raise AssertionError(f"nobody commented on {_TRIES} posts")


@simulated()
async def test_a_hidden_comment_is_not_seen_until_it_is_shown_again(
    platform: Simulated, channel: Channel
) -> None:
    moderated = able(channel, "hide")
    post, comment, seen = await commented(platform, channel)
    done = Published(comment.external_id, comment.url)
    assert await moderated.moderate("hide", comment) == done
    assert await moderated.moderate("hide", comment) == done
    assert await platform.seen_comments(post) == seen - 1
    assert await moderated.moderate("unhide", comment) == done
    assert await moderated.moderate("unhide", comment) == done
    assert await platform.seen_comments(post) == seen


@simulated()
async def test_a_comment_whose_hiding_got_no_answer_is_hidden_again(
    platform: Simulated, channel: Channel
) -> None:
    moderated = able(channel, "hide")
    assert platform.hides_by is not None
    post, comment, seen = await commented(platform, channel)
    method, path = platform.hides_by
    await platform.strikes(path, LOST, method)
    assert isinstance(await moderated.moderate("hide", comment), Unclear)
    assert await moderated.moderate("hide", comment) == Published(comment.external_id, comment.url)
    assert await platform.seen_comments(post) == seen - 1


@simulated()
async def test_a_comment_that_is_gone_is_said_to_be(platform: Simulated, channel: Channel) -> None:
    moderated = able(channel, "hide")
    if not platform.knows_gone:
        pytest.skip("nobody there says so")
    text, post = await publish(platform, channel)
    gone = await platform.target(text, post, "4711")
    assert await moderated.moderate("hide", gone) == Refused(
        Code.COMMENT_GONE, {"channel": "Kanalen"}
    )


@simulated()
async def test_without_the_right_no_comment_is_hidden(
    platform: Simulated, channel: Channel
) -> None:
    moderated = able(channel, "hide")
    assert platform.hides_by is not None
    post, comment, seen = await commented(platform, channel)
    method, path = platform.hides_by
    await platform.strikes(path, FORBIDDEN, method)
    answer = await moderated.moderate("hide", comment)
    assert isinstance(answer, NotNow)
    assert answer.code in {Code.CREDENTIALS_REFUSED, Code.PERMISSION_MISSING}
    assert await platform.seen_comments(post) == seen


@simulated()
async def test_a_pinned_post_stands_first_until_it_is_let_go(
    platform: Simulated, channel: Channel
) -> None:
    moderated = able(channel, "pin")
    text, post = await publish(platform, channel)
    await publish(platform, channel)
    target = Target(post.external_id, url=post.url)
    done = Published(post.external_id, post.url)
    assert await moderated.moderate("pin", target) == done
    assert await moderated.moderate("pin", target) == done
    assert await platform.stands_first(text)
    assert await moderated.moderate("unpin", target) == done
    assert await moderated.moderate("unpin", target) == done
    assert not await platform.stands_first(text)


@simulated()
async def test_a_post_whose_pinning_got_no_answer_is_pinned_again(
    platform: Simulated, channel: Channel
) -> None:
    moderated = able(channel, "pin")
    assert platform.pins_by is not None
    text, post = await publish(platform, channel)
    target = Target(post.external_id, url=post.url)
    method, path = platform.pins_by
    await platform.strikes(path, LOST, method)
    assert isinstance(await moderated.moderate("pin", target), Unclear)
    assert await moderated.moderate("pin", target) == Published(post.external_id, post.url)
    assert await platform.stands_first(text)
    assert isinstance(await moderated.moderate("unpin", target), Published)


@simulated()
async def test_without_the_right_nothing_is_pinned(platform: Simulated, channel: Channel) -> None:
    moderated = able(channel, "pin")
    assert platform.pins_by is not None
    text, post = await publish(platform, channel)
    method, path = platform.pins_by
    await platform.strikes(path, FORBIDDEN, method)
    answer = await moderated.moderate("pin", Target(post.external_id, url=post.url))
    assert isinstance(answer, NotNow)
    assert answer.code in {Code.CREDENTIALS_REFUSED, Code.PERMISSION_MISSING}
    assert not await platform.stands_first(text)


@simulated()
async def test_what_was_taken_away_is_not_pinned(platform: Simulated, channel: Channel) -> None:
    moderated = able(channel, "pin")
    _, post = await publish(platform, channel)
    assert isinstance(await channel.retract(proof_of(post)), Published)
    answer = await moderated.moderate("pin", Target(post.external_id, url=post.url))
    assert answer == Refused(Code.POST_GONE, {"channel": "Kanalen"})
