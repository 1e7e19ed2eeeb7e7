"""What is public is changed and taken away, once, also when that goes wrong."""

from dataclasses import replace

import pytest

from services.publisher.domain.answers import Absent, Published
from services.publisher.ports import Channel, Parcel
from tests.channels.builders import laid, proof_of, sought
from tests.channels.contract import needs_looking, on, opened, sendable, unique
from tests.channels.platforms.base import Platform

pytestmark = pytest.mark.web


def changed(sent: Parcel) -> Parcel:
    said = sent.content.model_copy(update={"text": unique("Rättat: kranen på avdelning 4.")})
    return replace(sent, revision=2, content=said)


def needs_changing(platform: Platform) -> None:
    if not platform.changes:
        pytest.skip("what is public cannot be changed there")


@on()
async def test_changing_twice_is_the_same_as_once(platform: Platform, channel: Channel) -> None:
    needs_changing(platform)
    sent = await laid(channel, sendable(platform, unique()))
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    before = len(await platform.texts())
    new = changed(sent)
    assert await channel.correct(new, proof_of(answer)) == answer
    assert await channel.correct(new, proof_of(answer)) == answer
    needs_looking(channel)
    assert len(await platform.texts()) == before


@on()
async def test_what_is_taken_away_is_not_changed(platform: Platform, channel: Channel) -> None:
    needs_changing(platform)
    sent = await laid(channel, sendable(platform, unique()))
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    needs_looking(channel)
    assert await channel.retract(proof_of(answer)) == answer
    assert not isinstance(await channel.correct(changed(sent), proof_of(answer)), Published)
    assert await channel.find(sought(sent)) == Absent()


@on()
async def test_a_wrong_token_changes_nothing(platform: Platform, channel: Channel) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    async with opened(platform, token="wrong") as stranger:
        refused = await stranger.correct(changed(sent), proof_of(answer))
    assert not isinstance(refused, Published)
    needs_looking(channel)
    assert await channel.find(sought(sent)) == answer


@on()
async def test_a_post_that_a_person_found_is_never_changed_by_guess(
    platform: Platform, channel: Channel
) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    needs_looking(channel)
    by_hand = proof_of(replace(answer, external_id="", url="https://example.org/somewhere"))
    assert not isinstance(await channel.correct(changed(sent), by_hand), Published)
    assert not isinstance(await channel.retract(by_hand), Published)
    assert await channel.find(sought(sent)) == answer
