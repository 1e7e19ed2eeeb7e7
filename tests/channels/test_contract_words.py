"""Words and pictures arrive as they were written, or are refused; nothing is lost on the way."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.kit.texts import plain
from services.publisher.domain.answers import NotNow, Published, Refused
from services.publisher.ports import Channel, PictureFile
from tests.channels.builders import laid, parcel, picture_file, sought, video_file
from tests.channels.contract import first_step, needs_looking, on, sendable, shown, unique
from tests.channels.platforms.base import Platform
from tests.harness.waiting import eventually

pytestmark = pytest.mark.web

AWKWARD = {
    "swedish": "Räksmörgås på Öland, ängar och sjö",
    "emoji": "Familjen 👩‍👩‍👧‍👦 vinkar 👋🏽 från 🇸🇪",
    "markup": 'Tryck <b>1</b> & 2 > 3, "så" går *det* _bra_ [nu](x) `kod` #1',
    "brackets": "Ring 1177 (dygnet runt) {alla} @ingen | ~nu~ \\ slut",
    "lines": "Första raden\nandra raden\n\nnytt stycke",
    "right to left": "اغسل يديك بالماء والصابون",
    "joined": "Cafe\u0301 och o\u0308ver",
}


def even(text: str) -> str:
    """Leave out what no reader sees: how letters are put together, and how wide a gap is."""
    return " ".join(unicodedata.normalize("NFC", text).split())


@pytest.mark.parametrize("name", AWKWARD)
@on()
async def test_words_arrive_as_they_were_written(
    platform: Platform, channel: Channel, name: str
) -> None:
    if name == "markup" and not platform.keeps_marks:
        pytest.skip("this server reads marks into words")
    text = unique(AWKWARD[name])
    sent = await laid(channel, sendable(platform, text))
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    needs_looking(channel)
    assert await channel.find(sought(sent)) == answer
    shown = await channel.timeline(datetime.now(UTC) - timedelta(seconds=60))
    if shown is None:
        pytest.skip("this server cannot list an account's posts")
    [ours] = [seen for seen in shown if seen.external_id == answer.external_id]
    assert even(plain(ours.text or "")) == even(text)


@on()
async def test_a_text_as_long_as_may_be_is_taken(platform: Platform, channel: Channel) -> None:
    if platform.characters is None:
        pytest.skip("there is no limit")
    text = unique("")
    text += "å" * (platform.characters - len(text))
    answer = await channel.commit(await laid(channel, sendable(platform, text)))
    assert isinstance(answer, Published)


@on()
async def test_one_letter_more_is_refused(platform: Platform, channel: Channel) -> None:
    if platform.characters is None or not platform.strict:
        pytest.skip("there is no such limit")
    text = unique("")
    text += "å" * (platform.characters - len(text) + 1)
    assert isinstance(await first_step(channel, sendable(platform, text)), Refused)
    assert not any(text in words for words in await platform.texts())


@on()
async def test_pictures_go_out_in_their_order_with_what_they_show(
    platform: Platform, channel: Channel
) -> None:
    most = (await channel.check()).limits.pictures
    if not most:
        pytest.skip("it takes no pictures")
    alts = [f"Bild {number}: en röd fyrkant" for number in range(min(most, 3))]
    files = [picture_file(alt, bytes([40 * number, 0, 0])) for number, alt in enumerate(alts)]
    platform.keep(*files)
    text = unique()
    assert isinstance(await channel.commit(await laid(channel, parcel(text, *files))), Published)
    told = await platform.alts(text)
    if told is None:
        pytest.skip("this server does not show what it was told")
    assert len(told) == len(alts)
    assert all(alt in said for alt, said in zip(alts, told, strict=True))


@on()
async def test_bytes_that_are_no_picture_are_not_published(
    platform: Platform, channel: Channel
) -> None:
    if not (await channel.check()).limits.pictures:
        pytest.skip("it takes no pictures")
    text, true = unique(), picture_file()
    false = PictureFile(true.picture, b"GIF, I promise")
    answer = await first_step(channel, parcel(text, false))
    if not platform.looks_at_pictures:
        pytest.skip("this server takes anything")
    assert isinstance(answer, Refused | NotNow)
    assert not any(text in words for words in await platform.texts())


@on()
async def test_a_video_goes_out_as_a_reel_with_what_it_shows(
    platform: Platform, channel: Channel
) -> None:
    limits = (await channel.check()).limits
    if limits.video is None or "reel" not in limits.video.forms:
        pytest.skip("it takes no reels")
    video, content = video_file()
    platform.show(video, content)
    text = unique()
    sent = await laid(channel, parcel(text, form="reel", video=video))
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    [said] = [words for words in await platform.texts() if text in words]
    assert said == f"{text}\n\nFilm: {video.description}"
    for asked in (sought(sent), replace(sought(sent), handle=None)):
        assert await channel.find(asked) == answer
    seen = await channel.timeline(datetime.now(UTC) - timedelta(seconds=60))
    assert answer.external_id in [each.external_id for each in seen or ()]


@on()
async def test_a_picture_goes_out_as_a_story(platform: Platform, channel: Channel) -> None:
    if "story" not in (await channel.check()).limits.forms:
        pytest.skip("there are no stories")
    before = await shown(platform, "")
    sent = await laid(channel, parcel("", picture_file(), form="story"))
    assert isinstance(await channel.commit(sent), Published)
    assert await shown(platform, "") == before + 1


async def both(platform: Platform, text: str) -> bool:
    return await shown(platform, text) == 2


@on()
async def test_the_same_words_of_another_post_are_another_post(
    platform: Platform, channel: Channel
) -> None:
    if not platform.takes_twins:
        pytest.skip("the platform refuses the same words twice")
    text = unique()
    first = await laid(channel, sendable(platform, text))
    second = await laid(channel, sendable(platform, text))
    answers = [await channel.commit(sent) for sent in (first, second)]
    assert all(isinstance(answer, Published) for answer in answers)
    # Letters take a moment from one server to the other.
    await eventually(lambda: both(platform, text), within=10)


@on()
async def test_a_ledger_that_has_lost_the_handle_finds_the_post(
    platform: Platform, channel: Channel
) -> None:
    sent = await laid(channel, sendable(platform, unique()))
    answer = await channel.commit(sent)
    needs_looking(channel)
    assert await channel.find(replace(sought(sent), handle=None)) == answer
