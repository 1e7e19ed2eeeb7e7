"""Whatever a platform says when asked for comments, it is read within limits, or not at all."""

import json
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.kit.settings import MissingSecret
from services.metrics.comments import Thread
from services.metrics.ports import CommentSource, NoToken, NotTold
from services.metrics.publications import Publication
from services.metrics.sources.comments import comment_sources
from services.metrics.sources.comments.reading import MOST, PAGES, instant, moment_of, remark
from services.metrics.web import AccountOwner, Stranger
from tests.metrics.builders import NOON, SECOND, places, shown
from tests.metrics.site import Site

pytestmark = pytest.mark.web

URI = "at://did:plc:regionen/app.bsky.feed.post/3k"
URN = "urn:li:share:4711"
KINDS = ("mastodon", "bluesky", "facebook", "instagram", "threads", "linkedin", "wordpress")
OWNED = ("facebook", "instagram", "threads", "linkedin")


class Anything(dict[str, Any]):
    """The same answer everywhere."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.answer = answer

    def get(self, path: str, _: Any = None) -> Any:
        return self.answer


@pytest.fixture
async def sources(site: Site) -> AsyncIterator[dict[str, CommentSource]]:
    async with (
        Stranger(SECOND * 5, {}) as stranger,
        AccountOwner(SECOND * 5, {"torget.token": "EAAB"}.__getitem__) as owner,
    ):
        yield comment_sources(stranger, owner, places(site.origin))


def post(site: Site, kind: str) -> Publication:
    """A post of ours, as the kind of channel names it."""
    name = {"bluesky": URI, "facebook": "102_4711", "linkedin": URN}.get(kind, "4711")
    path = {"mastodon": "/@regionen/4711", "bluesky": "/profile/r.example/post/3k"}
    url = site.origin + path.get(kind, "/nyheter/4711/")
    return shown(kind=kind, external_id=name, url=url)


def page(request: Request) -> Response | None:
    """What comes before the comments: a site's page, and whose a post is."""
    path, asked = request.url.path, request.query_params
    if path == "/nyheter/4711/":
        api = f"{request.base_url}nyheter/wp-json/"
        return Response(f'<link rel="https://api.w.org/" href="{api}" />', media_type="text/html")
    if path.startswith("/rest/posts/"):
        return JSONResponse({"author": "urn:li:organization:1"})
    if asked.get("fields") == "username" or asked.get("_fields") == "author":
        return JSONResponse({"username": "regionen", "author": 7})
    return None


