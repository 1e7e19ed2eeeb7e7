"""The planner looks on while the siren works: how an alert stands, and what is told of it."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from babel.messages.pofile import read_po

import services.planner
from schemas.alerts import AlertDropped, AlertFact, AlertIssued, Kind
from schemas.codes import Code
from schemas.envelope import Fact
from services.planner import alerting
from services.planner.domain.alerts import AlertState, newest_of, state_of
from services.planner.live import Change
from tests.crisis import ALERT, ENGLISH, HOUR, SWEDISH, WEB, alert, bulletin, hold, issued
from tests.planner.deliveries import delivery
from tests.planner.drawn import Drawn, approved, post
from tests.planner.samples import NOW
from tests.planner.test_api_publishing import held
from tests.planner.web import Web

FIRST = issued(1, bulletin(NOW))
SECOND = timedelta(seconds=1)


def later(kind: Kind, after: timedelta = HOUR) -> AlertFact:
    said: AlertFact = alert(FIRST, issued(2, bulletin(NOW + after, kind)))
    return said


@pytest.mark.parametrize(
    ("told", "after", "state"),
    [
        (alert(at=NOW, draft=FIRST.bulletin, kind=AlertIssued), HOUR, "waiting"),
        (alert(issued(1, bulletin(NOW), NOW + 10 * SECOND)), SECOND, "counting"),
        (alert(FIRST), SECOND, "on"),
        (alert(FIRST), 24 * HOUR, "expired"),
        (later("update"), 2 * HOUR, "on"),
        (later("correction"), 2 * HOUR, "corrected"),
        (later("correction"), SECOND, "on"),
        (later("all_clear"), 48 * HOUR, "cleared"),
        (alert(at=NOW, kind=AlertDropped, draft=FIRST.bulletin), HOUR, "dropped"),
        # Stopped while it was counted down: what it would have said never counts.
        (
            alert(issued(1, bulletin(NOW), NOW + 10 * SECOND), at=NOW + SECOND, kind=AlertDropped),
            HOUR,
            "dropped",
        ),
    ],
)
def test_an_alert_is_where_its_last_public_word_has_left_it(
    told: AlertFact, after: timedelta, state: str
) -> None:
    assert state_of(told, NOW + after) == AlertState(state)


def test_what_an_alert_says_is_what_is_public_or_else_what_is_about_to_be() -> None:
    told = later("correction")
    assert newest_of(told, NOW + SECOND) == FIRST.bulletin
    assert newest_of(told, NOW + HOUR) == told.issued[-1].bulletin
    waits = alert(at=NOW, draft=FIRST.bulletin, kind=AlertIssued)
    assert newest_of(waits, NOW) == FIRST.bulletin
    assert newest_of(alert(at=NOW, kind=AlertDropped), NOW) is None


def test_the_boards_file_keeps_the_siren_apart_from_posts(drawn: Drawn) -> None:
    done = approved(post("Kväll", 1))
    drawn.draw("PLANNER", done)
    told = delivery("published", "newsroom", post=done.post, trace=ALERT, teller="siren")
    drawn.draw("SIREN", alert(FIRST), told, hold(NOW))
    shown = drawn.reader.post(done.post)
    assert shown is not None
    assert shown.deliveries == {}
    assert drawn.changes[-3:] == [
        Change("alert", "alert.confirmed.v1"),
        Change("alert", "delivery.published.v1", None, "newsroom"),
        Change("alert", "hold.activated.v1"),
    ]
    [row] = drawn.file.execute("SELECT channel FROM alert_deliveries").fetchall()
    assert row == ("newsroom",)
    drawn.board.clear()
    assert drawn.file.execute("SELECT count(*) FROM alerts").fetchone() == (0,)


def siren(web: Web, *facts: Fact) -> None:
    web.draw(*facts, stream="SIREN")


def sent(state: str, channel: str, bulletin: int, **said: Any) -> Fact:
    which = UUID(int=bulletin)
    return delivery(state, channel, post=which, trace=ALERT, teller="siren", **said)


async def test_clients_read_alerts_and_how_far_each_has_come(web: Web) -> None:
    siren(
        web,
        alert(FIRST),
        hold(NOW),
        sent("published", "newsroom", 1),
        sent("uncertain", "mastodon", 1),
        sent("published", "mastodon", 1),
        sent("attempted", "newsroom", 2),
    )
    async with web.client("doris") as doris:
        said = (await doris.get("/api/v1/alerts")).json()
    assert (said["hold"]["by"], said["hold"]["alert"]) == ("astrid", str(ALERT))
    [one] = said["alerts"]
    assert (one["reference"], one["state"], one["state_label"]) == ("2026-7", "on", "On")
    assert (one["headline"], one["language"], one["web"]) == (ENGLISH.headline, "en", WEB)
    assert [(each["kind"], each["by"]) for each in one["bulletins"]] == [
        ("alert", ["astrid", "bo"])
    ]
    assert [(each["channel_title"], each["state"]) for each in one["deliveries"]] == [
        ("Mastodon", "published"),
        ("Newsroom", "attempted"),
        ("Newsroom", "published"),
    ]


async def test_an_alert_in_one_language_is_read_in_that_one(web: Web) -> None:
    siren(web, alert(issued(1, bulletin(NOW, infos=(SWEDISH,)))))
    async with web.client("anna") as anna:
        [one] = (await anna.get("/api/v1/alerts")).json()["alerts"]
    assert (one["headline"], one["language"]) == (SWEDISH.headline, "sv")


@pytest.mark.parametrize(("person", "status"), [(None, 401), ("doris", 200)])
async def test_alerts_are_for_those_who_work_here(
    web: Web, person: str | None, status: int
) -> None:
    async with web.client(person) as client:
        said = await client.get("/api/v1/alerts")
    assert said.status_code == status
    if status == 401:
        assert said.headers["content-type"].startswith("application/problem+json")


async def test_what_is_held_for_an_alert_is_listed_and_refused_until_the_release(web: Web) -> None:
    why = {"why": "2026-7: Koka vattnet", "person": "astrid"}
    _, entry = await held(web, "newsroom", code=Code.HELD_FOR_ALERT, parameters=why)
    web.memory.put(hold(NOW))
    async with web.client("bengt") as bengt:
        shown = (await bengt.get("/api/v1/publishing")).json()
        [waits] = shown["held"]
        assert (waits["paused"], waits["problem"]["code"]) == (True, "held_for_alert")
        assert shown["hold"]["why"].startswith("2026-7")
        said = await bengt.post(waits["decide"], json={"choice": "send", "on": entry})
        assert (said.status_code, said.json()["code"]) == (409, "still_held")
        assert "duty officer" in said.json()["remedy"]
        # Nothing that can be resumed here lifts it.
        resumed = await bengt.post("/api/v1/publishing/resume", json={"scope": "all"})
        assert resumed.json()["hold"] == shown["hold"]
        web.memory.put(hold(NOW, 2))
        shown = (await bengt.get("/api/v1/publishing")).json()
        assert (shown["hold"], [one["paused"] for one in shown["held"]]) == (None, [False])
        said = await bengt.post(waits["decide"], json={"choice": "send", "on": entry})
    assert said.status_code == 200
    assert web.memory.types()[-1] == "decision.made.v1"


async def test_a_held_post_can_be_given_up_while_the_hold_stands(web: Web) -> None:
    _, entry = await held(web)
    web.memory.put(hold(NOW))
    async with web.client("bengt") as bengt:
        [waits] = (await bengt.get("/api/v1/publishing")).json()["held"]
        said = await bengt.post(waits["decide"], json={"choice": "drop", "on": entry})
    assert said.status_code == 200


async def test_a_held_post_whose_time_is_past_says_so(web: Web) -> None:
    await held(web, fresh_until=NOW - SECOND)
    await held(web, "mastodon", fresh_until=NOW + SECOND)
    async with web.client("bengt") as bengt:
        waits = (await bengt.get("/api/v1/publishing")).json()["held"]
    assert [one["past"] for one in waits] == [True, False]


def test_everything_said_of_alerts_is_there_in_swedish() -> None:
    path = Path(services.planner.__file__).parent / "locale" / "sv.po"
    with path.open("rb") as file:
        swedish = {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}
    said = {*alerting.KINDS.values(), *alerting.STATUSES.values(), *alerting.STATES.values()}
    assert said <= {english for english, text in swedish.items() if text}


def test_another_alert_is_told_apart(drawn: Drawn) -> None:
    other = alert(FIRST, alert=uuid4(), reference="2026-8")
    drawn.draw("SIREN", alert(FIRST), other)
    assert drawn.file.execute("SELECT count(*) FROM alerts").fetchone() == (2,)
