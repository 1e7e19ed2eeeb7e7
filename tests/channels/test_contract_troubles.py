"""What an adapter makes of trouble: who is to blame, and whether anything is public."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from schemas.codes import Code
from services.publisher.domain.answers import Absent, NotNow, Published, Unclear
from services.publisher.domain.rules import Repeat
from services.publisher.ports import Channel, TwoPhase
from tests.channels.builders import laid, proof_of, sought
from tests.channels.contract import (
    first_step,
    is_known,
    needs_looking,
    on,
    opened,
    sendable,
    shown,
    unique,
)
from tests.channels.platforms.base import Break, Platform
from tests.harness.waiting import eventually

pytestmark = pytest.mark.web


@on(Break.REFUSES_TOKEN)
async def test_a_token_that_dies_meanwhile_holds_the_post_up(
    platform: Platform, channel: Channel, how: Break
) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    await platform.breaks(how)
    answer = await channel.commit(sent)
    assert isinstance(answer, NotNow)
    assert answer.code is Code.CREDENTIALS_REFUSED
    assert isinstance(await channel.commit(sent), Published)
    assert await shown(platform, sent.content.text) == 1


@on(Break.FORBIDS)
async def test_a_right_that_is_taken_away_holds_the_post_up(
    platform: Platform, channel: Channel, how: Break
) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    await platform.breaks(how)
    answer = await channel.commit(sent)
    assert isinstance(answer, NotNow)
    assert answer.code in {Code.CREDENTIALS_REFUSED, Code.PERMISSION_MISSING}
    assert isinstance(await channel.commit(sent), Published)


@on(Break.THROTTLES_MUTELY)
async def test_a_throttled_post_waits_also_when_nobody_says_how_long(
    platform: Platform, channel: Channel, how: Break
) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    await platform.breaks(how)
    answer = await channel.commit(sent)
    assert isinstance(answer, NotNow)
    assert answer.code is Code.CHANNEL_THROTTLED
    assert isinstance(await channel.commit(sent), Published)
    assert await shown(platform, sent.content.text) == 1


@on(Break.ANSWERS_LATE)
async def test_a_post_whose_answer_comes_too_late_is_found_and_not_repeated(
    platform: Platform, how: Break
) -> None:
    async with opened(platform, within=2) as channel:
        await channel.check()
        sent = await laid(channel, sendable(platform, unique()))
        await platform.breaks(how)
        assert await channel.commit(sent) == Unclear(Code.ANSWER_LOST, {"channel": "Kanalen"})
        await eventually(lambda: shown(platform, sent.content.text), within=15)
        needs_looking(channel)
        assert isinstance(await channel.find(sought(sent)), Published)
        assert await shown(platform, sent.content.text) == 1


@on(Break.APPLIES_LATE)
async def test_a_post_that_appears_after_its_refusal_is_one_post(
    platform: Platform, channel: Channel, how: Break
) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    await platform.breaks(how)
    assert isinstance(await channel.commit(sent), Unclear)
    await eventually(lambda: shown(platform, sent.content.text), within=15)
    needs_looking(channel)
    found = await channel.find(sought(sent))
    assert isinstance(found, Published)
    if channel.repeat_safety.by is not Repeat.NONE:
        again = await channel.commit(sent)
        assert again == found or is_known(channel, again)
    assert await shown(platform, sent.content.text) == 1


@on()
async def test_two_replicas_that_send_at_once_make_one_post(platform: Platform) -> None:
    async with opened(platform) as one, opened(platform) as two:
        if one.repeat_safety.by is Repeat.NONE or not platform.keeps_apart:
            pytest.skip("nothing keeps two calls apart there")
        await one.check()
        await two.check()
        sent = await laid(one, sendable(platform, unique()))
        answers = await asyncio.gather(one.commit(sent), two.commit(sent))
        assert {type(answer) for answer in answers} <= {Published, NotNow, Unclear}
        assert any(isinstance(answer, Published) for answer in answers)
    assert await shown(platform, sent.content.text) == 1


@on()
async def test_what_is_laid_ready_is_seen_by_nobody(platform: Platform, channel: Channel) -> None:
    if not isinstance(channel, TwoPhase):
        pytest.skip("nothing is laid ready there")
    sent = await laid(channel, sendable(platform, unique()))
    assert await shown(platform, sent.content.text) == 0
    assert await channel.find(sought(sent)) == Absent()


@on()
async def test_looking_changes_nothing(platform: Platform, channel: Channel) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    assert isinstance(await channel.commit(sent), Published)
    before = len(await platform.texts())
    await channel.check()
    await channel.find(sought(sent))
    await channel.timeline(datetime.now(UTC) - timedelta(hours=1))
    assert len(await platform.texts()) == before


@on()
async def test_a_wrong_token_takes_nothing_away(platform: Platform, channel: Channel) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    async with opened(platform, token="wrong") as stranger:
        refused = await stranger.retract(proof_of(answer))
    assert not isinstance(refused, Published)
    needs_looking(channel)
    assert await channel.find(sought(sent)) == answer


@on()
async def test_one_adapter_publishes_many_posts(platform: Platform, channel: Channel) -> None:
    texts = [unique() for _ in range(12)]
    for text in texts:
        answer = await channel.commit(await laid(channel, sendable(platform, text)))
        assert isinstance(answer, Published)
    # Letters take a moment from one server to the other.
    await eventually(lambda: shown(platform, texts[-1]), within=10)
    public = await platform.texts()
    assert [sum(text in words for words in public) for text in texts] == [1] * len(texts)


@on()
async def test_a_refused_token_leaves_nothing_half_done(platform: Platform) -> None:
    if not platform.signs_in:
        pytest.skip("anybody on the machine may post there")
    text = unique()
    async with opened(platform, token="wrong") as stranger:
        assert isinstance(await first_step(stranger, sendable(platform, text)), NotNow)
    assert await shown(platform, text) == 0
