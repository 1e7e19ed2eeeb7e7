"""An officer raises an alarm at the page, another confirms it, and the first one corrects it."""

import re
from pathlib import Path

from services.publisher.siren.domain.statements import digest_of
from tests.harness.waiting import eventually
from tests.publisher.fakes import Square
from tests.siren.page import confirm, issue, squares, web, write


def texts(square: Square) -> list[str]:
    return [parcel.content.text for parcel in square.shown.values()]


async def test_two_officers_send_an_alert_to_every_channel(tmp_path: Path) -> None:
    channels = squares()
    async with web(tmp_path, channels) as one:
        astrid = await one.officer()
        assert "Larma" in await astrid.open("/")
        draft = await write(astrid)
        assert "Koka dricksvattnet i Tunadal" in draft
        waiting = await astrid.send(astrid.path, {"do": "sign"})
        assert "Väntar på en kollega" in waiting
        assert "tel:070-1234567" in waiting
        assert not any(square.calls for square in channels.values())
        bo = await confirm(one)
        assert "Koka dricksvattnet i Tunadal" in bo.page
        alert = f"/alerts/{one.facts()[0].alert}"

        async def public_everywhere() -> bool:
            return "Ute i 2 av 2 kanaler" in await bo.open(alert)

        await eventually(public_everywhere)
        assert [len(texts(each)) for each in channels.values()] == [1, 1]
        assert one.facts()[0].issued[0].by == ("astrid", "bo")


