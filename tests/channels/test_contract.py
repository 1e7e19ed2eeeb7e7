"""The same behaviours on three servers: what the adapter promises does not hang on one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from schemas.codes import Code
from services.publisher.channels.mastodon import MastodonChannel
from services.publisher.domain.answers import Absent, NotNow, Published, Refused, Unclear
from tests.channels.builders import parcel, picture_file, sought
from tests.channels.platforms import CAN, Break, Platform

pytestmark = pytest.mark.web


def on(*faults: Break) -> pytest.MarkDecorator:
    """Run on every server that can be asked for these faults."""
    names = [name for name, can in CAN.items() if can.issuperset(faults)]
    return pytest.mark.parametrize("platform", names, indirect=True)


@pytest.fixture
def platform(request: pytest.FixtureRequest) -> Platform:
    server: Platform = request.getfixturevalue(request.param)
    return server


def channel_on(platform: Platform, token: str | None = None, within: int = 15) -> MastodonChannel:
    return MastodonChannel(
        "mastodon",
        "Mastodon",
        platform.base_url,
        token or platform.token,
        timedelta(seconds=within),
    )


@pytest.fixture
async def channel(platform: Platform) -> AsyncIterator[MastodonChannel]:
    made = channel_on(platform)
    yield made
    await made.close()


def unique(text: str = "Ett råd om händer och tvål") -> str:
    return f"Nummer {uuid4().hex}. {text}"


@on()
async def test_a_post_becomes_public_with_an_id_and_an_address(
    platform: Platform, channel: MastodonChannel
) -> None:
    text = unique()
    answer = await channel.commit(parcel(text))
    assert isinstance(answer, Published)
    assert answer.external_id in answer.url
    assert "//127.0.0.1:" in answer.url
    assert sum(text in words for words in await platform.texts()) == 1


@on()
async def test_the_same_parcel_twice_is_one_post(
    platform: Platform, channel: MastodonChannel
) -> None:
    sent = parcel(unique())
    first = await channel.commit(sent)
    assert isinstance(first, Published)
    assert await channel.commit(sent) == first
    assert sum(sent.content.text in words for words in await platform.texts()) == 1


@on()
async def test_a_published_post_is_found_with_its_address(
    platform: Platform, channel: MastodonChannel
) -> None:
    sent = parcel(unique())
    answer = await channel.commit(sent)
    assert await channel.find(sought(sent)) == answer


@on()
async def test_a_post_with_link_tag_and_mention_is_found(
    platform: Platform, channel: MastodonChannel
) -> None:
    text = f"Så tvättar du händerna & varför, {uuid4().hex}"
    more = "Läs på https://example.org/a?b=1&c=2 #Tvål"
    sent = parcel(f"{text}\n\n{more}", link="https://www.regionsolviken.example/hander")
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    assert await channel.find(sought(sent)) == answer


@on()
async def test_a_post_that_was_never_sent_is_absent(
    platform: Platform, channel: MastodonChannel
) -> None:
    assert await channel.find(sought(parcel(unique()))) == Absent()


@on()
async def test_a_post_from_before_the_first_attempt_is_not_taken_for_ours(
    platform: Platform, channel: MastodonChannel
) -> None:
    sent = parcel(unique())
    await channel.commit(sent)
    later = datetime.now(UTC) + timedelta(seconds=120)
    assert await channel.find(sought(sent, since=later)) == Absent()


@on()
async def test_a_picture_goes_out_with_its_words(
    platform: Platform, channel: MastodonChannel
) -> None:
    sent = parcel(unique(), picture_file("En sjuksköterska räcker över en filt."))
    assert isinstance(await channel.commit(sent), Published)


@on()
async def test_a_text_that_is_too_long_is_refused_in_the_servers_words(
    platform: Platform, channel: MastodonChannel
) -> None:
    answer = await channel.commit(parcel(unique("ord " * 200)))
    assert isinstance(answer, Refused)
    assert answer.code is Code.CHANNEL_REFUSED
    assert "character" in str(answer.parameters["why"])
    assert len(str(answer.parameters["why"])) <= 200


@on()
async def test_a_wrong_token_is_surely_not_public(platform: Platform) -> None:
    stranger = channel_on(platform, token="wrong")
    sent = parcel(unique())
    assert await stranger.commit(sent) == NotNow(Code.CREDENTIALS_REFUSED, {"channel": "Mastodon"})
    assert (await stranger.check()).code is Code.CREDENTIALS_REFUSED
    assert isinstance(await stranger.find(sought(sent)), Unclear)
    await stranger.close()


@on()
async def test_the_servers_limits_are_read(platform: Platform, channel: MastodonChannel) -> None:
    readiness = await channel.check()
    assert readiness.code is None
    assert (readiness.limits.characters, readiness.limits.link_characters) == (500, 23)
    assert readiness.limits.pictures >= 1
    assert readiness.limits.link_in_text
    assert not readiness.limits.takes_title


@on(Break.REFUSES_BEFORE)
async def test_a_503_is_unclear_and_the_look_up_settles_it(
    platform: Platform, channel: MastodonChannel
) -> None:
    sent = parcel(unique())
    await platform.breaks(Break.REFUSES_BEFORE)
    answer = await channel.commit(sent)
    assert answer == Unclear(Code.ANSWER_UNCLEAR, {"channel": "Mastodon", "status": 503})
    assert await channel.find(sought(sent)) == Absent()


@on(Break.THROTTLES)
async def test_a_throttled_post_waits_as_long_as_it_is_asked_to(
    platform: Platform, channel: MastodonChannel
) -> None:
    await platform.breaks(Break.THROTTLES)
    answer = await channel.commit(parcel(unique()))
    assert answer == NotNow(
        Code.CHANNEL_THROTTLED, {"channel": "Mastodon"}, wait=timedelta(seconds=7)
    )


@on(Break.FAILS_AFTER)
@pytest.mark.parametrize("how", [Break.FAILS_AFTER, Break.CUTS_AFTER])
async def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(
    platform: Platform, channel: MastodonChannel, how: Break
) -> None:
    sent = parcel(unique())
    await platform.breaks(how)
    assert isinstance(await channel.commit(sent), Unclear)
    found = await channel.find(sought(sent))
    assert isinstance(found, Published)
    assert await channel.commit(sent) == found
    assert sum(sent.content.text in words for words in await platform.texts()) == 1


@on(Break.CUTS_BEFORE)
async def test_a_cut_connection_is_unclear_though_nothing_was_applied(
    platform: Platform, channel: MastodonChannel
) -> None:
    sent = parcel(unique())
    await platform.breaks(Break.CUTS_BEFORE)
    assert await channel.commit(sent) == Unclear(Code.ANSWER_LOST, {"channel": "Mastodon"})
    assert await channel.find(sought(sent)) == Absent()


@on(Break.HANGS)
async def test_a_server_that_says_nothing_is_given_up_in_time(platform: Platform) -> None:
    channel = channel_on(platform, within=2)
    await platform.breaks(Break.HANGS)
    async with asyncio.timeout(10):
        answer = await channel.commit(parcel(unique()))
    assert answer == Unclear(Code.ANSWER_LOST, {"channel": "Mastodon"})
    await channel.close()