def listing(site: Site, body: Any, status: int = 200) -> None:
    """Have the site list these comments, however it is asked."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def answer(request: Request) -> Response:
        return page(request) or Response(raw, status, media_type="application/json")

    site.answers = Anything(answer)


async def read(site: Site, sources: Mapping[str, CommentSource], kind: str) -> Thread | None:
    """Read the comments; None: it was said that they are not told."""
    try:
        return await sources[kind].comments(post(site, kind))
    except NotTold:
        return None


def entry(kind: str, name: str, text: Any = "Hej", at: Any = None) -> dict[str, Any]:
    """One comment as the platform shapes it."""
    at = at or "2026-11-23T12:00:00+0000"
    match kind:
        case "mastodon":
            return {"id": name, "account": {"acct": "aina"}, "content": text, "created_at": at}
        case "bluesky":
            writer = {"did": "did:plc:aina", "handle": "aina.example"}
            record = {"uri": name, "author": writer, "record": {"text": text}, "indexedAt": at}
            return {"post": record, "replies": []}
        case "facebook":
            return {"id": name, "message": text, "created_time": at}
        case "linkedin":
            moment = {"time": at if at == "?" else 1_795_000_000_000}
            return {"commentUrn": name, "message": {"text": text}, "created": moment}
        case "wordpress":
            content = {"rendered": text}
            return {"id": int(name), "author": 0, "content": content, "date_gmt": at}
        case _:
            return {"id": name, "username": "aina", "text": text, "timestamp": at}


def listed(kind: str, entries: list[Any]) -> Any:
    """A whole answer with these comments."""
    match kind:
        case "mastodon":
            return {"ancestors": [], "descendants": entries}
        case "bluesky":
            return {"thread": {"post": {"uri": URI}, "replies": entries}}
        case "linkedin":
            return {"elements": entries}
        case "wordpress":
            return entries
        case _:
            return {"data": entries, "paging": {"cursors": {"after": "x"}}}


every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
async def test_what_is_shaped_as_it_should_be_is_read(
    site: Site, sources: dict[str, CommentSource], kind: str
) -> None:
    listing(site, listed(kind, [entry(kind, "5"), entry(kind, "6")]))
    thread = await read(site, sources, kind)
    assert thread is not None
    assert {each.external_id for each in thread.remarks} == {"5", "6"}
    assert thread.whole


@every_kind
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"<p>hej</p>",
        b"null",
        b"17",
        b"{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"data": "x", "elements": 1, "descendants": {}, "thread": []}',
        b'{"error": {"code": 190}}',
        b'{"data": [' + b" " * 2_100_000 + b"]}",
    ],
    ids=range(11),
)
async def test_what_is_no_list_is_never_taken_for_an_empty_one(
    site: Site, sources: dict[str, CommentSource], kind: str, body: bytes
) -> None:
    listing(site, body)
    assert await read(site, sources, kind) is None


@every_kind
@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
async def test_a_refusal_is_no_empty_list(
    site: Site, sources: dict[str, CommentSource], kind: str, status: int
) -> None:
    listing(site, listed(kind, []), status)
    assert await read(site, sources, kind) is None


@every_kind
@pytest.mark.parametrize(
    "odd",
    [
        None,
        17,
        "x",
        [],
        {},
        {"post": None},
        {"post": {}, "replies": {"a": 1}},
        {"id": ["x"], "created_time": "2026-11-23T12:00:00Z"},
    ],
    ids=range(8),
)
async def test_one_that_cannot_be_read_spoils_no_other_and_takes_none_away(
    site: Site, sources: dict[str, CommentSource], kind: str, odd: object
) -> None:
    listing(site, listed(kind, [entry(kind, "5"), odd]))
    thread = await read(site, sources, kind)
    assert thread is not None
    assert [each.external_id for each in thread.remarks] == ["5"]
    # On Bluesky an entry without a post is one that is blocked or gone.
    is_gone = kind == "bluesky" and not (isinstance(odd, dict) and "post" in odd)
    assert thread.whole == is_gone


@every_kind
@pytest.mark.parametrize("at", [None, "", "i går", "2026-13-41", {}, True, 10**30, -(10**30)])
async def test_one_without_a_time_is_left_out(
    site: Site, sources: dict[str, CommentSource], kind: str, at: object
) -> None:
    odd = json.loads(json.dumps(entry(kind, "6", at="?")).replace('"?"', json.dumps(at)))
    listing(site, listed(kind, [entry(kind, "5"), odd]))
    thread = await read(site, sources, kind)
    assert thread is not None
    assert ([each.external_id for each in thread.remarks], thread.whole) == (["5"], False)


@every_kind
async def test_a_list_without_an_end_is_read_so_far(
    site: Site, sources: dict[str, CommentSource], kind: str
) -> None:
    count = 0

    async def answer(request: Request) -> Response:
        nonlocal count
        if first := page(request):
            return first
        many = 1000 if kind in {"mastodon", "bluesky"} else 100
        entries = [entry(kind, str(count + number)) for number in range(1, many + 1)]
        count += many
        body = listed(kind, entries)
        if isinstance(body, dict):
            body.setdefault("paging", {})["next"] = "https://elsewhere.example/"
        return JSONResponse(body)

    site.answers = Anything(answer)
    thread = await read(site, sources, kind)
    assert thread is not None
    assert (len(thread.remarks), thread.whole) == (MOST, False)
    assert len(site.asked) <= PAGES + 2


@pytest.mark.parametrize("kind", ["facebook", "instagram", "threads", "linkedin", "wordpress"])
async def test_a_list_that_always_says_the_same_is_asked_a_few_times(
    site: Site, sources: dict[str, CommentSource], kind: str
) -> None:
    body = listed(kind, [entry(kind, "5")] * 100)
    if isinstance(body, dict):
        body.setdefault("paging", {})["next"] = "https://elsewhere.example/"
    listing(site, body)
    thread = await read(site, sources, kind)
    assert thread is not None
    assert (len(thread.remarks), thread.whole) == (1, False)
    assert len(site.asked) <= PAGES + 2


async def test_many_comments_that_are_answered_are_not_all_asked_for(
    site: Site, sources: dict[str, CommentSource]
) -> None:
    answered = {"commentsSummary": {"aggregatedTotalComments": 3}}
    listing(site, listed("linkedin", [entry("linkedin", str(n)) | answered for n in range(90)]))
    thread = await read(site, sources, "linkedin")
    assert thread is not None
    assert not thread.whole
    assert len(site.asked) < 30


@every_kind
async def test_words_without_end_and_half_letters_can_be_stored(
    site: Site, sources: dict[str, CommentSource], kind: str
) -> None:
    text = "\ud800\x00" + "Å" * 100_000
    listing(site, listed(kind, [entry(kind, "5", text)]))
    thread = await read(site, sources, kind)
    assert thread is not None
    [only] = thread.remarks
    assert 1_000 < len(only.text.encode()) <= 80_000


@pytest.mark.parametrize("kind", ["instagram", "linkedin", "wordpress"])
async def test_where_it_is_not_said_who_we_are_nobody_is_taken_for_a_stranger(
    site: Site, sources: dict[str, CommentSource], kind: str
) -> None:
    async def answer(request: Request) -> Response:
        before = page(request)
        if isinstance(before, JSONResponse):
            return JSONResponse({})
        return before or JSONResponse(listed(kind, [entry(kind, "5")]))

    site.answers = Anything(answer)
    assert await read(site, sources, kind) is None


@pytest.mark.parametrize("kind", OWNED)
async def test_without_a_token_nothing_is_asked(site: Site, kind: str) -> None:
    def nothing(name: str) -> str:
        raise MissingSecret(name)

    async with AccountOwner(SECOND, nothing) as owner, Stranger(SECOND, {}) as stranger:
        with pytest.raises(NoToken):
            await comment_sources(stranger, owner, places(site.origin))[kind].comments(
                post(site, kind)
            )
    assert site.asked == []


@pytest.mark.parametrize("kind", OWNED)
async def test_a_token_stands_in_no_address(
    site: Site, sources: dict[str, CommentSource], kind: str
) -> None:
    listing(site, listed(kind, []))
    assert await read(site, sources, kind) == Thread((), whole=True)
    assert site.asked
    for asked in site.asked:
        assert asked.headers["Authorization"] == "Bearer EAAB"
        assert "EAAB" not in str(asked.url)


@pytest.mark.parametrize(
    ("kind", "hidden"),
    [
        ("facebook", {"is_hidden": True}),
        ("instagram", {"hidden": True}),
        ("threads", {"hide_status": "HIDDEN"}),
        ("threads", {"hide_status": "BLOCKED"}),
    ],
)
async def test_what_is_hidden_from_readers_is_left_out_of_a_whole_list(
    site: Site, sources: dict[str, CommentSource], kind: str, hidden: dict[str, Any]
) -> None:
    listing(site, listed(kind, [entry(kind, "5"), entry(kind, "6") | hidden]))
    thread = await read(site, sources, kind)
    assert thread is not None
    assert ([each.external_id for each in thread.remarks], thread.whole) == (["5"], True)


async def test_answers_to_a_comment_that_are_not_all_there_make_no_whole_list(
    site: Site, sources: dict[str, CommentSource]
) -> None:
    replies = {"data": [entry("instagram", "6")], "paging": {"next": "https://x.example/"}}
    listing(site, listed("instagram", [entry("instagram", "5") | {"replies": replies}]))
    thread = await read(site, sources, "instagram")
    assert thread is not None
    assert not thread.whole
    assert {each.external_id: each.parent for each in thread.remarks} == {"5": "", "6": "5"}


def test_a_moment_is_read_in_whichever_zone_it_was_written() -> None:
    for said in ("2026-11-23T13:00:00+01:00", "2026-11-23T12:00:00.000Z", "2026-11-23T12:00:00"):
        assert instant(said) == NOON
    assert moment_of(0) == datetime(1970, 1, 1, tzinfo=UTC)
    for beyond in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        assert instant(beyond) is None


def test_a_comment_without_a_name_is_none() -> None:
    assert remark(external_id="", author="A", text="x", written_at=NOON) is None
    for name in (5, "x" * 301, "\ud800"):
        assert remark(external_id=name, author="A", text="x", written_at=NOON) is None
