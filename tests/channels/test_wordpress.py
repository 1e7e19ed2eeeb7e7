"""The parts that only WordPress has, on the simulator and, in `make test-real`, on a real site."""

import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.codes import Code
from schemas.deliveries import Proof
from services.metrics.sight import readable_texts, tidy
from services.publisher.channels.calls import Unready
from services.publisher.channels.wordpress.channel import WordPressChannel
from services.publisher.domain.answers import Absent, NotNow, Prepared, Published, Refused
from services.publisher.ports import Parcel
from tests.channels.builders import content, laid, parcel, picture_file, proof_of, sought
from tests.channels.platforms.wordpress import WordPress

pytestmark = pytest.mark.web

SITES = ["wordpress_simulator", pytest.param("wordpress_server", marks=pytest.mark.real)]


@pytest.fixture(params=SITES)
def site(request: pytest.FixtureRequest) -> WordPress:
    made: WordPress = request.getfixturevalue(request.param)
    return made


@pytest.fixture
async def channel(site: WordPress) -> AsyncIterator[WordPressChannel]:
    made = site.channel()
    assert isinstance(made, WordPressChannel)
    yield made
    await made.close()


@pytest.fixture
async def owner(site: WordPress) -> AsyncIterator[httpx.AsyncClient]:
    async with site.owner() as client:
        yield client


@pytest.fixture
async def stranger() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


async def out(channel: WordPressChannel, sent: Parcel) -> tuple[Published, Parcel]:
    ready = await laid(channel, sent)
    answer = await channel.commit(ready)
    assert isinstance(answer, Published)
    return answer, ready


async def raw(owner: httpx.AsyncClient, post: str) -> dict[str, Any]:
    answer = await owner.get(f"/posts/{post}", params={"context": "edit"})
    return dict(answer.json())


async def library(owner: httpx.AsyncClient, post: str) -> list[dict[str, Any]]:
    listed = await owner.get("/media", params={"parent": post, "context": "edit"})
    return sorted(listed.json(), key=lambda media: int(media["id"]))


async def added(owner: httpx.AsyncClient, post: str) -> int:
    """Add a picture to a post by hand; gives its id."""
    headers = {"Content-Type": "image/png", "Content-Disposition": "attachment; filename=a.png"}
    content = picture_file().content
    made = await owner.post("/media", params={"post": post}, content=content, headers=headers)
    return int(made.json()["id"])


def shown(page: str) -> str:
    """What the witness reads of a page."""
    return readable_texts(page)[0]


async def test_what_lies_ready_no_stranger_sees(
    site: WordPress, channel: WordPressChannel, stranger: httpx.AsyncClient
) -> None:
    file = picture_file(colour=uuid4().bytes[:3])
    ready = await laid(channel, parcel(f"Ligger redo {uuid4()}", file))
    assert await channel.find(sought(ready)) == Absent()
    seen = await channel.timeline(datetime.now(UTC) - timedelta(minutes=5))
    assert seen is not None
    assert ready.content.text not in [each.text for each in seen]
    assert ready.content.text not in str(await site.texts())
    listed = await stranger.get(f"{site.base_url}/wp-json/wp/v2/media")
    assert listed.status_code == 200
    assert file.picture.digest[:16] not in listed.text


async def test_signs_and_names_of_programs_are_read_as_they_were_typed(
    channel: WordPressChannel, stranger: httpx.AsyncClient
) -> None:
    text = (
        "- Ring 1177 - dygnet runt -- även helger... <b>4x4</b> :) ;-) 8-) (tm) ``så''\n"
        "[gallery] [audio src=x] [[caption]] & \"citat\" 'ett' '99\n\n"
        f"https://example.org/a--b?c=[1]&d=2 {uuid4()} 👩‍⚕️ å"
    )
    title = 'Rubrik - "<i>så</i>" [gallery] -- & ...'
    answer, _ = await out(channel, parcel(text, title=title))
    page = (await stranger.get(answer.url)).text
    assert tidy(text) in shown(page)
    assert title in shown(page)
    assert re.search(r"<br ?/?>\s*<br", page) is None


