"""The form for a post: what is wrong stands at its field, and nothing that was typed is lost."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from schemas.channels import Limits, VideoLimits
from tests.harness.films import film
from tests.planner.asking import approve, submit
from tests.planner.fakes import FakeChannels
from tests.planner.samples import NOW, picture, probed, variant, written
from tests.planner.web import Web
from tests.web.reading import Node, filled, read
from tests.web.visiting import browser, form_to, look, send

TYPED = {
    "title": "Natt på akuten",
    "series": "Här jobbar jag",
    "text__newsroom": "Klockan är kvart i tre.\r\n\r\nEtt väntrum.",
    "text__mastodon": "Kvart i tre.",
    "link": "https://example.org/natt",
    "wish": "submit",
}


async def new_form(client: httpx.AsyncClient) -> Node:
    return form_to(await look(client, "/posts/new"), "/posts/new")


async def write(client: httpx.AsyncClient, **changes: str) -> httpx.Response:
    return await send(client, await new_form(client), **(TYPED | changes))


async def test_a_post_is_written_and_waits_for_approval(web: Web) -> None:
    async with browser(web) as anna:
        answer = await write(anna)
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"].endswith("?done=submitted")
    told = web.memory.told[-2].fact
    assert told.type == "post.submitted.v1"
    assert told.document.series == "har-jobbar-jag"
    newsroom, mastodon = sorted(told.document.variants, key=lambda v: v.channel, reverse=True)
    assert newsroom.content.text == "Klockan är kvart i tre.\n\nEtt väntrum."
    assert newsroom.content.title == "Natt på akuten"
    assert mastodon.content.title == ""
    assert newsroom.publish_at == "on_approval"
    assert newsroom.content.link == "https://example.org/natt"


async def test_a_channel_that_is_left_empty_gets_nothing(web: Web) -> None:
    async with browser(web) as anna:
        await write(anna, text__mastodon=" ", wish="draft")
    assert web.memory.told[-2].fact.type == "post.drafted.v1"
    assert [v.channel for v in web.memory.told[-2].fact.document.variants] == ["newsroom"]


async def test_a_form_sent_twice_makes_one_post(web: Web) -> None:
    async with browser(web) as anna:
        form = await new_form(anna)
        first, second = [await send(anna, form, **TYPED) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    assert web.memory.types().count("post.drafted.v1") == 1


async def test_a_form_sent_again_with_other_words_asks_to_look_first(web: Web) -> None:
    async with browser(web) as anna:
        form = await new_form(anna)
        await send(anna, form, **TYPED)
        answer = await send(anna, form, **(TYPED | {"title": "En annan natt"}))
        assert answer.status_code == 409
        page = read(answer.text)
        assert "has been sent before" in page.one(role="alert").text
        again = await send(anna, form_to(page, "/posts/new"), wish="draft")
    assert again.status_code == 303
    assert web.memory.types().count("post.drafted.v1") == 2


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"text__mastodon": "x" * 501}, "text-mastodon", "500 is the most. Shorten it by"),
        ({"link": "example.org"}, "link", "Write it in full, beginning with https://"),
        ({"when": "local", "local": "2026-11-23T09:59"}, "time", "Choose a later time"),
        ({"when": "local", "local": ""}, "time", "Choose a day and a time"),
        ({"when": "local", "local": "2027-03-28T02:30"}, "time", "the clocks go forward"),
        ({"series": "***"}, "series", "characters or a length"),
    ],
)
async def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
    web: Web, changes: dict[str, str], field: str, said: str
) -> None:
    async with browser(web) as anna:
        answer = await write(anna, **changes)
    assert answer.status_code == 422
    page = read(answer.text)
    node = page.one(id=field)
    assert node.attributes["aria-invalid"] == "true"
    wrong = page.one(id=f"wrong-{field}")
    assert wrong.attributes["id"] in node.attributes["aria-describedby"].split()
    assert said in wrong.text
    assert page.one(role="alert").all("a", href=f"#{field}")
    kept = filled(form_to(page, "/posts/new"))
    for name, text in (TYPED | changes).items():
        if name != "wish":
            assert kept[name.replace("__", "-")] == text.replace("\r\n", "\n"), name
    assert "post.drafted.v1" not in web.memory.types()


async def test_a_post_for_no_channel_is_refused_as_a_whole(web: Web) -> None:
    async with browser(web) as anna:
        answer = await write(anna, text__newsroom="", text__mastodon="")
    assert answer.status_code == 422
    assert "Write it for at least one channel." in read(answer.text).one(id="whole").text


async def test_a_time_that_comes_twice_is_chosen_from_two(web: Web) -> None:
    web.clock.moment = NOW - timedelta(days=60)
    async with browser(web) as anna:
        answer = await write(anna, when="local", local="2026-10-25T02:30")
        page = read(answer.text)
        first, second = (n.attributes["value"] for n in page.all("input", name="instant"))
        again = await send(
            anna, form_to(page, "/posts/new"), when="local", instant=second, wish="draft"
        )
    assert answer.status_code == 422
    assert (first, second) == ("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00")
    assert again.status_code == 303
    assert web.memory.told[0 - 2].fact.document.variants[0].publish_at.hour == 1


async def upload(client: httpx.AsyncClient, form: Node, content: bytes, **typed: str) -> Any:
    return await client.post(
        "/posts/new", data=filled(form, **(TYPED | typed)), files={"file": ("bild.png", content)}
    )


async def test_a_picture_needs_words_and_is_kept_while_they_are_written(web: Web) -> None:
    async with browser(web) as anna:
        answer = await upload(anna, await new_form(anna), picture())
        assert answer.status_code == 422
        page = read(answer.text)
        assert "Describe what the picture shows" in page.one(id="wrong-alt").text
        image = page.one("img")
        assert (await anna.get(image.attributes["src"])).status_code == 200
        again = await send(
            anna, form_to(page, "/posts/new"), alt="Ett rött fönster i natten", wish="draft"
        )
        assert again.status_code == 303, again.text
        shown = await look(anna, again.headers["location"])
    assert {n.attributes["alt"] for n in shown.all("img")} == {"Ett rött fönster i natten"}
    assert len(shown.all("img")) == 2


async def test_a_file_that_is_no_picture_is_refused_at_its_field(web: Web) -> None:
    async with browser(web) as anna:
        answer = await upload(anna, await new_form(anna), b"GIF89a...", alt="En bild")
    assert answer.status_code == 422
    assert "Send a whole JPEG, PNG or WebP" in read(answer.text).one(id="wrong-picture").text


async def test_what_was_written_outlives_the_session(web: Web) -> None:
    async with browser(web) as anna:
        form = await new_form(anna)
        web.clock.moment = NOW + timedelta(hours=13)
        answer = await send(anna, form, **TYPED)
    assert answer.status_code == 401
    page = read(answer.text)
    assert "Sign in with a new one-time link" in page.one(role="alert").text
    assert filled(form_to(page, "/posts/new"))["title"] == TYPED["title"]
    assert not web.memory.types().count("post.drafted.v1")


async def test_what_was_written_outlives_the_broker(web: Web) -> None:
    async with browser(web) as anna:
        form = await new_form(anna)
        web.memory.away = True
        answer = await send(anna, form, **TYPED)
        assert answer.status_code == 503
        page = read(answer.text)
        assert "Try again in a moment" in page.one(role="alert").text
        web.memory.away = False
        again = await send(anna, form_to(page, "/posts/new"), wish="submit")
    assert again.status_code == 303
    assert web.memory.types().count("post.drafted.v1") == 1


def with_instagram(web: Web) -> None:
    limits = Limits(
        forms=("post", "story", "reel"),
        characters=2200,
        pictures=10,
        pictures_least=1,
        video=VideoLimits(forms=("reel", "story"), size=9_000_000, seconds_most=90),
    )
    known = probed("instagram", limits)
    web.draw(known)
    channels = web.desk.planner.channels
    assert isinstance(channels, FakeChannels)
    channels.names = {**channels.names, "instagram": known}


async def test_a_story_needs_no_text_and_is_edited_in_the_same_form(web: Web) -> None:
    with_instagram(web)
    wish = {"form__instagram": "story", "alt": "Ett fönster", "wish": "draft"}
    async with browser(web) as anna:
        answer = await upload(anna, await new_form(anna), picture(), **wish)
        assert answer.status_code == 303, answer.text
        address = answer.headers["location"].partition("?")[0]
        kept = filled(form_to(await look(anna, f"{address}/edit"), "/edit"))
        shown = await look(anna, address)
    document = web.memory.told[-2].fact.document
    story = next(v.content for v in document.variants if v.channel == "instagram")
    assert (story.form, story.text, story.title, story.link) == ("story", "", "", None)
    assert len(story.pictures) == 1
    others = [v.content for v in document.variants if v.channel != "instagram"]
    assert {(v.form, v.link) for v in others} == {("post", TYPED["link"])}
    assert (kept["form-instagram"], kept["link"]) == ("story", TYPED["link"])
    told = shown.one("section", aria_labelledby="in-instagram").text
    assert "· Story" in told


async def test_a_story_with_a_text_is_refused_at_the_text(web: Web) -> None:
    with_instagram(web)
    async with browser(web) as anna:
        form = await new_form(anna)
        typed = {"form__instagram": "story", "text__instagram": "Hej"}
        answer = await upload(anna, form, picture(), alt="Ett fönster", **typed)
    assert answer.status_code == 422
    page = read(answer.text)
    assert "Leave the words out" in page.one(id="wrong-text-instagram").text
    assert filled(form_to(page, "/posts/new"))["form-instagram"] == "story"


async def test_a_reel_takes_the_video_and_the_others_the_picture(web: Web) -> None:
    with_instagram(web)
    typed = {
        "form__instagram": "reel",
        "text__instagram": "Se!",
        "alt": "Ett fönster",
        "wish": "draft",
    }
    files = {"file": ("bild.png", picture()), "film": ("film.mp4", film())}
    async with browser(web) as anna:
        sent = filled(await new_form(anna), **(TYPED | typed))
        answer = await anna.post("/posts/new", data=sent, files=files)
        assert answer.status_code == 422
        page = read(answer.text)
        assert "Describe what it shows and says" in page.one(id="wrong-description").text
        assert (await anna.get(page.one("video").attributes["src"])).status_code == 200
        again = form_to(page, "/posts/new")
        answer = await send(anna, again, description="En älg går förbi", wish="draft")
        assert answer.status_code == 303, answer.text
        address = answer.headers["location"].partition("?")[0]
        shown = await look(anna, address)
        edited = form_to(await look(anna, f"{address}/edit"), "/edit")
    contents = {v.channel: v.content for v in web.memory.told[-2].fact.document.variants}
    reel = contents.pop("instagram")
    assert (reel.form, reel.pictures, reel.video.description) == ("reel", (), "En älg går förbi")
    assert all(len(each.pictures) == 1 and not each.video for each in contents.values())
    assert shown.one("video").attributes["aria-label"] == "En älg går förbi"
    kept = filled(edited)
    assert (kept["video"], kept["description"]) == (reel.video.digest, "En älg går förbi")
    assert kept["picture"] == contents["newsroom"].pictures[0].digest
    ticked = edited.one("input", name="filmed-instagram")
    assert "checked" in ticked.attributes


async def test_a_video_that_goes_nowhere_is_told_and_kept(web: Web) -> None:
    with_instagram(web)
    async with browser(web) as anna:
        sent = filled(await new_form(anna), **TYPED)
        answer = await anna.post("/posts/new", data=sent, files={"film": ("a.mp4", film())})
        assert answer.status_code == 422
        page = read(answer.text)
        assert "Choose a channel that gets it" in page.one(id="wrong-film").text
        wish = {"form__instagram": "reel", "text__instagram": "Se!", "description": "En älg"}
        again = await send(anna, form_to(page, "/posts/new"), **wish, wish="draft")
    assert again.status_code == 303
    contents = {v.channel: v.content for v in web.memory.told[-2].fact.document.variants}
    assert contents["instagram"].video


async def test_a_tick_without_a_video_leaves_the_picture(web: Web) -> None:
    with_instagram(web)
    typed = {"filmed__instagram": "yes", "text__instagram": "Se!", "alt": "Ett fönster"}
    async with browser(web) as anna:
        answer = await upload(anna, await new_form(anna), picture(), **typed, wish="draft")
    assert answer.status_code == 303, answer.text
    contents = {v.channel: v.content for v in web.memory.told[-2].fact.document.variants}
    assert len(contents["instagram"].pictures) == 1


async def test_a_file_that_is_no_video_is_refused_at_its_field(web: Web) -> None:
    with_instagram(web)
    async with browser(web) as anna:
        sent = filled(await new_form(anna), **TYPED)
        answer = await anna.post("/posts/new", data=sent, files={"film": ("a.mov", b"GIF")})
    assert answer.status_code == 422
    assert "Save it as an MP4" in read(answer.text).one(id="wrong-film").text


async def test_a_post_is_edited_in_the_same_form(web: Web) -> None:
    at = (NOW + timedelta(hours=1)).isoformat()
    async with web.client("anna") as anna:
        sent = await submit(anna, written(variant(publish_at=at, link="https://example.org/")))
        await approve(web, sent)
    post = sent.json()["id"]
    async with browser(web, "cilla") as cilla:
        form = form_to(await look(cilla, f"/posts/{post}/edit"), "/edit")
        kept = filled(form)
        assert (kept["local"], kept["link"]) == ("2026-11-23T11:00", "https://example.org/")
        answer = await send(cilla, form, text__newsroom="Rättat.", wish="draft")
    assert answer.headers["location"] == f"/posts/{post}?done=saved"
    edited, withdrawn, _ = (told.fact for told in web.memory.told[-3:])
    assert (edited.type, withdrawn.type) == ("post.edited.v1", "order.withdrawn.v1")
    assert edited.document.variants[0].content.text == "Rättat."
    assert edited.document.variants[0].publish_at == NOW + timedelta(hours=1)


async def test_an_edit_of_what_has_changed_meanwhile_is_refused(web: Web) -> None:
    async with web.client("anna") as anna:
        post = (await submit(anna)).json()["id"]
        async with browser(web, "cilla") as cilla:
            form = form_to(await look(cilla, f"/posts/{post}/edit"), "/edit")
            await anna.put(f"/api/v1/posts/{post}", json=written(variant(text="Annat.")))
            answer = await send(cilla, form, text__newsroom="Rättat.", wish="draft")
    assert answer.status_code == 412
    assert filled(form_to(read(answer.text), "/edit"))["text-newsroom"] == "Rättat."


async def test_the_form_does_not_flatten_a_varied_post(web: Web) -> None:
    at = (NOW + timedelta(hours=1)).isoformat()
    async with web.client("anna") as anna:
        body = written(variant("newsroom", publish_at=at), variant("mastodon"))
        post = (await submit(anna, body)).json()["id"]
    async with browser(web) as anna:
        page = await look(anna, f"/posts/{post}/edit")
    assert not [f for f in page.all("form") if f.attributes["action"].endswith("/edit")]
    assert "too varied" in page.one("h1").text
