"""What every adapter promises, on every server that speaks its protocol.

An adapter is done when its servers stand in `platforms.CAN` and all of this holds.
"""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from schemas.codes import Code
from services.kit.texts import plain
from services.publisher.domain.answers import (
    Absent,
    NotNow,
    Published,
    Refused,
    Unclear,
)
from services.publisher.domain.rules import Repeat
from services.publisher.ports import Channel
from tests.channels.builders import laid, parcel, picture_file, proof_of, sought
from tests.channels.contract import (
    first_step,
    is_known,
    needs_looking,
    on,
    opened,
    sendable,
    unique,
)
from tests.channels.platforms.base import Break, Platform

pytestmark = pytest.mark.web


@on()
async def test_a_post_becomes_public_with_an_id_and_an_address(
    platform: Platform, channel: Channel
) -> None:
    text = unique()
    answer = await channel.commit(await laid(channel, sendable(platform, text)))
    assert isinstance(answer, Published)
    if channel.repeat_safety.finds and platform.tells_id:
        assert re.split("[/_]", answer.external_id)[-1] in answer.url
    assert ("//127.0.0.1:" in answer.url) is platform.has_pages
    assert sum(text in words for words in await platform.texts()) == 1


@on()
async def test_the_same_parcel_twice_is_one_post(platform: Platform, channel: Channel) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    first = await channel.commit(sent)
    assert isinstance(first, Published)
    if channel.repeat_safety.by is Repeat.NONE:
        pytest.skip("nothing is known again there, so the engine sends nothing twice")
    again = await channel.commit(sent)
    assert again == first or is_known(channel, again)
    assert sum(sent.content.text in words for words in await platform.texts()) == 1


@on()
async def test_a_published_post_is_found_with_its_address(
    platform: Platform, channel: Channel
) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    answer = await channel.commit(sent)
    needs_looking(channel)
    assert await channel.find(sought(sent)) == answer


@on()
async def test_a_post_with_link_tag_and_mention_is_found(
    platform: Platform, channel: Channel
) -> None:
    text = f"Så tvättar du händerna & varför, {uuid4().hex}"
    more = "Läs på https://example.org/a?b=1&c=2 #Tvål"
    link = "https://www.regionsolviken.example/hander"
    sent = await laid(channel, sendable(platform, f"{text}\n\n{more}", link=link))
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    needs_looking(channel)
    assert await channel.find(sought(sent)) == answer


@on()
async def test_a_post_that_was_never_sent_is_absent(platform: Platform, channel: Channel) -> None:
    needs_looking(channel)
    assert await channel.find(sought(sendable(platform, unique()))) == Absent()


@on()
async def test_a_post_from_before_the_first_attempt_is_not_taken_for_ours(
    platform: Platform, channel: Channel
) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    await channel.commit(sent)
    if channel.repeat_safety.by in {Repeat.DETERMINISTIC_ID, Repeat.TWO_PHASE}:
        pytest.skip("it is known by its name, whenever it came there")
    later = datetime.now(UTC) + timedelta(seconds=120)
    needs_looking(channel)
    assert await channel.find(sought(sent, since=later)) == Absent()


@on()
async def test_a_picture_goes_out_with_its_words(platform: Platform, channel: Channel) -> None:
    if not (await channel.check()).limits.pictures:
        pytest.skip("it takes no pictures")
    file = picture_file("En sjuksköterska räcker över en filt.")
    sent = await laid(channel, parcel(unique(), file))
    assert isinstance(await channel.commit(sent), Published)


@on()
async def test_a_text_that_is_too_long_is_refused_in_the_servers_words(
    platform: Platform, channel: Channel
) -> None:
    if platform.characters is None:
        pytest.skip("no text is too long there")
    answer = await first_step(channel, sendable(platform, unique("ord " * 20_000)))
    assert isinstance(answer, Refused)
    assert answer.code is Code.CHANNEL_REFUSED
    assert re.search(
        "character|grapheme|too big|too large|too long|size exceeds|413",
        str(answer.parameters["why"]),
    )
    assert len(str(answer.parameters["why"])) <= 200


@on()
async def test_a_wrong_token_is_surely_not_public(platform: Platform) -> None:
    if not platform.signs_in:
        pytest.skip("anybody on the machine may post there")
    async with opened(platform, token="wrong") as stranger:
        sent = sendable(platform, unique())
        assert await first_step(stranger, sent) == NotNow(
            Code.CREDENTIALS_REFUSED, {"channel": "Kanalen"}
        )
        needs_looking(stranger)
        assert (await stranger.check()).code is Code.CREDENTIALS_REFUSED
        assert isinstance(await stranger.find(sought(sent)), Unclear)


