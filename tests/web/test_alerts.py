"""While an alert is on, every page says so; held posts are walked through after the release."""

import pytest

from schemas.codes import Code
from schemas.envelope import Fact
from tests.crisis import ALERT, HOUR, SWEDISH, WEB, alert, bulletin, hold, issued
from tests.planner.samples import NOW
from tests.planner.test_alerts import sent
from tests.planner.test_api_publishing import held, pause
from tests.planner.web import Web
from tests.web.reading import Node
from tests.web.test_pausing import buttons, followed
from tests.web.visiting import browser, form_to, look, send

FIRST = issued(1, bulletin(NOW))
PRACTICE = alert(issued(1, bulletin(NOW, status="exercise")), status="exercise")


def siren(web: Web, *facts: Fact) -> None:
    web.draw(*facts, stream="SIREN")


def links(node: Node) -> dict[str, str]:
    return {link.attributes["href"]: link.text for link in node.all("a")}


@pytest.mark.parametrize("path", ["/", "/posts/new", "/publishing", "/posts/{post}", "/comments"])
async def test_an_alert_stands_on_every_page_with_what_it_does_to_posts(
    web: Web, path: str
) -> None:
    post, _ = await held(web)
    siren(web, alert(FIRST), hold(NOW))
    async with browser(web, "bengt", "sv") as bengt:
        banner = (await look(bengt, path.format(post=post))).one(class_="crisis")
    assert banner.one("h2").text == f"Larm 2026-7 pågår: {SWEDISH.headline}"
    assert "Vanliga inlägg hålls." in banner.text
    assert links(banner) == {
        f"/alerts#alert-{ALERT}": "Se hur det går i varje kanal",
        WEB: "Det som allmänheten läser",
    }


async def test_strangers_are_told_by_the_siren_and_not_by_the_planner(web: Web) -> None:
    siren(web, alert(FIRST), hold(NOW))
    async with browser(web, None) as stranger:
        page = await look(stranger, "/", 401)
    assert page.all(class_="crisis") == []


async def test_a_banner_goes_with_the_alert_and_the_hold_keeps_its_own(web: Web) -> None:
    over = alert(FIRST, issued(2, bulletin(NOW, "all_clear")))
    siren(web, over, hold(NOW))
    async with browser(web, "anna") as anna:
        [banner] = (await look(anna)).all(class_="crisis")
        assert banner.one("h2").text == "Normal posts are held."
        assert "2026-7: Koka dricksvattnet i Tunadal" in banner.text
        siren(web, hold(NOW, 2))
        assert (await look(anna)).all(class_="crisis") == []


async def test_an_exercise_looks_different_and_a_test_of_machines_is_no_news(web: Web) -> None:
    siren(web, PRACTICE)
    async with browser(web, "anna") as anna:
        banner = (await look(anna)).one(class_="exercise")
        assert banner.one("h2").text.startswith("EXERCISE 2026-7 is on")
        assert "Nothing of it is meant" in banner.text
        assert "held" not in banner.text
        assert WEB not in links(banner)
        siren(web, alert(issued(1, bulletin(NOW, status="test")), status="test"))
        assert (await look(anna)).all(class_="crisis") == []
        assert "Test 2026-7" in (await look(anna, "/alerts")).text


async def test_the_page_of_alerts_says_how_far_each_channel_is(web: Web) -> None:
    siren(
        web,
        alert(FIRST, issued(2, bulletin(NOW + HOUR, "update"))),
        sent("published", "newsroom", 1),
        sent("uncertain", "mastodon", 1),
    )
    async with browser(web, "doris") as doris:
        page = await look(doris, "/alerts")
    [shown] = page.all("section", id=f"alert-{ALERT}")
    assert "Alert: Boil the drinking water in Tunadal" in shown.text
    mastodon, newsroom = shown.one(class_="deliveries").all("li")
    assert "Mastodon Uncertain" in mastodon.text
    assert "Newsroom Published" in newsroom.text
    assert "http://newsroom.example/1" in links(newsroom)
    assert "Normal posts are not held." in page.text


async def test_where_there_was_no_alert_the_page_says_so(web: Web) -> None:
    async with browser(web, "anna") as anna:
        assert "There has been no alert." in (await look(anna, "/alerts")).text


async def test_the_held_are_walked_through_after_the_release(web: Web) -> None:
    why = {"why": "2026-7: Koka vattnet", "person": "astrid"}
    said = {"code": Code.HELD_FOR_ALERT, "parameters": why}
    await held(web, "newsroom", **said, fresh_until=NOW)
    await held(web, "mastodon", **said)
    await pause(web)
    web.memory.put(hold(NOW))
    web.clock.moment = NOW + HOUR
    async with browser(web, "bengt") as bengt:
        page = await look(bengt, "/publishing")
        assert "The duty officer releases them in the siren." in page.text
        page = await followed(bengt, await send(bengt, form_to(page, "/resume")))
        # The pause is lifted, and that lifts no hold.
        assert "All normal posts are held : 2026-7" in page.text
        for form in page.all("form", action="/publishing/decide"):
            assert "disabled" in buttons(form)["send"].attributes
            assert "disabled" not in buttons(form)["drop"].attributes
        assert "It can be sent when the duty officer has released normal posts." in page.text
        first = page.all("form", action="/publishing/decide")[0]
        answer = await send(bengt, first, choice="send")
        assert answer.status_code == 409
        assert "Normal posts are held for an alert: 2026-7" in answer.text
        web.memory.put(hold(NOW, 2))
        page = await look(bengt, "/publishing")
        late, fine = page.one(class_="held").all("li")
        assert "Its time is past." in late.text
        assert "Its time is past." not in fine.text
        assert "astrid held all normal posts for an alert: 2026-7" in fine.text
        page = await followed(bengt, await send(bengt, late.one("form"), choice="drop"))
        [fine] = page.one(class_="held").all("li")
        page = await followed(bengt, await send(bengt, fine.one("form"), choice="send"))
    assert page.one(class_="held").all("li") == []
    made = [told.fact.choice for told in web.memory.told if told.fact.type == "decision.made.v1"]
    assert made == ["drop", "send"]
