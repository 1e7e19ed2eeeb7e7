"""Notices on the web and over the API: who opens one has read it, and nobody else can."""

from uuid import uuid4

import pytest

from schemas.notices import Kind
from services.kit.messages import Told
from tests.planner.notices.builders import notice, trouble
from tests.planner.samples import NOW
from tests.planner.web import Web

HTML = {"Accept": "text/html"}


@pytest.fixture
async def raised(web: Web) -> Web:
    """A planner with one notice of a post that nobody has read."""
    await web.desk.notices.compare([trouble(), trouble(Kind.PARKED, post=uuid4())], {})
    return web


@pytest.mark.parametrize("language", ["sv", "en"])
async def test_the_page_says_what_is_wrong_and_whether_anybody_knows(
    raised: Web, language: str
) -> None:
    async with raised.client(**HTML | {"Accept-Language": language}) as anna:
        page = (await anna.get("/notices")).text
        assert ("Not read yet" if language == "en" else "Inte läst ännu") in page
        assert f'href="/notices/{trouble().problem}"' in page
        opened = await anna.get(f"/notices/{trouble().problem}")
        assert opened.headers["location"].startswith("/posts/")
        page = (await anna.get("/notices")).text
        assert ("Read by Anna" if language == "en" else "Läst av Anna") in page


async def test_a_board_on_which_all_is_well_says_so(web: Web) -> None:
    async with web.client(**HTML) as anna:
        assert "Nothing needs a person." in (await anna.get("/notices")).text


async def test_who_is_not_signed_in_has_read_nothing(raised: Web) -> None:
    async with raised.client(None, **HTML) as stranger:
        assert (await stranger.get(f"/notices/{trouble().problem}")).status_code == 401
        assert (await stranger.post(f"/api/v1/notices/{trouble().problem}/read")).status_code == 401
    assert len(raised.desk.notices.noticeboard.unread()) == 2


async def test_a_notice_that_is_not_there_is_said_to_be_missing(web: Web) -> None:
    async with web.client() as anna:
        answer = await anna.post(f"/api/v1/notices/{uuid4()}/read")
    assert (answer.status_code, answer.json()["code"]) == (404, "page_not_found")


async def test_the_api_lists_and_marks_as_read(raised: Web) -> None:
    async with raised.client("bengt") as bengt:
        first, second = (await bengt.get("/api/v1/notices")).json()["notices"]
        assert (first["kind"], first["label"], first["read_by"]) == ("failed", "Failed", None)
        assert first["detail"] == "newsroom refused the post: the picture is too large."
        assert second["kind"] == "parked"
        read = [await bengt.post(f"/api/v1/notices/{first['id']}/read") for _ in range(2)]
        assert [each.json()["read_by"] for each in read] == ["bengt", "bengt"]


async def test_a_notice_of_no_post_leads_to_the_board(web: Web) -> None:
    parked = notice(why=Kind.PARKED).fact.model_copy(update={"post": None, "channel": None})
    web.memory.put(parked)
    web.desk.notices.noticeboard.take(Told(parked, len(web.memory.told), NOW))
    async with web.client(**HTML) as anna:
        assert (await anna.get("/notices")).status_code == 200
        opened = await anna.get(f"/notices/{parked.problem}")
    assert opened.headers["location"] == "/#needs"
