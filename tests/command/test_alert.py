"""An alert from two terminals: what is shown is what is signed, and what goes out."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from budkavle.alert.acting import Desk, Words
from budkavle.alert.following import offer, status
from budkavle.alert.officer import officer_of
from budkavle.alert.siren import Siren
from budkavle.folder import Folder
from budkavle.trouble import Trouble
from schemas.alerts import Status
from services.kit.keyfiles import write_key
from services.kit.seals import new_seed
from tests.command.answering import answering
from tests.command.sirens import WATER, Place, a_siren
from tests.harness.ports import free_port
from tests.harness.waiting import eventually

pytestmark = pytest.mark.web


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async with a_siren(tmp_path, ["torget", "kajen"], ["ovning"]) as running:
        yield running


@pytest.fixture
async def desks(place: Place) -> AsyncIterator[tuple[Desk, Desk]]:
    async with AsyncExitStack() as stack:
        both = place.desk("astrid"), place.desk("bo")
        for desk in both:
            await stack.enter_async_context(desk.siren)
        yield both


async def number(desk: Desk) -> str:
    return str((await desk.siren.alerts())[0]["reference"])


async def test_two_officers_send_an_alert_and_one_corrects_it(
    place: Place, desks: tuple[Desk, Desk]
) -> None:
    astrid, bo = desks
    assert await astrid.issue(WATER) == 0
    assert place.texts("torget") == []
    said = place.out.getvalue()
    assert "Koka dricksvattnet i Tunadal" in said
    assert "torget, kajen" in said
    assert "Rättelse: Vattnet i Tunadal är bra" in said
    reference = await number(bo)
    assert f"budkavle alert confirm {reference}" in said

    assert await bo.confirm(reference, break_glass=False) == 0
    await eventually(lambda: len(place.texts("torget")) == len(place.texts("kajen")) == 1)
    assert "Koka upp kranvattnet" in place.texts("torget")[0]
    assert place.texts("ovning") == []

    await astrid.follow(reference, "correction", Words())
    assert "torget: A new post goes out. The old one is changed to say so." in place.out.getvalue()
    await eventually(lambda: any("Rättelse" in text for text in place.texts("kajen")))
    assert (await bo.siren.alerts())[0]["state"] == "corrected"


async def test_both_are_shown_the_same_words_to_compare(
    place: Place, desks: tuple[Desk, Desk]
) -> None:
    astrid, bo = desks
    await astrid.issue(WATER)
    [line] = [each for each in place.out.getvalue().splitlines() if "compared by telephone" in each]
    read_aloud = line.partition(": ")[2].strip()
    assert len(read_aloud.split()) == 4
    await bo.confirm(await number(bo), break_glass=False)
    assert f"Written by astrid. Its words: {read_aloud}" in place.out.getvalue()


async def test_nobody_confirms_their_own_and_the_siren_says_what_else_there_is(
    desks: tuple[Desk, Desk],
) -> None:
    astrid, _ = desks
    await astrid.issue(WATER)
    with pytest.raises(Trouble, match=r"The siren says no \(403\)"):
        await astrid.confirm(await number(astrid), break_glass=False)


async def test_a_field_that_is_missing_is_told_and_nothing_is_signed(
    desks: tuple[Desk, Desk],
) -> None:
    astrid, _ = desks
    with pytest.raises(Trouble, match=r"The siren says no \(422\)"):
        await astrid.issue(type(WATER)("boil-water", {}, ["1490"]))
    assert await astrid.siren.alerts() == []


async def test_nothing_goes_out_unless_somebody_says_yes(place: Place) -> None:
    unsure = place.desk("astrid")
    unsure = Desk(unsure.terminal, unsure.siren, unsure.questions)
    async with unsure.siren:
        assert await unsure.issue(WATER) == 1
        assert await unsure.siren.alerts() == []
    assert "Nothing has been sent." in place.out.getvalue()


@pytest.mark.parametrize(("status", "mark"), [("exercise", "ÖVNING"), ("test", "TEST")])
async def test_what_is_not_so_goes_to_its_own_accounts_alone(
    place: Place, desks: tuple[Desk, Desk], status: Status, mark: str
) -> None:
    astrid, bo = desks
    await astrid.issue(replace(WATER, status=status))
    await bo.confirm(await number(bo), break_glass=False)
    await eventually(lambda: place.texts("ovning"))
    assert mark in place.texts("ovning")[0]
    assert place.texts("torget") == place.texts("kajen") == []


async def test_who_waits_sees_it_confirmed_and_out(place: Place, desks: tuple[Desk, Desk]) -> None:
    _, bo = desks
    waiting = place.desk("astrid", wait=True)
    async with waiting.siren:
        issuing = asyncio.create_task(waiting.issue(WATER))
        await eventually(bo.siren.alerts)
        await bo.confirm(await number(bo), break_glass=False)
        assert await issuing == 0
    assert "✓" in place.out.getvalue()


async def test_a_draft_is_given_up_and_then_no_longer_confirmed(desks: tuple[Desk, Desk]) -> None:
    astrid, bo = desks
    await astrid.issue(WATER)
    reference = await number(bo)
    assert await status(bo.terminal, bo.siren, None) == 1
    assert await bo.act("drop", reference) == 0
    assert await bo.confirm(reference, break_glass=False) == 1
    assert await status(bo.terminal, bo.siren, reference) == 0


async def test_an_update_and_the_all_clear_follow_each_other(
    place: Place, desks: tuple[Desk, Desk]
) -> None:
    astrid, bo = desks
    await astrid.issue(WATER)
    reference = await number(bo)
    await bo.confirm(reference, break_glass=False)
    newer = Words("Koka också i Sjövik", "Fler prover är dåliga.", "Koka vattnet.")
    assert await astrid.follow(reference, "update", newer) == 0
    await eventually(lambda: any("Sjövik" in text for text in place.texts("torget")))
    assert await bo.follow(reference, "all_clear", Words()) == 0
    await eventually(lambda: any("Faran över" in text for text in place.texts("torget")))
    assert (await bo.siren.alert((await bo.siren.alerts())[0]["alert"]))["state"] == "over"


async def test_a_hold_is_put_on_and_lifted(place: Place, desks: tuple[Desk, Desk]) -> None:
    astrid, bo = desks
    assert await bo.release() == 0
    await astrid.hold("VMA i grannlänet")
    assert await status(bo.terminal, bo.siren, None) == 0
    assert "Normal posts are held: VMA i grannlänet (astrid)" in place.out.getvalue()
    await bo.release()
    assert await bo.siren.held() is None


async def test_the_texts_are_in_the_readers_language(place: Place) -> None:
    swedish = place.desk("astrid", language="sv")
    async with swedish.siren:
        await swedish.issue(WATER)
        assert await offer(swedish.terminal, swedish.siren) == 0
    assert "boil-water  Koka dricksvattnet" in place.out.getvalue()
    assert "bacteria = Vattnet kan innehålla" in place.out.getvalue()
    assert "Vem som ser det" in place.out.getvalue()


async def test_a_siren_that_does_not_answer_leads_to_the_telephone(place: Place) -> None:
    officer = officer_of(place.folder, "astrid", None)
    async with Siren(f"http://127.0.0.1:{free_port()}", officer) as nobody:
        with pytest.raises(Trouble, match="call the other officers by the printed list"):
            await nobody.alerts()


async def test_an_unknown_number_names_those_that_are_known(desks: tuple[Desk, Desk]) -> None:
    astrid, bo = desks
    await astrid.issue(WATER)
    known = await number(bo)
    with pytest.raises(Trouble, match=f"There is no alert 1999-1. There are: {known}"):
        await bo.confirm("1999-1", break_glass=False)


async def test_a_key_that_others_can_read_signs_nothing(place: Place) -> None:
    os.chmod(place.folder.officers / "astrid.key", 0o644)  # noqa: PTH101 – as an operator would
    with pytest.raises(Trouble, match="can be read by others; run: chmod 600"):
        officer_of(place.folder, "astrid", None)


async def test_a_key_is_nobody_elses(place: Place) -> None:
    key = place.folder.officers / "astrid.key"
    assert officer_of(place.folder, None, key).id == "astrid"
    with pytest.raises(Trouble, match="is astrid's, not bo's"):
        officer_of(place.folder, "bo", key)


def test_without_a_name_and_a_key_it_is_asked_who_speaks(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="Say who you are"):
        officer_of(Folder(tmp_path), None, None)


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    write_key(tmp_path / "key", "astrid", new_seed())
    with pytest.raises(Trouble, match="has to begin with https://"):
        Siren("larm.example", officer_of(Folder(tmp_path), None, tmp_path / "key"))


async def test_what_is_no_siren_is_not_taken_for_one(place: Place) -> None:
    officer = officer_of(place.folder, "astrid", None)
    with answering({"POST /sessions": [(201, ["not", "a", "siren"])]}) as other:
        async with Siren(other.url, officer) as nobody:
            with pytest.raises(Trouble, match="is not a siren"):
                await nobody.alerts()
