"""The simulated WordPress answers as a real one does when it is asked the same."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.channels.builders import picture_file
from tests.channels.platforms.wordpress import USER, WordPress

pytestmark = pytest.mark.web

SITES = ["wordpress_simulator", pytest.param("wordpress_server", marks=pytest.mark.real)]
JSON = {"Content-Type": "application/json"}


@pytest.fixture(params=SITES)
def site(request: pytest.FixtureRequest) -> WordPress:
    made: WordPress = request.getfixturevalue(request.param)
    return made


@pytest.fixture
async def owner(site: WordPress) -> AsyncIterator[httpx.AsyncClient]:
    async with site.owner() as client:
        yield client


@pytest.fixture
async def stranger(site: WordPress) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{site.base_url}/wp-json/wp/v2", timeout=15) as client:
        yield client


def no(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def post(owner: httpx.AsyncClient, **written: Any) -> dict[str, Any]:
    answer = await owner.post("/posts", json={"title": "x", **written})
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(f"/wp-json/wp/v2/posts/{answer.json()['id']}")
    return dict(answer.json())


async def upload(
    owner: httpx.AsyncClient,
    parent: int,
    content: bytes = picture_file().content,
    kind: str = "image/png",
) -> httpx.Response:
    headers = {"Content-Type": kind, "Content-Disposition": 'attachment; filename="bild.png"'}
    return await owner.post("/media", params={"post": parent}, content=content, headers=headers)


@pytest.mark.parametrize("auth", [None, (USER, "fel"), ("ingen", "fel")])
async def test_a_wrong_password_makes_a_stranger(
    owner: httpx.AsyncClient, stranger: httpx.AsyncClient, auth: tuple[str, str] | None
) -> None:
    there = (await post(owner, status="publish"))["id"]
    draft = (await post(owner))["id"]
    stranger.auth = auth  # type: ignore[assignment]  # httpx makes one of the pair
    edit = {"context": "edit"}
    asked = [
        (stranger.get("/users/me"), (401, "rest_not_logged_in")),
        (stranger.post("/posts", json={"title": "x"}), (401, "rest_cannot_create")),
        (stranger.post("/media", content=b"x"), (401, "rest_cannot_create")),
        (stranger.get("/posts", params=edit), (401, "rest_forbidden_context")),
        (stranger.get("/media", params=edit), (401, "rest_forbidden_context")),
        (stranger.get(f"/posts/{there}", params=edit), (401, "rest_forbidden_context")),
        (stranger.get(f"/posts/{draft}"), (401, "rest_forbidden")),
        (stranger.post(f"/posts/{there}", json={"title": "y"}), (401, "rest_cannot_edit")),
        (stranger.delete(f"/posts/{there}"), (401, "rest_cannot_delete")),
        (stranger.get("/comments", params={"post": draft}), (401, "rest_cannot_read_post")),
    ]
    for answer, expected in asked:
        assert no(await answer) == expected
    assert (await stranger.get(f"/posts/{there}")).status_code == 200
    hidden = await stranger.get("/posts", params={"status": "any"})
    assert no(hidden) == (400, "rest_invalid_param")
    said = hidden.json()["data"]["details"]["status"]
    assert (said["code"], said["data"]["status"]) == ("rest_forbidden_status", 401)


async def test_a_user_knows_what_it_may_do(owner: httpx.AsyncClient) -> None:
    asked = {"context": "edit", "_fields": "id,slug,capabilities"}
    me = (await owner.get("/users/me", params=asked)).json()
    assert sorted(me) == ["capabilities", "id", "slug"]
    assert me["slug"] == USER
    assert me["capabilities"]["publish_posts"] is True
    assert "edit_others_posts" not in me["capabilities"]


async def test_a_slug_that_is_taken_is_renamed_once_a_status_is_said(
    owner: httpx.AsyncClient,
) -> None:
    slug = uuid4().hex
    first = await post(owner, slug=slug, status="draft")
    assert (first["slug"], first["status"]) == (slug, "draft")
    assert (await post(owner, slug=slug, status="draft"))["slug"] == f"{slug}-2"
    silent = await post(owner, slug=slug)
    assert (silent["slug"], silent["status"]) == (slug, "draft")
    published = await owner.post(f"/posts/{silent['id']}", json={"status": "publish"})
    assert published.json()["slug"] == f"{slug}-3"
    asked = {"slug": slug, "status": "any", "context": "edit", "_fields": "id,status"}
    found = await owner.get("/posts", params=asked)
    assert found.json() == [{"id": first["id"], "status": "draft"}]
    assert (found.headers["X-WP-Total"], found.headers["X-WP-TotalPages"]) == ("1", "1")


async def test_the_trash_keeps_a_post_and_frees_its_slug(
    owner: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    slug = uuid4().hex
    name = (await post(owner, slug=slug, status="publish"))["id"]
    path = f"/posts/{name}"
    link = (await stranger.get(path)).json()["link"]
    assert link.endswith(f"/{slug}/")
    trashed = await owner.delete(path)
    assert (trashed.json()["status"], trashed.json()["slug"]) == ("trash", f"{slug}__trashed")
    assert no(await owner.delete(path)) == (410, "rest_already_trashed")
    listed = await owner.get("/posts", params={"include": name, "status": "any"})
    assert (listed.json(), listed.headers["X-WP-Total"]) == ([], "0")
    back = (await owner.post(path, json={"status": "publish"})).json()
    assert (back["slug"], back["link"]) == (slug, link)
    assert (await owner.delete(path, params={"force": "true"})).json()["deleted"] is True
    for answer in (owner.delete(path), owner.get(path), owner.post(path, json={"title": "y"})):
        assert no(await answer) == (404, "rest_post_invalid_id")
    counted = await stranger.get("/comments", params={"post": name, "per_page": 1})
    assert (counted.status_code, counted.headers["X-WP-Total"]) == (200, "0")


async def test_a_trashed_draft_can_be_deleted_for_good(owner: httpx.AsyncClient) -> None:
    path = f"/posts/{(await post(owner, status='draft'))['id']}"
    assert (await owner.delete(path)).json()["status"] == "trash"
    assert (await owner.delete(path, params={"force": "true"})).json()["deleted"] is True
    assert no(await owner.get(path)) == (404, "rest_post_invalid_id")


async def test_a_picture_that_it_does_not_know_is_left_out_and_it_says_yes(
    owner: httpx.AsyncClient,
) -> None:
    made = await post(owner, featured_media=999_999)
    assert made["featured_media"] == 0
    picture = (await upload(owner, made["id"])).json()["id"]
    path = f"/posts/{made['id']}"
    changed = await owner.post(path, json={"featured_media": picture})
    assert changed.json()["featured_media"] == picture
    changed = await owner.post(path, json={"featured_media": 999_999, "title": "y"})
    assert changed.json()["featured_media"] in {0, picture}
    assert changed.status_code == 200


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (b"no picture", "image/png", (500, "rest_upload_sideload_error")),
        (b"", "image/png", (400, "rest_upload_no_data")),
    ],
)
async def test_a_file_is_refused_as_if_the_site_had_broken(
    owner: httpx.AsyncClient, content: bytes, kind: str, expected: tuple[int, str]
) -> None:
    made = await post(owner)
    assert no(await upload(owner, made["id"], content, kind)) == expected


async def test_files_of_a_draft_are_counted_for_a_stranger_and_not_shown(
    owner: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    made = await post(owner)
    first, second = [(await upload(owner, made["id"])).json() for _ in range(2)]
    assert first["source_url"] != second["source_url"]
    asked = {"parent": made["id"], "_fields": "id"}
    seen = await stranger.get("/media", params=asked)
    assert (seen.json(), seen.headers["X-WP-Total"]) == ([], "2")
    assert (await stranger.get(f"/media/{first['id']}")).status_code == 401
    known = await owner.get("/media", params={**asked, "context": "edit"})
    assert {each["id"] for each in known.json()} == {first["id"], second["id"]}
    await owner.post(f"/posts/{made['id']}", json={"status": "publish"})
    assert len((await stranger.get("/media", params=asked)).json()) == 2


async def test_words_for_a_file_lose_their_tags_and_a_file_has_no_trash(
    owner: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    made = await post(owner)
    file = (await upload(owner, made["id"])).json()
    path = f"/media/{file['id']}"
    said = {"alt_text": 'En "röd" <b>filt</b>\n& så'}
    assert (await owner.post(path, json=said)).json()["alt_text"] == 'En "röd" filt & så'
    assert (await stranger.get(file["source_url"])).content == picture_file().content
    assert no(await owner.delete(path)) == (501, "rest_trash_not_supported")
    assert (await owner.delete(path, params={"force": "true"})).json()["deleted"] is True
    assert (await stranger.get(file["source_url"])).status_code == 404


async def test_what_is_asked_wrongly_is_refused_by_name(owner: httpx.AsyncClient) -> None:
    await post(owner, status="publish")
    asked = [
        (owner.post("/posts", json={"status": "draft"}), (400, "empty_content")),
        (owner.post("/posts", content=b"{", headers=JSON), (400, "rest_invalid_json")),
        (owner.post("/posts", json={"title": "x", "status": "?"}), (400, "rest_invalid_param")),
        (owner.get("/posts", params={"per_page": 101}), (400, "rest_invalid_param")),
        (owner.get("/posts", params={"page": 900}), (400, "rest_post_invalid_page_number")),
        (owner.get("/nothing"), (404, "rest_no_route")),
        (owner.post("/posts/7a", json={"title": "x"}), (404, "rest_no_route")),
    ]
    for answer, expected in asked:
        assert no(await answer) == expected


async def test_a_post_s_own_page_says_where_the_api_is(
    site: WordPress, owner: httpx.AsyncClient, stranger: httpx.AsyncClient
) -> None:
    made = await post(owner, status="publish", content="<p>Hej -- <b>du</b> :)</p>", title="Hej")
    page = (await stranger.get(made["link"])).text
    assert "https://api.w.org/" in page
    assert f"{site.base_url}/wp-json/" in page
    # Typed signs become others.
    assert "Hej –" in page or "Hej &#8211;" in page


async def test_a_comment_is_refused_twice_and_taken_beneath_what_is_not_there(
    owner: httpx.AsyncClient,
) -> None:
    beneath = (await post(owner, status="publish", content="x"))["id"]
    said = {"post": beneath, "content": f"Svar {uuid4()}"}
    assert (await owner.post("/comments", json=said)).status_code == 201
    assert no(await owner.post("/comments", json=said)) == (409, "comment_duplicate")
    missing = 99_999_999
    assert (await owner.post("/comments", json={**said, "parent": missing})).status_code == 201
    assert no(await owner.get(f"/comments/{missing}")) == (404, "rest_comment_invalid_id")