async def test_what_was_shown_is_what_is_signed(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        astrid = await one.officer()
        page = await write(astrid)
        shown = astrid.forms[-1].hidden
        await astrid.send(astrid.path, {"do": "sign"})
        [fact] = one.facts()
        assert fact.draft is not None
        assert digest_of(fact.draft, fact.prepared) == shown["digest"]
        assert fact.signatures[0].digest == shown["digest"]
        assert fact.draft.contents["torget"].text in page


async def test_a_changed_text_is_read_again_before_it_can_be_signed(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        astrid = await one.officer()
        await write(astrid)
        before = astrid.forms[-1].hidden["digest"]
        page = await astrid.send(astrid.path, {"do": "sign", "text.torget": "Koka allt vatten."})
        assert one.facts() == []
        assert "Du har ändrat texten" in page
        assert astrid.forms[-1].hidden["digest"] != before
        await astrid.send(astrid.path, {"do": "sign"})
        [fact] = one.facts()
        assert fact.draft is not None
        assert fact.draft.contents["torget"].text == "Koka allt vatten."
        assert "Tunadal" in fact.draft.contents["kajen"].text


async def test_what_is_wrong_stands_beside_its_channel_and_cannot_be_signed(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        astrid = await one.officer()
        await write(astrid)
        page = await astrid.send(astrid.path, {"do": "check", "text.torget": "x" * 400})
        assert 'id="torget-fault"' in page
        assert 'aria-invalid="true"' in page
        assert 'value="sign"' not in page
        await astrid.send(astrid.path, {"do": "sign"})
        assert 'id="torget-fault"' in astrid.page
        assert one.facts() == []


async def test_a_second_tap_is_the_same_act(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        astrid = await one.officer()
        await write(astrid)
        path, forms = astrid.path, astrid.forms
        await astrid.send(path, {"do": "sign"})
        astrid.forms = forms
        page = await astrid.send(path, {"do": "sign"})
        assert "Väntar på en kollega" in page
        assert len(one.facts()) == 1


async def test_the_second_officer_has_to_say_to_how_many_channels(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        await issue(await one.officer())
        bo = await confirm(one, count="3")
        assert bo.status == 422
        assert "Det är inte antalet kanaler." in bo.page
        assert one.facts()[0].draft is not None


async def test_a_link_to_another_text_says_so_and_shows_the_one_that_waits(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        await issue(await one.officer())
        bo = await one.officer("bo")
        path = f"/alerts/{one.facts()[0].alert}"
        said = "Länken gällde en annan text"
        assert said in await bo.open(f"{path}?digest={'0' * 64}")
        right = one.siren.desk.alerts()[0].fact.signatures[0].digest
        assert said not in await bo.open(f"{path}?digest={right}")


async def test_another_digest_than_the_one_that_waits_confirms_nothing(tmp_path: Path) -> None:
    channels = squares()
    async with web(tmp_path, channels) as one:
        await issue(await one.officer())
        bo = await one.officer("bo")
        await bo.open(f"/alerts/{one.facts()[0].alert}")
        await bo.send(bo.action("/confirm"), {"count": "2", "digest": "0" * 64})
        assert bo.status == 409
        assert one.facts()[0].draft is not None
        assert not any(square.calls for square in channels.values())


async def test_two_taps_correct_a_false_alarm_everywhere(tmp_path: Path) -> None:
    channels = squares()
    channels["kajen"].amends = "remove"
    async with web(tmp_path, channels) as one:
        await issue(await one.officer())
        bo = await confirm(one)
        await eventually(lambda: all(len(texts(each)) == 1 for each in channels.values()))
        correction = await bo.open(f"/alerts/{one.facts()[0].alert}/correction")
        assert "Det gamla ändras och säger det." in correction
        assert "Det gamla tas bort." in correction
        await bo.send(bo.forms[-1].action, {"do": "sign"})
        assert one.facts()[0].type == "alert.corrected.v1"
        await eventually(lambda: "Rättelse" in " ".join(texts(channels["kajen"])))
        await eventually(lambda: len(texts(channels["kajen"])) == 1)
        await eventually(lambda: len(texts(channels["torget"])) == 2)


async def test_an_update_is_made_of_three_fields(tmp_path: Path) -> None:
    channels = squares()
    async with web(tmp_path, channels) as one:
        await issue(await one.officer())
        bo = await confirm(one)
        await bo.open(f"/alerts/{one.facts()[0].alert}/update")
        said = {"headline": "Koka vattnet i Ulva också", "description": "Fler", "instruction": "K"}
        page = await bo.send(bo.path, said)
        assert "Koka vattnet i Ulva också" in page
        await bo.send(bo.path, {"do": "sign"})
        assert one.facts()[0].issued[-1].bulletin.infos[0].headline == said["headline"]


async def test_an_update_that_was_written_for_something_older_is_not_sent(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        await issue(await one.officer())
        bo = await confirm(one)
        path = f"/alerts/{one.facts()[0].alert}"
        await bo.open(f"{path}/all_clear")
        clear = bo.forms
        await bo.open(f"{path}/correction")
        await bo.send(bo.forms[-1].action, {"do": "sign"})
        bo.forms = clear
        await bo.send(clear[-1].action, {"do": "sign"})
        assert bo.status == 409
        assert len(one.facts()[0].issued) == 2


async def test_what_was_withdrawn_never_goes_out(tmp_path: Path) -> None:
    channels = squares()
    async with web(tmp_path, channels) as one:
        astrid = await one.officer()
        await issue(astrid)
        page = await astrid.send(astrid.action("/drop"))
        assert "Ingenting av det går ut." in page
        assert one.facts()[0].issued == ()


async def test_an_exercise_looks_different_on_every_screen(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        astrid = await one.officer()
        pages = [
            await astrid.open("/write/exercise"),
            await write(astrid, "exercise"),
            await astrid.send(astrid.path, {"do": "sign"}),
        ]
        bo = await one.officer("bo")
        pages.append(await bo.open(f"/alerts/{one.facts()[0].alert}"))
        await bo.send(bo.action("/confirm"), {"count": "2"})
        pages.append(bo.page)
        pages.append(await bo.open(f"/alerts/{one.facts()[0].alert}/correction"))
        for page in pages:
            assert '<body class="exercise"' in page
            assert '<p class="mark"><strong>ÖVNING</strong></p>' in page
            for button in re.findall(r'<(?:button|a) class="[^"]*(?:main|drop)[^"]*"[^>]*>', page):
                after = page.split(button, 1)[1]
                assert after.startswith("ÖVNING: ")
        assert one.siren.desk.hold() is None


async def test_normal_posts_are_let_out_again_by_an_officer(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        await issue(await one.officer())
        bo = await confirm(one)
        assert "Vanliga inlägg hålls" in await bo.open("/")
        await bo.open("/hold")
        await bo.send("/hold/release")
        assert bo.path == "/"
        assert "Vanliga inlägg hålls" not in bo.page
        assert one.siren.desk.hold() is None
