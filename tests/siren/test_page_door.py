"""Nobody but an officer, at our own pages, gets anything done; and everything is told apart."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from services.publisher import siren as package
from services.publisher.siren import officers_page, prospects, showing
from services.publisher.siren.web import deciding, screen, writing
from services.publisher.siren.web.door import own_path
from tests.publisher.fakes import Square
from tests.siren.browser import URL
from tests.siren.page import issue, squares, web, write
from tests.siren.page_fakes import Line

WEB = Path(package.__file__).parent / "web"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


async def test_the_cookie_holds_a_secret_and_no_other_site_gets_it(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        browser = one.browser()
        entered = {"officer": "Astrid ", "password": "lösen", "code": " 123456 ", "next": "/ready"}
        answer = await browser.client.post(
            "/sign-in", data=entered, headers={"origin": URL}, follow_redirects=False
        )
        assert answer.headers["location"] == "/ready"
        name, _, value = answer.headers["set-cookie"].partition("=")
        assert name == "__Host-siren"
        [secret] = one.keeper.guests
        assert value.split("; ")[0] == secret
        assert set(value.split("; ")[1:]) == {"HttpOnly", "Path=/", "SameSite=strict", "Secure"}


async def test_who_is_not_signed_in_comes_back_to_where_they_wanted_to_go(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        await issue(await one.officer())
        path = f"/alerts/{one.facts()[0].alert}"
        bo = one.browser()
        assert "Logga in" in await bo.open(f"{path}?digest={'0' * 64}")
        await bo.send("/sign-in", {"officer": "bo", "password": "lösen", "code": "123456"})
        assert bo.path == path
        assert "Länken gällde en annan text" in bo.page


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", ""]
)
def test_nobody_is_led_away_from_our_pages(wanted: str) -> None:
    assert own_path(wanted) == "/"


async def test_a_link_in_a_mail_on_the_web_finds_the_session_again(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        browser = one.browser()
        page = await browser.open("/ready", **{"sec-fetch-site": "cross-site"})
        assert '<meta http-equiv="refresh" content="0">' in page
        await browser.open("/ready", **{"sec-fetch-site": "same-origin"})
        assert browser.path == "/sign-in"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ""])
async def test_a_form_of_another_site_does_nothing(tmp_path: Path, origin: str) -> None:
    async with web(tmp_path, squares()) as one:
        astrid = await one.officer()
        await write(astrid)
        await astrid.send(astrid.path, {"do": "sign"}, origin=origin)
        assert astrid.status == 403
        assert one.facts() == []
        stranger = one.browser()
        entered = {"officer": "astrid", "password": "lösen", "code": "123456"}
        await stranger.send("/sign-in", entered, origin=origin)
        assert stranger.status == 403


@pytest.mark.parametrize("token", ["", "0" * 64])
async def test_a_form_without_the_sessions_own_word_does_nothing(
    tmp_path: Path, token: str
) -> None:
    async with web(tmp_path, squares()) as one:
        astrid = await one.officer()
        await write(astrid)
        await astrid.send(astrid.path, {"do": "sign", "token": token})
        assert astrid.status == 403
        assert "Den här sidan är från ett tidigare besök" in astrid.page
        assert one.facts() == []


async def test_nobody_signs_what_another_was_shown(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        astrid, bo = await one.officer(), await one.officer("bo")
        await write(astrid)
        await bo.open(astrid.path)
        assert bo.status == 404
        assert "finns inte kvar" in bo.page


async def test_a_pause_between_tries_is_said_plainly(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        one.keeper.pause = 30
        browser = one.browser()
        page = await browser.send("/sign-in", {"officer": "bo", "password": "x", "code": "1"})
        assert browser.status == 429
        assert 'role="alert"' in page
        assert 'value="bo"' in page
        assert "30" in page


async def test_who_signs_out_is_out(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        astrid = await one.officer()
        await astrid.send("/sign-out")
        assert one.keeper.guests == {}
        await astrid.open("/")
        assert astrid.path == "/sign-in"


@pytest.mark.parametrize("path", ["/write/real/boil-water", "/write/actual/no-such"])
async def test_an_address_that_is_none_starts_no_alarm(tmp_path: Path, path: str) -> None:
    async with web(tmp_path, squares()) as one:
        astrid = await one.officer()
        await astrid.open(path)
        assert astrid.status == 404


async def test_no_page_carries_script_style_or_asset_of_its_own_or_others(tmp_path: Path) -> None:
    async with web(tmp_path, squares(), late=timedelta(seconds=-1)) as one:
        astrid = await one.officer()
        pages = [await astrid.open(path) for path in ("/", "/ready", "/write/actual")]
        pages += [await astrid.open("/write/actual/boil-water"), await write(astrid)]
        pages.append(await astrid.send(astrid.path, {"do": "sign"}))
        pages.append(await astrid.open(f"{astrid.path}/alone"))
        for page in pages:
            assert not re.search(r"<script>|<style|\son\w+=|\sstyle=", page)
            linked = re.findall(r'(?:src|href)="(https?:[^"]*)"', page)
            assert linked == []
            assert page.count("<h1") == 1
            assert "<main" in page
            for name in re.findall(r'aria-describedby="([^"]+)"', page):
                assert all(f'id="{each}"' in page for each in name.split())
            for labelled in re.findall(r'<label[^>]* for="([^"]+)"', page):
                assert f'id="{labelled}"' in page
        answer = await astrid.client.get("/")
        assert answer.headers["content-security-policy"] == CSP
        assert answer.headers["cache-control"] == "private, no-store"


async def test_a_missing_field_is_said_beside_it_and_the_rest_is_kept(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        astrid = await one.officer()
        page = await write(astrid, **{"field.place": ""})
        assert astrid.status == 422
        assert "<title>Fel: " in page
        assert 'aria-describedby="place-hint place-fault" aria-invalid="true"' in page
        assert re.search(r'value="leak" checked', page)


async def test_other_places_are_found_by_name_and_what_was_filled_in_stays(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        astrid = await one.officer()
        page = await write(astrid, do="find", find="ulri")
        assert 'value="1491"' in page
        assert 'value="Tunadal"' in page
        page = await write(astrid, do="find", find="<b>")
        assert "&lt;b&gt;" in page


async def test_the_first_page_says_what_waits_and_what_is_not_ready(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        one.board.why = ["Färre än två jourhavande går att nå."]
        one.board.channels = [Line("Torget", ok=False, said="Nyckeln gäller inte", remedy="Byt.")]
        await issue(await one.officer())
        bo = await one.officer("bo")
        page = await bo.open("/")
        assert "Väntar på att du bekräftar" in page
        assert "Allt är inte redo" in page
        assert "Färre än två jourhavande går att nå." in page
        assert "Nyckeln gäller inte" in await bo.open("/ready")


async def test_an_english_browser_gets_english_and_can_change(tmp_path: Path) -> None:
    async with web(tmp_path, squares()) as one:
        astrid = await one.officer(language="en-GB")
        assert "Raise the alarm" in await astrid.open("/")
        assert "Larma" in await astrid.open("/?lang=sv")
        assert "Larma" in await astrid.open("/")


def test_every_text_of_the_page_is_there_in_swedish() -> None:
    with (WEB.parents[1] / "locale" / "sv.po").open("rb") as file:
        swedish = {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}
    found = extract_from_dir(
        str(WEB),
        [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")],
        keywords={"_": None, "speech": None},
    )
    texts = {str(message) for _, _, message, _, _ in found}
    said = {*officers_page.TEXTS, *prospects.TEXTS, *writing.TEXTS, *deciding.TEXTS, *showing.TEXTS}
    marks = {mark for mark in screen.MARKS.values() if mark}
    assert len(texts) > 50
    assert sorted((texts | said | marks) - swedish.keys()) == []
    assert all(swedish.values())


async def test_a_proposal_is_written_from_held_for_and_closed(tmp_path: Path) -> None:
    async with web(tmp_path, {"torget": Square("torget")}) as one:
        proposal = one.propose("VMA: giftig rök i Borås")
        astrid = await one.officer()
        assert "VMA: giftig rök i Borås" in await astrid.open("/")
        await astrid.send(f"/proposals/{proposal}/hold")
        hold = one.siren.desk.hold()
        assert hold is not None
        assert hold.why == "VMA: giftig rök i Borås"
        page = await astrid.open(f"/write/actual/boil-water?proposal={proposal}")
        assert 'value="Tunadal"' in page
        assert re.search(r'value="1491" checked', page)
        await astrid.open("/")
        await astrid.send(f"/proposals/{proposal}/close")
        assert one.inbox.closed == [(proposal, "astrid")]
