"""Whatever is wrong with a request, its answer says what and what to do; nothing is half done."""

import re
from pathlib import Path

import httpx
import pytest

import services.planner
from services.planner.api.problems import STATUS
from tests.planner.asking import POSTS, approve, draft, submit
from tests.planner.samples import variant, written
from tests.planner.web import Web


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{POSTS}?from=2026-11-23T10:00", 422, "body_unreadable"),
        (f"{POSTS}?from=i+morgon", 422, "body_unreadable"),
        (f"{POSTS}?limit=0", 422, "body_unreadable"),
        (f"{POSTS}?limit=many", 422, "body_unreadable"),
        (f"{POSTS}?cursor=%C3%A5", 422, "body_unreadable"),
        (f"{POSTS}?cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTkvYQ==", 422, "body_unreadable"),
        (f"{POSTS}/nobody", 404, "post_not_found"),
        (f"{POSTS}/00000000-0000-0000-0000-000000000000", 404, "post_not_found"),
        (f"{POSTS}/00000000-0000-0000-0000-000000000000?wait=99", 422, "body_unreadable"),
        ("/api/v1/pictures/short", 404, "page_not_found"),
        (f"/api/v1/pictures/{'0' * 64}", 422, "picture_unknown"),
        ("/api/v1/nothing", 404, "page_not_found"),
        ("/sign-in", 422, "body_unreadable"),
    ],
)
async def test_a_bad_address_is_answered_with_what_to_do(
    web: Web, path: str, status: int, code: str
) -> None:
    async with web.client() as anna:
        said = await anna.get(path)
    assert_problem(said, status, code)


def assert_problem(said: httpx.Response, status: int, code: str) -> None:
    assert (said.status_code, said.json()["code"]) == (status, code), said.text
    assert said.headers["content-type"] == "application/problem+json"
    body = said.json()
    assert body["status"] == status
    assert body["detail"].endswith(".")
    assert body["remedy"]
    assert body["errors"][0]["code"] == code


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"\xff\xfe", "body"),
        (b"[" * 100_000, "body"),
        (b"[]", "body"),
        (b"{}", "variants"),
        (b'{"variants": 7}', "variants"),
        (b'{"variants": [7]}', "variants.0"),
        (b'{"variants": [{"channel": "newsroom", "text": "x"}]}', "variants.0.publish_at"),
        (
            b'{"variants": [{"channel": "newsroom", "text": 7, "publish_at": "on_approval"}]}',
            "variants.0.text",
        ),
        (
            b'{"variants": [{"channel": "a.b", "text": "x", "publish_at": "on_approval"}]}',
            "variants.0.channel",
        ),
        (
            b'{"variants": [{"channel": "a", "text": "\\ud800", "publish_at": "on_approval"}]}',
            "variants.0.text",
        ),
        (
            b'{"variants": [{"channel": "a", "text": "x", "publish_at": 7}]}',
            "variants.0.publish_at",
        ),
        (
            b'{"variants": [{"channel": "a", "text": "x", "publish_at": {"zone": "x"}}]}',
            "variants.0.publish_at.local",
        ),
        (b'{"variants": [], "titel": "x"}', "titel"),
        (b'{"variants": [], "series": "A b"}', "series"),
    ],
)
async def test_an_unreadable_body_names_its_first_fault(web: Web, body: bytes, where: str) -> None:
    async with web.client() as anna:
        said = await anna.post(POSTS, content=body, headers={"Content-Type": "application/json"})
    assert_problem(said, 422, "body_unreadable")
    assert said.json()["parameters"]["where"] == where
    assert web.memory.told == []


async def test_every_fault_of_a_post_is_listed_with_its_place(web: Web) -> None:
    async with web.client() as anna:
        said = await draft(anna, written(variant("radio"), variant("newsroom", text="")))
    assert_problem(said, 422, "unknown_channel")
    assert [(each["path"], each["code"]) for each in said.json()["errors"]] == [
        ("variants.0.channel", "unknown_channel"),
        ("variants.1.text", "text_empty"),
    ]


