"""An answer stands beneath the comment that it answers, once, or surely not at all."""

from dataclasses import replace

import pytest

from schemas.codes import Code
from services.publisher.domain.answers import Absent, Published, Refused, Unclear
from services.publisher.domain.rules import Repeat
from services.publisher.ports import Channel
from tests.channels.builders import parcel, proof_of, sought
from tests.channels.contract import answering, commented, first_step, on, two_steps, unique
from tests.channels.platforms.base import Break, Platform

pytestmark = pytest.mark.web


@on()
async def test_an_answer_stands_beneath_its_comment_and_is_found_there_alone(
    platform: Platform, channel: Channel
) -> None:
    comment = await commented(platform, channel)
    sent = await answering(channel, comment)
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    assert await platform.beneath(sent.content.text) == [comment.external_id]
    assert await channel.find(sought(sent)) == answer
    other = await commented(platform, channel)
    same = await answering(channel, other, sent.content.text)
    assert await channel.find(sought(same)) == Absent()
    own = parcel(sent.content.text)
    assert await channel.find(sought(own)) == Absent()


@on(Break.FAILS_AFTER, Break.CUTS_AFTER)
async def test_an_answer_whose_answer_was_lost_is_found_and_not_repeated(
    platform: Platform, channel: Channel, how: Break
) -> None:
    comment = await commented(platform, channel)
    sent = await answering(channel, comment)
    await platform.breaks_answer(how)
    assert isinstance(await channel.commit(sent), Unclear)
    found = await channel.find(sought(sent))
    assert isinstance(found, Published)
    assert channel.answer_safety
    if channel.answer_safety.by is not Repeat.LOOK_UP:
        assert await channel.commit(sent) == found
    assert await platform.beneath(sent.content.text) == [comment.external_id]


@on(Break.CUTS_BEFORE)
async def test_an_answer_that_was_never_made_is_absent(
    platform: Platform, channel: Channel, how: Break
) -> None:
    sent = await answering(channel, await commented(platform, channel))
    await platform.breaks_answer(how)
    assert await channel.commit(sent) == Unclear(Code.ANSWER_LOST, {"channel": "Kanalen"})
    assert await channel.find(sought(sent)) == Absent()
    assert await platform.beneath(sent.content.text) == []


@on()
async def test_a_comment_that_is_gone_is_not_answered(platform: Platform, channel: Channel) -> None:
    comment = await commented(platform, channel)
    await platform.uncomment(comment)
    sent = parcel(unique("Ja, det gör det."), answers=comment)
    step = first_step(channel, sent) if two_steps(channel) else channel.commit(sent)
    assert await step == Refused(Code.COMMENT_GONE, {"channel": "Kanalen"})
    assert await platform.beneath(sent.content.text) == []
    assert sum(sent.content.text in words for words in await platform.texts()) == 0


@on()
async def test_an_answer_is_changed_where_posts_are_and_taken_away(
    platform: Platform, channel: Channel
) -> None:
    sent = await answering(channel, await commented(platform, channel))
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    said = sent.content.model_copy(update={"text": unique("Rättat: bara i norra delen.")})
    changed = replace(sent, revision=2, content=said)
    corrected = await channel.correct(changed, proof_of(answer))
    if platform.changes:
        assert corrected == answer
        assert await channel.find(sought(changed)) == answer
    else:
        assert isinstance(corrected, Refused)
    assert await channel.retract(proof_of(answer)) == answer
    assert not isinstance(await channel.find(sought(changed)), Published)
    assert await channel.retract(proof_of(answer)) == answer