async def test_the_first_picture_stands_above_the_post_and_the_others_in_it(
    channel: WordPressChannel, owner: httpx.AsyncClient
) -> None:
    alt = 'Två: "filten" & [gallery]'
    files = picture_file("Ett: väntrummet."), picture_file(alt, b"\x20\xc0\x20")
    answer, _ = await out(channel, parcel(f"Två bilder {uuid4()}", *files))
    first, second = await library(owner, answer.external_id)
    post = await raw(owner, answer.external_id)
    assert post["featured_media"] == first["id"]
    assert [first["alt_text"], second["alt_text"]] == ["Ett: väntrummet.", alt]
    [image] = re.findall(r"<img [^>]*>", post["content"]["raw"])
    assert second["source_url"] in image
    assert unescape(image.split('alt="')[1].split('"')[0]) == alt


async def test_a_draft_whose_answer_was_lost_is_used_again_with_its_pictures(
    channel: WordPressChannel, owner: httpx.AsyncClient
) -> None:
    sent = parcel(f"Två försök {uuid4()}", picture_file())
    first = await channel.prepare(sent)
    assert isinstance(first, Prepared)
    await owner.post(f"/posts/{first.handle}", json={"content": "annat", "featured_media": 0})
    assert await channel.prepare(sent) == first
    [picture] = await library(owner, first.handle)
    post = await raw(owner, first.handle)
    assert post["featured_media"] == picture["id"]
    assert sent.content.text in post["content"]["raw"]


async def test_a_ledger_that_does_not_know_the_post_finds_it_by_its_place(
    channel: WordPressChannel,
) -> None:
    sent = parcel(f"Hittas {uuid4()}")
    unknown = sought(sent)
    assert await channel.find(unknown) == Absent()
    ready = await laid(channel, sent)
    assert await channel.find(unknown) == Absent()
    answer = await channel.commit(ready)
    assert await channel.find(unknown) == answer
    again = await channel.prepare(sent)
    assert again == Prepared(ready.handle or "")
    assert await channel.commit(ready) == answer


async def test_a_place_that_is_taken_is_never_published_beside(
    channel: WordPressChannel, owner: httpx.AsyncClient
) -> None:
    sent = parcel(f"Upptagen plats {uuid4()}")
    slug = f"budkavle-{hashlib.sha256(sent.key.encode()).hexdigest()[:16]}"
    there = (
        await owner.post("/posts", json={"title": "x", "slug": slug, "status": "draft"})
    ).json()
    second = (
        await owner.post("/posts", json={"title": "x", "slug": slug, "status": "draft"})
    ).json()
    assert second["slug"] == f"{slug}-2"
    assert await channel.prepare(sent) == Prepared(str(there["id"]))


async def test_what_somebody_threw_away_is_not_brought_back(
    channel: WordPressChannel, owner: httpx.AsyncClient
) -> None:
    ready = await laid(channel, parcel(f"Slängd {uuid4()}"))
    await owner.delete(f"/posts/{ready.handle}")
    assert await channel.find(sought(ready)) == Absent()
    refused = await channel.commit(ready)
    assert isinstance(refused, Refused)
    assert (await raw(owner, ready.handle or ""))["status"] == "trash"


