"""What only some platforms do with an answer to a comment."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from schemas.codes import Code
from schemas.posts import Addressee
from services.publisher.channels.meta.facebook import FacebookChannel
from services.publisher.channels.wordpress.channel import WordPressChannel
from services.publisher.channels.x.channel import XChannel
from services.publisher.channels.x.signing import Keys
from services.publisher.domain.answers import Answer, Published, Refused, Unclear
from services.publisher.ports import Channel
from simulator.graph.desk import account_of, page_id
from simulator.x import desk as x
from simulator.x.signatures import APP, APP_SECRET, secret_of
from tests.channels.builders import laid, parcel, picture_file, sought
from tests.channels.contract import REMARK, answering, commented, sendable, unique
from tests.channels.platforms.base import Platform

pytestmark = pytest.mark.web

NAME, TOKEN, WITHIN = "kris", "kris-token", timedelta(seconds=15)


def page(origin: str) -> Channel:
    own, base = page_id(account_of(NAME)), f"{origin}/graph/v26.0"
    return FacebookChannel("other", "En annan", own, TOKEN, WITHIN, base_url=base)


def site(origin: str) -> Channel:
    return WordPressChannel("other", "En annan", f"{origin}/wordpress", NAME, TOKEN, WITHIN)


def account(origin: str) -> Channel:
    handle, keys = x.account_of(NAME), Keys(APP, APP_SECRET, TOKEN, secret_of(TOKEN))
    base = f"{origin}/x"
    return XChannel("other", "En annan", handle, keys, WITHIN, base_url=base, public_url=base)


UNASKED = (
    "Reply to this conversation is not allowed because you have not been mentioned or"
    " otherwise engaged by the author of the post you are replying to."
)


@pytest.mark.parametrize(
    ("platform", "other", "expected"),
    [
        ("facebook_simulator", page, Refused(Code.COMMENT_GONE, {"channel": "Kanalen"})),
        (
            "x_simulator",
            account,
            Refused(Code.CHANNEL_REFUSED, {"channel": "Kanalen", "why": UNASKED}),
        ),
        (
            "wordpress_simulator",
            site,
            Unclear(Code.ANSWER_UNCLEAR, {"channel": "Kanalen", "status": "hold"}),
        ),
    ],
    indirect=["platform"],
)
async def test_beneath_a_post_of_others_no_answer_is_surely_public(
    platform: Platform,
    channel: Channel,
    simulator: str,
    other: Callable[[str], Channel],
    expected: Answer,
) -> None:
    text, theirs = unique(), other(simulator)
    above = await theirs.commit(await laid(theirs, sendable(platform, text)))
    await theirs.close()
    assert isinstance(above, Published)
    comment = await platform.comment(text, above.external_id, REMARK)
    assert comment is not None
    sent = await answering(channel, comment)
    assert await channel.commit(sent) == expected
    assert await platform.beneath(sent.content.text) == []


@pytest.mark.parametrize(
    "platform", ["facebook_simulator", "instagram_simulator", "linkedin_simulator"], indirect=True
)
async def test_what_answers_an_answer_stands_beside_it(
    platform: Platform, channel: Channel
) -> None:
    comment = await commented(platform, channel)
    first = await channel.commit(await answering(channel, comment))
    assert isinstance(first, Published)
    again = Addressee(comment=uuid4(), external_id=first.external_id, beneath=comment.beneath)
    sent = await answering(channel, again)
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    assert await platform.beneath(sent.content.text) == [comment.external_id]
    assert await channel.find(sought(sent)) == answer


@pytest.mark.parametrize(
    "platform",
    ["facebook_simulator", "instagram_simulator", "linkedin_simulator", "wordpress_simulator"],
    indirect=True,
)
async def test_where_comments_have_no_pictures_none_is_left_out_in_silence(
    platform: Platform, channel: Channel
) -> None:
    comment = await commented(platform, channel)
    sent = parcel(unique(), picture_file(), answers=comment)
    refused = Refused(Code.TOO_MANY_PICTURES, {"channel": "Kanalen", "limit": 0, "count": 1})
    assert await channel.commit(sent) == refused
    assert (await channel.check()).limits.answer_pictures == 0
