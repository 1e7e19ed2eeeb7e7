"""Pausing, resuming and parked messages over HTTP: who may, what is answered, and what is kept."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from schemas.codes import Code
from schemas.parked import MessageParked, MessageReleased, ReleaseAsked
from tests.planner.asking import approve, submit
from tests.planner.deliveries import delivery
from tests.planner.samples import NOW, variant, written
from tests.planner.web import Web, people_text

PUBLISHING = "/api/v1/publishing"
PARKED = uuid4()


def parked(attempts: int = 8, **said: Any) -> MessageParked:
    return MessageParked(
        **{
            "occurred_at": NOW,
            "trace": uuid4(),
            "teller": "metrics",
            "parked": PARKED,
            "stream": "PUBLISHER",
            "sequence": 7,
            "about": "publisher.delivery.newsroom.x",
            "attempts": attempts,
            "code": Code.MESSAGE_ABANDONED,
            "parameters": {"service": "metrics", "attempts": attempts, "error": "KeyError"},
        }
        | said
    )


@pytest.fixture(autouse=True)
def _ops(web: Web) -> None:
    roles = people_text("ola", roles=("ops",)) + "\n" + people_text("wilma", roles=("author",))
    web.people.write_text(web.people.read_text() + "\n" + roles)


async def post(web: Web, path: str, body: Any, person: str, **headers: str) -> httpx.Response:
    async with web.client(person) as client:
        return await client.post(f"{PUBLISHING}/{path}", json=body, headers=headers)


async def pause(web: Web, person: str = "anna", **scope: str) -> httpx.Response:
    body = {"scope": "all", "why": "Olycka på E4"} | scope
    return await post(web, "pause", body, person)


async def held(web: Web, channel: str = "newsroom", *labels: str, **said: Any) -> tuple[UUID, int]:
    """Approve a post and have it held."""
    body = written(variant(channel), labels=list(labels))
    async with web.client("anna") as anna:
        approved = await approve(web, await submit(anna, body))
    which = UUID(approved.json()["id"])
    return which, web.memory.put(delivery("held", channel, post=which, **said))


async def test_pausing_is_answered_with_what_is_paused(web: Web) -> None:
    said = await pause(web, scope="channel", name="mastodon")
    assert said.status_code == 200
    [one] = said.json()["pauses"]
    assert one | {"since": ""} == {
        "scope": "channel",
        "name": "mastodon",
        "label": "The channel Mastodon",
        "why": "Olycka på E4",
        "by": "anna",
        "since": "",
    }
    async with web.client("doris") as reader:
        seen = await reader.get(PUBLISHING)
    assert seen.json() == said.json()
    assert seen.headers["etag"] == '"1"'


async def test_pausing_twice_is_pausing_once(web: Web) -> None:
    first = await pause(web)
    assert (await pause(web, "bengt")).json() == first.json()
    assert web.memory.types() == ["publishing.paused.v1"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"scope": "all"}, "why"),
        ({"scope": "all", "why": "  "}, "why"),
        ({"scope": "all", "why": "x" * 301}, "why"),
        ({"scope": "everything", "why": "x"}, "scope"),
        ({"scope": "label", "why": "x"}, "name"),
        ({"scope": "label", "name": "Två Ord", "why": "x"}, "name"),
        ({"scope": "all", "name": "mastodon", "why": "x"}, "name"),
        ({"scope": "all", "why": "x", "until": "noon"}, "until"),
    ],
)
async def test_a_wish_that_cannot_be_read_says_where(web: Web, body: Any, field: str) -> None:
    said = await post(web, "pause", body, "anna")
    assert (said.status_code, said.json()["code"]) == (422, "body_unreadable")
    assert said.json()["errors"][0]["path"] == field
    assert web.memory.told == []


async def test_an_unknown_channel_is_refused_and_an_unknown_label_is_not(web: Web) -> None:
    said = await pause(web, scope="channel", name="radio")
    assert (said.status_code, said.json()["code"]) == (422, "unknown_channel")
    assert "newsroom" in said.json()["remedy"]
    assert (await pause(web, scope="label", name="aldrig-sedd")).status_code == 200


@pytest.mark.parametrize(
    ("person", "deed", "status"),
    [
        ("doris", "pause", 403),
        ("wilma", "pause", 403),
        ("ola", "pause", 200),
        ("bengt", "pause", 200),
        ("doris", "resume", 403),
        ("wilma", "resume", 403),
        ("ola", "resume", 403),
        ("bengt", "resume", 200),
        (None, "pause", 401),
        (None, "resume", 401),
    ],
)
async def test_who_may_pause_and_who_may_resume(
    web: Web, person: str | None, deed: str, status: int
) -> None:
    await pause(web)
    body = {"scope": "all"} | ({"why": "x"} if deed == "pause" else {})
    async with web.client(person) as client:
        said = await client.post(f"{PUBLISHING}/{deed}", json=body)
    assert said.status_code == status


async def test_resuming_lists_what_its_scope_held_and_sends_nothing(web: Web) -> None:
    mine, entry = await held(web, "mastodon")
    await held(web, "newsroom")
    await pause(web, scope="channel", name="mastodon")
    before = len(web.memory.told)
    said = (await post(web, "resume", {"scope": "channel", "name": "mastodon"}, "bengt")).json()
    assert said["pauses"] == []
    [waits] = said["held"]
    assert (waits["post"], waits["entry"], waits["paused"]) == (str(mine), entry, False)
    assert waits["decide"] == f"/api/v1/posts/{mine}/channels/mastodon/decision"
    assert waits["problem"]["code"] == "publishing_paused"
    assert "Olycka på E4" in waits["problem"]["detail"] or waits["problem"]["parameters"]
    assert web.memory.types()[before:] == ["publishing.resumed.v1"]


async def test_a_label_holds_its_own_and_another_pause_goes_on_holding(web: Web) -> None:
    funny, _ = await held(web, "newsroom", "humor")
    await held(web, "newsroom", "viktigt")
    await pause(web)
    await pause(web, scope="label", name="humor")
    said = (await post(web, "resume", {"scope": "label", "name": "humor"}, "bengt")).json()
    assert [(one["post"], one["paused"]) for one in said["held"]] == [(str(funny), True)]
    said = (await post(web, "resume", {"scope": "all"}, "bengt")).json()
    assert [one["paused"] for one in said["held"]] == [False, False]


async def test_what_is_decided_on_is_no_longer_listed(web: Web) -> None:
    which, entry = await held(web)
    async with web.client("bengt") as bengt:
        [waits] = (await bengt.get(PUBLISHING)).json()["held"]
        said = await bengt.post(waits["decide"], json={"choice": "send", "on": entry})
        assert said.status_code == 200, said.text
        assert (await bengt.get(PUBLISHING)).json()["held"] == []
    assert web.memory.types()[-1] == "decision.made.v1"
    assert str(which) == said.json()["id"]


async def test_nothing_is_sent_while_it_is_paused(web: Web) -> None:
    _, entry = await held(web)
    await pause(web)
    async with web.client("bengt") as bengt:
        [waits] = (await bengt.get(PUBLISHING)).json()["held"]
        said = await bengt.post(waits["decide"], json={"choice": "send", "on": entry})
    assert (waits["paused"], said.status_code) == (True, 409)


async def test_a_resume_may_name_the_pauses_that_were_seen(web: Web) -> None:
    await pause(web)
    await pause(web, scope="label", name="humor")
    for tag, status in (('"1"', 412), ("mine", 412), ('"2"', 200), ('"2"', 200)):
        said = await post(web, "resume", {"scope": "all"}, "bengt", **{"If-Match": tag})
        assert said.status_code == status


async def test_a_reader_gets_swedish(web: Web) -> None:
    async with web.client("anna", **{"Accept-Language": "sv"}) as anna:
        said = await anna.post(f"{PUBLISHING}/pause", json={"scope": "all", "why": "x"})
    assert said.json()["pauses"][0]["label"] == "Alla inlägg i alla kanaler"
    assert said.headers["content-language"] == "sv"


async def test_a_parked_message_is_asked_for_and_hidden_when_released(web: Web) -> None:
    web.draw(parked(), stream="METRICS")
    async with web.client("ola") as ola:
        [listed] = (await ola.get("/api/v1/parked")).json()["parked"]
        said = await ola.post(f"/api/v1/parked/{listed['id']}/release")
        assert (said.status_code, said.json()["state"]) == (202, "asked")
        [told] = web.memory.told
        assert isinstance(told.fact, ReleaseAsked)
        assert (told.fact.parked, told.fact.teller, told.fact.by) == (PARKED, "metrics", "ola")

        released = MessageReleased(occurred_at=NOW, trace=uuid4(), teller="metrics", parked=PARKED)
        web.draw(released, stream="METRICS")
        assert (await ola.get("/api/v1/parked")).json()["parked"] == []
        again = await ola.post(f"/api/v1/parked/{PARKED}/release")
    assert (again.status_code, again.json()["state"]) == (202, "released")
    assert len(web.memory.told) == 1


async def test_who_waits_sees_what_comes_of_it(web: Web) -> None:
    web.draw(parked(), stream="METRICS")
    fails = parked(9)
    web.memory.before_telling.append(lambda: web.draw(fails, stream="METRICS"))
    async with web.client("bengt") as bengt:
        said = await bengt.post(f"/api/v1/parked/{PARKED}/release", params={"wait": 5})
    assert said.json()["state"] == "parked"
    assert said.json()["problem"]["parameters"]["attempts"] == 9


@pytest.mark.parametrize(
    ("person", "which", "status"),
    [("wilma", PARKED, 403), ("doris", PARKED, 403), ("bengt", uuid4(), 404), ("bengt", "x", 404)],
)
async def test_a_release_is_refused(web: Web, person: str, which: object, status: int) -> None:
    web.draw(parked(), stream="METRICS")
    async with web.client(person) as client:
        said = await client.post(f"/api/v1/parked/{which}/release")
    assert said.status_code == status
    assert web.memory.told == []