async def test_a_problem_is_in_the_readers_language(web: Web) -> None:
    async with web.client("anna", **{"Accept-Language": "sv-SE,sv;q=0.9"}) as anna:
        said = await draft(anna, written(variant("newsroom", text="")))
        why = await anna.post(POSTS, json={})
    assert said.json()["detail"] == "Texten för newsroom är tom."
    assert said.headers["content-language"] == "sv"
    assert why.json()["parameters"]["why"] == "it is missing"
    assert why.json()["detail"].endswith("variants – det saknas.")


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"Authorization": "Bearer nobody"}, 401), ({"Authorization": "Basic x"}, 401)],
)
async def test_a_stranger_is_asked_to_sign_in(
    web: Web, headers: dict[str, str], status: int
) -> None:
    async with web.client(None, **headers) as stranger:
        for path in (POSTS, "/api/v1/channels", "/api/v1/parked", "/api/v1/events"):
            assert_problem(await stranger.get(path), status, "sign_in_needed")
        assert_problem(await draft(stranger), status, "sign_in_needed")


async def test_a_reader_may_read_but_not_write(web: Web) -> None:
    async with web.client("doris") as doris:
        assert (await doris.get(POSTS)).status_code == 200
        said = await draft(doris)
    assert_problem(said, 403, "not_allowed")
    assert said.json()["remedy"] == "Ask somebody with the role author to do it."


async def test_an_approval_has_to_say_for_what(web: Web) -> None:
    async with web.client() as anna:
        submitted = await submit(anna)
        await anna.put(f"{POSTS}/{submitted.json()['id']}", json=written(variant(text="Nytt")))
        again = await anna.post(f"{POSTS}/{submitted.json()['id']}/submit")
    path = f"{POSTS}/{again.json()['id']}/approve"
    async with web.client("bengt") as bengt:
        assert_problem(await bengt.post(path), 428, "approval_unseen")
        assert_problem(await bengt.post(path, headers={"If-Match": "*"}), 428, "approval_unseen")
    assert_problem(await approve(web, submitted), 412, "approval_stale")
    assert_problem(await approve(web, again, "anna"), 403, "own_approval")
    assert (await approve(web, again)).status_code == 200
    assert_problem(await approve(web, again), 409, "wrong_state")


async def test_the_same_key_with_another_body_is_refused(web: Web) -> None:
    async with web.client() as anna:
        first = await draft(anna, **{"Idempotency-Key": "one"})
        again = await draft(anna, **{"Idempotency-Key": "one"})
        other = await draft(anna, written(title="Annat"), **{"Idempotency-Key": "one"})
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert_problem(other, 409, "key_reused")
    async with web.client("bengt") as bengt:
        theirs = await draft(bengt, **{"Idempotency-Key": "one"})
    assert theirs.json()["id"] != first.json()["id"]


@pytest.mark.parametrize("key", ["", "x" * 201, "a\tb"])
async def test_an_unusable_key_is_refused(web: Web, key: str) -> None:
    async with web.client() as anna:
        assert_problem(await draft(anna, **{"Idempotency-Key": key}), 400, "key_unreadable")


async def test_a_body_that_is_too_large_is_not_read(web: Web) -> None:
    async with web.client() as anna:
        said = await draft(anna, written(variant(text="x" * 2_000_000)))
    assert_problem(said, 413, "too_large")
    assert web.memory.told == []


async def test_a_broker_that_is_away_is_said(web: Web) -> None:
    web.memory.away = True
    async with web.client() as anna:
        said = await draft(anna, **{"Idempotency-Key": "one"})
    assert_problem(said, 503, "broker_away")
    assert said.headers["retry-after"] == "1"


async def test_a_board_that_is_being_read_is_said(web: Web) -> None:
    web.following.caught_up = False
    async with web.client() as anna:
        assert_problem(await anna.get(POSTS), 503, "catching_up")
        web.memory.away = True
        assert_problem(await anna.get(POSTS), 503, "broker_away")


async def test_a_wrong_method_is_a_problem_too(web: Web) -> None:
    async with web.client() as anna:
        said = await anna.delete(POSTS)
    assert_problem(said, 405, "page_not_found")
    assert said.headers["allow"]


def test_every_code_that_the_planner_refuses_with_has_a_status() -> None:
    sources = [
        path.read_text(encoding="utf-8")
        for path in Path(services.planner.__file__).parent.rglob("*.py")
        if path.name != "problems.py"
    ]
    refused = {name for text in sources for name in re.findall(r"refused\(\s*Code\.(\w+)", text)}
    assert refused - {code.name for code in STATUS} == set()
    named = {name for text in sources for name in re.findall(r"Code\.(\w+)", text)}
    assert {code.name for code in STATUS} - named == set()
