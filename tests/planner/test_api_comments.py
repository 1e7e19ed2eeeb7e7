"""Comments over HTTP: who wrote what is looked up, shown, and kept nowhere on the way."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from schemas.posts import PostDrafted
from services.kit.facts import Forged
from services.kit.messages import Told
from tests.planner.asking import POSTS, approve, draft, submit
from tests.planner.comments import CANARY, COMMENT, comment_id, done, received, refused, worded
from tests.planner.deliveries import delivery, proof
from tests.planner.samples import variant, written
from tests.planner.test_api_refusals import assert_problem
from tests.planner.web import Web, people_text

COMMENTS = "/api/v1/comments"


async def beneath(web: Web, title: str = "Natt på akuten") -> UUID:
    """Publish a post beneath which people write."""
    async with web.client() as anna:
        sent = await submit(anna, written(variant("mastodon"), title=title))
    await approve(web, sent)
    post = UUID(sent.json()["id"])
    web.told(delivery("published", "mastodon", post=post, proof=proof()))
    return post


async def spoken(web: Web) -> UUID:
    """Let somebody write beneath a post."""
    post = await beneath(web)
    web.memory.put(worded(post=post))
    web.memory.put(received(post=post))
    return post


def address(post: UUID, comment: UUID = COMMENT) -> str:
    return f"{COMMENTS}/mastodon/{post}/{comment}"


async def test_a_comment_is_shown_with_its_words_and_its_post(web: Web) -> None:
    post = await spoken(web)
    async with web.client() as anna:
        listed = await anna.get(COMMENTS)
        alone = await anna.get(address(post))
    [shown] = listed.json()["comments"]
    assert shown == alone.json()
    assert shown["words"] == {"state": "shown", "author": "Aina Öst", "text": CANARY}
    assert (shown["post_title"], shown["channel_title"]) == ("Natt på akuten", "Mastodon")
    assert (shown["state"], shown["state_label"]) == ("open", "Open")
    assert (shown["answerable"], shown["actions"]) == (True, ["hide", "unhide"])
    assert listed.headers["cache-control"] == alone.headers["cache-control"] == "private, no-store"


async def test_erased_words_and_those_that_cannot_be_read_are_told_apart(web: Web) -> None:
    post = await beneath(web)
    web.memory.put(received(post=post))
    async with web.client() as anna:
        erased = (await anna.get(address(post))).json()["words"]
        web.memory.away = True
        away = await anna.get(address(post))
    assert erased == {"state": "erased", "author": "", "text": ""}
    assert (away.status_code, away.json()["words"]["state"]) == (200, "unavailable")


async def test_words_that_metrics_has_not_signed_are_not_shown(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = await spoken(web)
    newest = web.memory.newest

    async def forged(subject: str) -> Told[Any] | None:
        if subject.startswith("personal."):
            raise Forged("not told by metrics")
        return await newest(subject)

    monkeypatch.setattr(web.memory, "newest", forged)
    async with web.client() as anna:
        said = await anna.get(address(post))
    assert said.json()["words"] == {"state": "unavailable", "author": "", "text": ""}


async def test_a_reader_who_has_seen_it_is_told_of_changes_alone(web: Web) -> None:
    post = await spoken(web)
    async with web.client() as anna:
        tag = (await anna.get(address(post))).headers["etag"]
        same = await anna.get(address(post), headers={"If-None-Match": tag})
        web.memory.put(worded("Ändrat", post=post))
        other = await anna.get(address(post), headers={"If-None-Match": tag})
    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200


async def test_pages_follow_each_other_and_can_be_narrowed(web: Web) -> None:
    post = await beneath(web)
    for number in range(5):
        web.memory.put(received(comment_id(number), post=post, minutes=number))
    seen: list[str] = []
    cursor = ""
    async with web.client() as anna:
        while cursor is not None:
            asked = {"limit": "2", "post": str(post)} | ({"cursor": cursor} if cursor else {})
            said = (await anna.get(COMMENTS, params=asked)).json()
            seen += [comment["id"] for comment in said["comments"]]
            cursor = said["cursor"]
        hidden = (await anna.get(COMMENTS, params={"state": "hidden"})).json()
        elsewhere = (await anna.get(COMMENTS, params={"channel": "newsroom"})).json()
    assert seen == [str(comment_id(number)) for number in range(5)]
    assert hidden == elsewhere == {"comments": [], "cursor": None}


async def test_a_comment_is_hidden_for_a_reason_and_shown_again(web: Web) -> None:
    post = await spoken(web)
    async with web.client("bengt") as bengt:
        asked = await bengt.post(f"{address(post)}/hide", json={"why": " Hot "})
        assert (asked.status_code, asked.json()["state"]) == (200, "hide_asked")
        moderation = asked.json()["moderation"]
        assert (moderation["by"], moderation["why"], moderation["state"]) == (
            "bengt",
            "Hot",
            "asked",
        )
        web.told(done(on=web.memory.told[-1].sequence))
        hidden = (await bengt.get(address(post))).json()
        assert (hidden["state"], hidden["moderation"]["state"]) == ("hidden", "applied")
        shown = await bengt.post(f"{address(post)}/unhide", json={})
        assert shown.json()["moderation"]["action"] == "unhide"
        web.told(done("unhide", on=web.memory.told[-1].sequence))
        assert (await bengt.get(address(post))).json()["state"] == "open"


async def test_what_the_channel_said_no_to_is_said_in_words(web: Web) -> None:
    post = await spoken(web)
    async with web.client("bengt") as bengt:
        await bengt.post(f"{address(post)}/hide", json={"why": "Hot"})
        web.told(refused(on=web.memory.told[-1].sequence))
        said = (await bengt.get(address(post))).json()
    assert (said["state"], said["moderation"]["state"]) == ("hide_failed", "failed")
    assert said["moderation"]["problem"]["code"] == "permission_missing"
    assert "Mastodon" in said["moderation"]["problem"]["detail"]


async def test_the_same_request_twice_asks_once(web: Web) -> None:
    post = await spoken(web)
    async with web.client("bengt", **{"Idempotency-Key": "once"}) as bengt:
        said = [await bengt.post(f"{address(post)}/hide", json={"why": "Hot"}) for _ in range(2)]
        other = await bengt.post(f"{address(post)}/hide", json={"why": "Annat"})
    assert [answer.status_code for answer in said] == [200, 200]
    assert web.memory.types().count("moderation.asked.v1") == 1
    assert_problem(other, 409, "key_reused")


@pytest.mark.parametrize("body", [{}, {"why": ""}, {"why": " "}, {"why": "x" * 501}, {"y": "z"}])
async def test_nothing_is_hidden_without_a_reason(web: Web, body: Any) -> None:
    post = await spoken(web)
    async with web.client("bengt") as bengt:
        assert_problem(await bengt.post(f"{address(post)}/hide", json=body), 422, "body_unreadable")
    assert "moderation.asked.v1" not in web.memory.types()


async def test_whoever_may_not_approve_may_not_hide_or_pin(web: Web) -> None:
    post = await spoken(web)
    text = web.people.read_text()
    web.people.write_text(f"{text}\n{people_text('erik', roles=('author',))}")
    async with web.client("erik") as erik, web.client(None) as nobody:
        for path in (f"{address(post)}/hide", f"{POSTS}/{post}/channels/mastodon/pin"):
            assert_problem(await erik.post(path, json={"why": "Hot"}), 403, "not_allowed")
            assert_problem(await nobody.post(path, json={"why": "Hot"}), 401, "sign_in_needed")
        for path in (COMMENTS, address(post)):
            assert_problem(await nobody.get(path), 401, "sign_in_needed")
        drafted = await draft(erik, written(variant("mastodon", answers={"comment": str(COMMENT)})))
    assert drafted.status_code == 201


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{COMMENTS}?state=odd", 422, "body_unreadable"),
        (f"{COMMENTS}?channel=a.b", 422, "body_unreadable"),
        (f"{COMMENTS}?post=x", 422, "body_unreadable"),
        (f"{COMMENTS}?cursor=x", 422, "body_unreadable"),
        (f"{COMMENTS}?limit=51", 422, "body_unreadable"),
        (address(UUID(int=1)), 404, "comment_not_found"),
        (f"{COMMENTS}/mastodon/{UUID(int=1)}/x", 404, "page_not_found"),
    ],
)
async def test_a_bad_address_is_answered_with_what_to_do(
    web: Web, path: str, status: int, code: str
) -> None:
    async with web.client() as anna:
        assert_problem(await anna.get(path), status, code)


async def answered(web: Web, client: httpx.AsyncClient, post: UUID) -> httpx.Response:
    body = written(variant("mastodon", answers={"comment": str(COMMENT)}), title="Svar")
    del body["variants"][0]["publish_at"]
    return await submit(client, body)


async def test_an_answer_is_a_post_and_shows_beside_the_comment(web: Web) -> None:
    post = await spoken(web)
    async with web.client() as anna:
        sent = await answered(web, anna, post)
        [variant_] = sent.json()["variants"]
        assert variant_["answers"] == {"comment": str(COMMENT)}
        assert variant_["publish_at"] == "on_approval"
        waiting = (await anna.get(address(post))).json()
        assert (waiting["state"], waiting["answers"][0]["status"]) == ("open", "submitted")
        assert (await approve(web, sent, "anna")).status_code == 403
        assert (await approve(web, sent)).status_code == 200
        shown = (await anna.get(address(post))).json()
    assert (shown["state"], shown["answers"][0]["status"]) == ("answered", "approved")
    assert shown["answers"][0]["text"] == "Hej från mastodon!"


async def test_an_answer_to_nobody_is_refused_where_it_stands(web: Web) -> None:
    async with web.client() as anna:
        said = await draft(anna, written(variant("mastodon", answers={"comment": str(uuid4())})))
    assert_problem(said, 422, "comment_unknown")
    assert said.json()["errors"][0]["path"] == "variants.0.answers"
    assert not any(isinstance(told.fact, PostDrafted) for told in web.memory.told)


async def test_a_post_is_pinned_and_says_what_came_of_it(web: Web) -> None:
    post = await beneath(web)
    path = f"{POSTS}/{post}/channels/mastodon"
    async with web.client("bengt") as bengt:
        pinned = await bengt.post(f"{path}/pin")
        assert pinned.status_code == 200, pinned.text
        web.told(done("pin", post, on=web.memory.told[-1].sequence))
        after = await bengt.get(f"{POSTS}/{post}")
        assert after.headers["etag"] != pinned.headers["etag"]
        [shown] = after.json()["variants"]
        assert (shown["pinning"]["action"], shown["pinning"]["state"]) == ("pin", "applied")
        gone = await bengt.post(f"{path}/unpin")
        assert gone.json()["variants"][0]["pinning"]["action"] == "unpin"
        assert_problem(
            await bengt.post(f"{POSTS}/{post}/channels/newsroom/pin"), 409, "moderation_unable"
        )


async def test_the_description_for_programs_has_every_door(web: Web) -> None:
    async with web.client() as anna:
        paths = (await anna.get("/openapi.json")).json()["paths"]
    one = "/api/v1/comments/{channel}/{post}/{comment}"
    pin = "/api/v1/posts/{post}/channels/{channel}"
    assert {COMMENTS, one, f"{one}/hide", f"{one}/unhide", f"{pin}/pin", f"{pin}/unpin"} <= set(
        paths
    )


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("board.sqlite*"))


async def test_who_wrote_what_is_not_in_the_boards_file(web: Web, tmp_path: Path) -> None:
    await spoken(web)
    async with web.client() as anna:
        assert CANARY in (await anna.get(COMMENTS)).text
    web.desk.board._file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = everything_in(tmp_path)
    assert str(COMMENT).encode() in kept
    assert CANARY.encode() not in kept
    assert "Aina Öst".encode() not in kept
