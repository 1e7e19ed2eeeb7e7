"""What only a real site shows: one post, however often it is cut; its comments; its roles."""

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from schemas.codes import Code
from services.kit.texts import opening
from services.metrics.comments import Thread
from services.metrics.domain import judge
from services.metrics.sources.comments.wordpress import SiteComments
from services.metrics.sources.wordpress import CommentCount
from services.metrics.web import Stranger
from services.publisher.channels.wordpress.channel import WordPressChannel
from services.publisher.domain.answers import (
    Absent,
    Answer,
    Finding,
    NotNow,
    Prepared,
    Published,
    Unclear,
)
from services.publisher.ports import Parcel
from tests.channels.builders import laid, parcel, picture_file, sought
from tests.channels.platforms.wordpress import CONTRIBUTOR, WordPressServer
from tests.harness.proxy import RESET_AFTER, RESET_BEFORE, cut_answer_after
from tests.metrics.builders import shown

pytestmark = [pytest.mark.web, pytest.mark.real]

CUTS = [RESET_BEFORE, RESET_AFTER, cut_answer_after(20), cut_answer_after(900)]
DELIVERIES = 6
MOST_STEPS = 60
LAYING, PUBLISHING = 6, 2
"""So many connections a step makes, and any of them may be the one that is cut."""


@pytest.fixture
async def channel(wordpress_server: WordPressServer) -> AsyncIterator[WordPressChannel]:
    made = wordpress_server.channel()
    assert isinstance(made, WordPressChannel)
    yield made
    await made.close()


async def step(channel: WordPressChannel, sent: Parcel, last: Answer | Finding) -> Answer | Finding:
    """Do what the engine does next."""
    if isinstance(last, Unclear):
        return await channel.find(sought(sent))
    if sent.handle is None:
        return await channel.prepare(sent)
    return await channel.commit(sent)


@pytest.mark.parametrize("seed", range(3))
async def test_however_often_it_is_cut_it_stands_there_once(
    wordpress_server: WordPressServer, channel: WordPressChannel, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same cuts every time
    for _ in range(DELIVERIES):
        sent = parcel(f"Klippt gång på gång {uuid4()}", picture_file(colour=uuid4().bytes[:3]))
        said: Answer | Finding = Absent()
        for number in range(MOST_STEPS):
            if number < MOST_STEPS // 2 and chance.random() < 0.8:
                cut = chance.choice(CUTS)
                calls = PUBLISHING if sent.handle else LAYING
                wordpress_server.proxy.strike(cut, after=chance.randrange(calls))
            said = await step(channel, sent, said)
            if isinstance(said, Published):
                break
            if isinstance(said, Prepared):
                sent = replace(sent, handle=said.handle)
            elif isinstance(said, Unclear) and chance.random() < 0.5:
                sent = replace(sent, handle=None)
        assert isinstance(said, Published)
        wordpress_server.proxy.thaw()
        texts = await wordpress_server.texts()
        assert sum(sent.content.text in text for text in texts) == 1


async def test_comments_are_counted_and_the_page_is_witnessed(
    wordpress_server: WordPressServer, channel: WordPressChannel
) -> None:
    sent = await laid(channel, parcel(f"Tyck till {uuid4()}"))
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    async with wordpress_server.owner() as owner:
        written = {"post": int(answer.external_id), "content": "Tack!"}
        (await owner.post("/comments", json=written)).raise_for_status()
    published = shown(url=answer.url, external_id=answer.external_id)
    async with Stranger(timedelta(seconds=10), {}) as stranger:
        comments, *_ = await CommentCount(stranger).numbers(published)
        assert comments.value == 1
        assert judge(await stranger.read(answer.url), opening(sent.content.text)) is None


async def test_what_people_write_is_read_as_soon_as_it_is_shown_and_ours_never_is(
    wordpress_server: WordPressServer, channel: WordPressChannel
) -> None:
    answer = await channel.commit(await laid(channel, parcel(f"Fråga oss {uuid4()}")))
    assert isinstance(answer, Published)
    post, trainee = int(answer.external_id), wordpress_server.passwords[CONTRIBUTOR]
    published = shown(kind="wordpress", url=answer.url, external_id=answer.external_id)
    async with (
        wordpress_server.owner() as owner,
        httpx.AsyncClient(base_url=owner.base_url, auth=(CONTRIBUTOR, trainee)) as person,
        Stranger(timedelta(seconds=10), {}) as stranger,
    ):
        source = SiteComments(stranger)
        assert await source.comments(published) == Thread((), whole=True)
        said = {"post": post, "content": "Är det <b>öppet</b> & gratis? ☕"}
        comment = (await person.post("/comments", json=said)).json()
        # A person's first comment waits for approval, and no stranger is shown it.
        assert comment["status"] == "hold"
        assert await source.comments(published) == Thread((), whole=True)
        place = f"/comments/{comment['id']}"
        (await owner.post(place, json={"status": "approve"})).raise_for_status()
        said = {"post": post, "parent": comment["id"], "content": "Ja, välkommen!"}
        (await owner.post("/comments", json=said)).raise_for_status()
        thread = await source.comments(published)
        [only] = thread.remarks
        assert (thread.whole, only.external_id, only.parent) == (True, str(comment["id"]), "")
        assert (only.author, only.text) == (CONTRIBUTOR, "Är det öppet & gratis? ☕")
        assert abs(only.written_at - datetime.now(UTC)) < timedelta(minutes=2)
        assert only.url.startswith(answer.url)
        changed = {"content": "Är det öppet?"}
        (await owner.post(place, json=changed)).raise_for_status()
        assert [each.text for each in (await source.comments(published)).remarks] == [
            "Är det öppet?"
        ]
        (await owner.post(place, json={"status": "hold"})).raise_for_status()
        assert await source.comments(published) == Thread((), whole=True)


async def test_a_user_who_may_not_publish_is_told_what_is_missing(
    wordpress_server: WordPressServer,
) -> None:
    trainee = WordPressChannel(
        "w",
        "Webben",
        wordpress_server.base_url,
        CONTRIBUTOR,
        wordpress_server.passwords[CONTRIBUTOR],
        timedelta(seconds=15),
    )
    readiness = await trainee.check()
    assert readiness.code is Code.PERMISSION_MISSING
    missing = "publish_posts, upload_files, edit_published_posts, delete_published_posts"
    assert readiness.parameters == {"channel": "Webben", "why": missing}
    ready = await laid(trainee, parcel(f"Praktikantens {uuid4()}"))
    for answer in (await trainee.commit(ready), await trainee.prepare(parcel("B", picture_file()))):
        assert isinstance(answer, NotNow)
        assert answer.code is Code.PERMISSION_MISSING
        assert str(answer.parameters["why"]).startswith("Sorry, you are not allowed to")
    assert await trainee.find(sought(ready)) == Absent()
    await trainee.close()