@on()
async def test_the_servers_limits_are_read(platform: Platform, channel: Channel) -> None:
    readiness = await channel.check()
    assert readiness.code is None
    assert readiness.limits.characters == platform.characters


@on()
async def test_what_is_taken_away_is_not_found_and_may_be_taken_away_again(
    platform: Platform, channel: Channel
) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    proof = proof_of(answer)
    if not platform.retracts:
        assert isinstance(await channel.retract(proof), Refused)
        pytest.skip("what is out cannot be taken back")
    assert await channel.retract(proof) == answer
    needs_looking(channel)
    if not platform.tells_taken:
        # It says that it was published, and it was: a post is missing, which nobody repeats.
        assert isinstance(await channel.find(sought(sent)), Unclear)
        assert isinstance(await channel.commit(sent), Unclear)
        sent = replace(sent, handle=None)
    assert await channel.find(sought(sent)) == Absent()
    assert await channel.retract(proof) == answer


@on()
async def test_what_is_public_is_changed_or_said_to_be_unchangeable(
    platform: Platform, channel: Channel
) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    said = sent.content.model_copy(update={"text": unique("Rättat: kranen på avdelning 4.")})
    changed = replace(sent, revision=2, content=said)
    corrected = await channel.correct(changed, proof_of(answer))
    if platform.changes:
        assert corrected == answer
        needs_looking(channel)
        assert isinstance(await channel.find(sought(changed)), Published)
    else:
        assert isinstance(corrected, Refused)


@on()
async def test_the_timeline_shows_what_is_public_in_our_own_words(
    platform: Platform, channel: Channel
) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    shown = await channel.timeline(datetime.now(UTC) - timedelta(seconds=60))
    if shown is None:
        pytest.skip("this server cannot list an account's posts")
    [ours] = [seen for seen in shown if seen.external_id == answer.external_id]
    assert ours.url == answer.url
    assert plain(ours.text or "") == sent.content.text


@on(Break.REFUSES_BEFORE)
async def test_a_503_is_unclear_and_the_look_up_settles_it(
    platform: Platform, channel: Channel, how: Break
) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    await platform.breaks(how)
    answer = await channel.commit(sent)
    assert isinstance(answer, Unclear)
    assert answer.code is Code.ANSWER_UNCLEAR
    needs_looking(channel)
    assert await channel.find(sought(sent)) == Absent()


@on(Break.THROTTLES)
async def test_a_throttled_post_waits_as_long_as_it_is_asked_to(
    platform: Platform, channel: Channel, how: Break
) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    await platform.breaks(how)
    answer = await channel.commit(sent)
    assert isinstance(answer, NotNow)
    assert answer.code is Code.CHANNEL_THROTTLED
    assert answer.wait is not None
    # Some say how long, others until when, Meta in whole minutes, and LinkedIn nothing.
    least, most = platform.asks_for
    assert least < answer.wait <= most


@on(Break.FAILS_AFTER, Break.CUTS_AFTER)
async def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(
    platform: Platform, channel: Channel, how: Break
) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    await platform.breaks(how)
    assert isinstance(await channel.commit(sent), Unclear)
    needs_looking(channel)
    found = await channel.find(sought(sent))
    assert isinstance(found, Published)
    again = await channel.commit(sent)
    assert again == found or is_known(channel, again)
    assert sum(sent.content.text in words for words in await platform.texts()) == 1


@on(Break.CUTS_BEFORE)
async def test_a_cut_connection_is_unclear_though_nothing_was_applied(
    platform: Platform, channel: Channel, how: Break
) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    await platform.breaks(how)
    assert await channel.commit(sent) == Unclear(Code.ANSWER_LOST, {"channel": "Kanalen"})
    needs_looking(channel)
    assert await channel.find(sought(sent)) == Absent()


@on(Break.HANGS)
async def test_a_server_that_says_nothing_is_given_up_in_time(
    platform: Platform, how: Break
) -> None:
    async with opened(platform, within=2) as channel:
        await channel.check()
        sent = await laid(channel, sendable(platform, unique()))
        await platform.breaks(how)
        async with asyncio.timeout(10):
            answer = await channel.commit(sent)
        assert answer == Unclear(Code.ANSWER_LOST, {"channel": "Kanalen"})
