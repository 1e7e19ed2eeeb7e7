"""Officers are called all at once, in their own language, with a link to exactly this content."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from babel.messages.pofile import read_po

import services.publisher
from schemas.alerts import Area, Bulletin, Info
from schemas.envelope import now
from services.publisher.siren.domain.statements import digest_of
from services.publisher.siren.officers import letters
from services.publisher.siren.officers.letters import Desk, Letter, Waiting
from services.publisher.siren.officers.paging import Pager
from services.publisher.siren.officers.roll import Officer
from services.publisher.siren.officers.words import words
from tests.harness.mail import small_mail_server, webhook
from tests.harness.ports import free_port
from tests.harness.waiting import eventually
from tests.siren.enlisted import Clock, station

ALERT = UUID(int=7)
DESK = Desk("Region Solviken", "https://larm.example.org/")


def bulletin(**change: object) -> Bulletin:
    written = now()
    said = {
        "kind": "alert",
        "status": "actual",
        "reference": "2026-7",
        "template": "boil-water",
        "written_at": written,
        "expires": written + timedelta(hours=6),
        "category": "Health",
        "response": "Execute",
        "urgency": "Immediate",
        "severity": "Severe",
        "certainty": "Observed",
        "areas": (Area(name="Solviken", codes=("2180",)), Area(name="Ås\nby", codes=("2181",))),
        "infos": (
            Info(language="sv", event="vatten", headline="Koka vattnet", description="…"),
            Info(language="en", event="water", headline="Boil the\nwater {now}", description="…"),
        ),
        "contents": {},
    }
    return Bulletin.model_validate(said | change)


def waiting(phone: str | None = "070-1", **change: object) -> Waiting:
    said = bulletin(**change)
    return Waiting(ALERT, said, digest_of(said), "Astrid Ny", phone)


@pytest.fixture
def officer(tmp_path: Path) -> Officer:
    found = station(tmp_path).roll.officer("bo")
    assert found is not None
    return found


def test_a_letter_says_who_wrote_what_for_whom_and_leads_to_exactly_that() -> None:
    about = waiting()
    letter = DESK.confirm(about, "sv")
    assert letter.subject == "Region Solviken: Larm 2026-7 väntar på dig: Koka vattnet"
    assert "Astrid Ny har skrivit det" in letter.body
    assert "Telefon: 070-1" in letter.body
    assert "Det gäller: Solviken, Ås by" in letter.body
    assert f"https://larm.example.org/alerts/{ALERT}?digest={about.digest}\n" in letter.body
    assert words(about.digest) in letter.body
    assert "ÖVNING" not in letter.subject + letter.body


def test_everybody_is_written_to_in_their_own_language() -> None:
    letter = DESK.confirm(waiting(), "en")
    assert letter.subject == ("Region Solviken: Alert 2026-7 waits for you: Boil the water {now}")
    assert "Astrid Ny has written it" in letter.body


def test_an_alert_in_one_language_is_told_in_that() -> None:
    infos = (Info(language="sv", event="vatten", headline="Koka vattnet", description="…"),)
    assert "Koka vattnet" in DESK.confirm(waiting(infos=infos), "en").subject


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("write", [Desk.confirm, Desk.review])
def test_an_exercise_is_called_so_before_anything_else(language: str, write: object) -> None:
    assert callable(write)
    letter = write(DESK, waiting(status="exercise"), language)
    assert letter.subject.startswith("ÖVNING")
    assert letter.body.startswith("ÖVNING")


def test_a_test_is_called_a_test() -> None:
    assert DESK.confirm(waiting(status="test"), "sv").subject.startswith("TEST: ")


def test_another_content_has_another_link_and_other_words() -> None:
    one, other = waiting(), waiting(reference="2026-8")
    assert DESK.link(one) != DESK.link(other)
    assert words(one.digest) != words(other.digest)


def test_a_review_and_a_trial_call_do_not_ask_to_confirm() -> None:
    review, trial = DESK.review(waiting(), "sv"), DESK.trial("sv")
    assert "gick ut på en enda persons ord" in review.subject
    assert "bekräfta" not in review.body + trial.body
    assert "inget har hänt" in trial.subject


def test_every_text_has_a_swedish_one() -> None:
    path = Path(services.publisher.__file__).parent / "locale" / "sv.po"
    with path.open("rb") as file:
        known = {str(each.id): str(each.string) for each in read_po(file) if each.id}
    assert [text for text in letters.TEXTS if text != letters.TEST and not known.get(text)] == []


@pytest.mark.web
async def test_a_call_arrives_at_a_mail_server_and_at_a_web_address(officer: Officer) -> None:
    pager, about, clock = Pager(Clock()), waiting(), Clock()
    async with small_mail_server() as box, webhook() as hook:
        cia = replace(officer, id="cia", language="en", pages=(box.address("cia"),))
        bo = replace(officer, pages=(hook.url, f"json://127.0.0.1:{free_port()}/"))
        gone = replace(officer, id="dag", pages=(f"json://127.0.0.1:{free_port()}/",))
        nowhere = replace(officer, id="eva", pages=())
        called = await pager.page(
            (bo, cia, gone, nowhere),
            lambda each: DESK.confirm(about, each.language),
            "confirm",
            ALERT,
        )
        await eventually(lambda: len(box.letters("cia")) == 1)
        [letter] = box.letters("cia")
        [body] = hook.bodies
    pager.close()
    assert {each.officer: each.reached for each in called} == {
        "bo": True,
        "cia": True,
        "dag": False,
        "eva": False,
    }
    assert {(each.why, each.alert) for each in called} == {("confirm", ALERT)}
    assert abs(called[0].occurred_at - clock()) < timedelta(minutes=1)
    assert letter["Subject"] == DESK.confirm(about, "en").subject
    assert DESK.link(about) in letter.get_content()
    assert body["title"] == DESK.confirm(about, "sv").subject


@pytest.mark.web
async def test_whoever_took_the_call_is_known_before_their_other_ways_have_answered(
    officer: Officer,
) -> None:
    pager = Pager(Clock(), limit=60)
    async with webhook() as stuck, webhook() as hook:
        stuck.hangs = True
        async with asyncio.timeout(5):
            [called] = await pager.page(
                [replace(officer, pages=(stuck.url, hook.url))], lambda _: Letter("s", "b"), "drill"
            )
        await eventually(lambda: hook.bodies)
    pager.close()
    assert called.reached


@pytest.mark.web
async def test_a_way_out_that_hangs_keeps_nobody_waiting(officer: Officer) -> None:
    pager = Pager(Clock(), limit=0.5)
    async with webhook() as stuck, webhook() as hook:
        stuck.hangs = True
        many = [replace(officer, id=f"stuck-{n}", pages=(stuck.url,) * 2) for n in range(10)]
        begun = time.monotonic()
        called = await pager.page(
            [*many, replace(officer, id="bo", pages=(stuck.url, hook.url))],
            lambda _: Letter("s", "b"),
            "drill",
        )
        took = time.monotonic() - begun
        assert hook.bodies
    pager.close()
    assert [each.officer for each in called if each.reached] == ["bo"]
    assert took < 5