async def test_a_correction_keeps_the_pictures_that_stay_and_takes_the_others_away(
    channel: WordPressChannel, owner: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    one, two = picture_file("Ett."), picture_file("Två.", b"\x20\x20\xc0")
    answer, ready = await out(channel, parcel(f"Fel siffra {uuid4()}", one, two))
    before = await library(owner, answer.external_id)
    stays = replace(one, picture=one.picture.model_copy(update={"alt": "Ett, rättat."}))
    text = f"Rätt siffra {uuid4()}"
    changed = replace(ready, content=content(text, pictures=(stays.picture,)), pictures=[stays])
    assert await channel.correct(changed, proof_of(answer)) == answer
    [left] = await library(owner, answer.external_id)
    assert left["id"] == before[0]["id"]
    assert left["alt_text"] == "Ett, rättat."
    post = await raw(owner, answer.external_id)
    assert post["featured_media"] == left["id"]
    assert "<img" not in post["content"]["raw"]
    assert (await stranger.get(before[1]["source_url"])).status_code == 404
    assert text in (await stranger.get(answer.url)).text


async def test_what_is_taken_back_takes_its_pictures_along(
    channel: WordPressChannel, owner: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    answer, _ = await out(channel, parcel(f"Tas bort {uuid4()}", picture_file()))
    [picture] = await library(owner, answer.external_id)
    assert (await stranger.get(picture["source_url"])).status_code == 200
    theirs = await added(owner, answer.external_id)
    assert await channel.retract(proof_of(answer)) == answer
    assert [each["id"] for each in await library(owner, answer.external_id)] == [theirs]
    assert (await stranger.get(answer.url)).status_code == 404
    assert (await stranger.get(picture["source_url"])).status_code == 404
    corrected = await channel.correct(parcel(), proof_of(answer))
    assert corrected == Refused(Code.CORRECTION_UNABLE, {"channel": "Kanalen"})
    await owner.delete(f"/posts/{answer.external_id}", params={"force": "true"})
    assert await channel.retract(proof_of(answer)) == answer


async def test_a_post_that_a_person_found_is_known_by_its_address(
    channel: WordPressChannel,
) -> None:
    answer, ready = await out(channel, parcel(f"Hittad av en människa {uuid4()}"))
    found = Proof(external_id="", url=answer.url, revision=1, published_at=datetime.now(UTC))
    assert await channel.correct(ready, found) == Published("", answer.url)
    elsewhere = found.model_copy(update={"url": f"https://annan.example{answer.url[-30:]}"})
    assert await channel.retract(elsewhere) == Refused(
        Code.RETRACTION_UNABLE, {"channel": "Kanalen"}
    )
    assert await channel.retract(found) == Published("", answer.url)
    assert await channel.find(sought(ready)) == Absent()


async def test_a_file_that_is_no_picture_is_refused_in_the_sites_words(
    channel: WordPressChannel,
) -> None:
    file = replace(picture_file(), content=b"inte en bild")
    answer = await channel.prepare(parcel("Trasig", file))
    assert isinstance(answer, Refused)
    assert "not allowed to upload this file type" in str(answer.parameters["why"])


async def test_a_picture_that_the_site_leaves_out_without_a_word_is_missed(
    channel: WordPressChannel,
) -> None:
    ready = await laid(channel, parcel(f"Bilden saknas {uuid4()}"))
    written = {"content": ready.content.text, "featured_media": 999_999}
    with pytest.raises(Unready) as missed:
        await channel._site.fill(int(ready.handle or ""), written)
    assert missed.value.answer.code is Code.CHANNEL_BUSY


async def test_our_own_posts_alone_are_patrolled(channel: WordPressChannel) -> None:
    answer, ready = await out(channel, parcel(f"På tidslinjen {uuid4()}", link="https://e.org/a"))
    seen = await channel.timeline(datetime.now(UTC) - timedelta(minutes=1))
    assert seen is not None
    [ours] = [each for each in seen if each.external_id == answer.external_id]
    assert (ours.text or "").split() == [*ready.content.text.split(), "https://e.org/a"]
    assert "Hello world!" not in str(seen)
    later = await channel.timeline(datetime.now(UTC) + timedelta(hours=1))
    assert later == []


async def test_with_a_wrong_password_we_are_strangers_and_know_it(site: WordPress) -> None:
    wrong = site.channel(token="fel")
    assert isinstance(wrong, WordPressChannel)
    for answer in (
        await wrong.prepare(parcel()),
        await wrong.commit(replace(parcel(), handle="1")),
    ):
        assert answer == NotNow(Code.CREDENTIALS_REFUSED, {"channel": "Kanalen"})
    assert await wrong.timeline(datetime.now(UTC)) is None
    await wrong.close()
