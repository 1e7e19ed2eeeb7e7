"""What the public sees of our alerts: the newest word first, exercises apart, tests nowhere."""

import posixpath
import re
from datetime import datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import feedparser
import pytest

from schemas.alerts import AlertFact, Bulletin, Info
from services.kit.languages import language
from services.publisher.siren.cap.reading import incoming
from services.publisher.siren.cap.writing import cap_of
from services.publisher.siren.face import site as site_module
from services.publisher.siren.face import stories
from services.publisher.siren.face.folder import PublicFolder
from services.publisher.siren.face.site import Site
from tests.crisis import ENGLISH, SWEDISH
from tests.siren.bulletins import NIGHT, SENDER, alert, bulletin, said

URL = "https://larm.region-exempel.se"
SOON = NIGHT + timedelta(minutes=20)
WRONG = bulletin(
    "correction",
    infos=said("Vattnet i Tunadal är bra", "The water in Tunadal is fine"),
    web=f"{URL}/2026-7",
)
OVER = bulletin("all_clear", infos=said("Vattnet är bra igen", "The water is fine again"))


def draw(*facts: AlertFact, at: datetime = SOON) -> dict[str, str]:
    drawn = Site(SENDER, URL).draw(facts, at)
    return {name: content.decode() for name, content in drawn.items()}


def numbered(reference: str, *bulletins: Bulletin, **given: Any) -> AlertFact:
    named = [each.model_copy(update={"reference": reference}) for each in bulletins]
    return alert(*named, **{"alert": uuid4()} | given)


class Page(HTMLParser):
    """Reads a page strictly: an unclosed or unexpected tag is an error."""

    def __init__(self, made: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.headings: list[str] = []
        self._open: list[str] = []
        self.feed(made)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        if tag not in {"meta", "link", "br"}:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and (self._open[-1] in {"h1", "h2"} or self._open[-2:-1] == ["h2"]):
            self.headings.append(data.strip())


def test_what_holds_now_stands_on_top_in_full_and_the_rest_beneath_by_name() -> None:
    old = numbered("2026-6", bulletin(expires=SOON, infos=said("Strömmen är borta", "Power cut")))
    page = draw(old, alert(bulletin()))["index.html"]
    assert page.index("Koka dricksvattnet") < page.index("Koka vattnet innan du dricker det.")
    assert page.index("Koka vattnet innan") < page.index("Tidigare krismeddelanden")
    assert page.index("Tidigare krismeddelanden") < page.index("Strömmen är borta")
    assert "Gäller till" in page
    assert "23 november 2026 kl. 03:12" in page


def test_without_alerts_the_page_says_so_and_promises_no_more() -> None:
    drawn = draw()
    assert "Det finns inget krismeddelande just nu." in drawn["index.html"]
    assert "There is no alert right now." in drawn["en/index.html"]
    assert "feed.atom" in drawn


def test_what_is_dangerous_stands_before_a_newer_word_that_something_is_not() -> None:
    fire = numbered("2026-8", bulletin(infos=said("Gå in", "Go in")))
    page = Page(draw(fire, alert(bulletin(), WRONG))["index.html"])
    assert page.headings[1:] == ["Gå in", "Vattnet i Tunadal är bra"]


@pytest.mark.parametrize(
    ("last", "label", "verdict"),
    [
        (WRONG, "Rättelse", "Det här var fel"),
        (OVER, "Faran är över", "Gäller inte längre"),
        (bulletin("update", infos=said("Koka i tre minuter", "Boil")), "Uppdaterat", "Ersatt"),
    ],
)
def test_the_newest_word_comes_first_and_says_what_became_of_those_before(
    last: Bulletin, label: str, verdict: str
) -> None:
    page = draw(alert(bulletin(), last))["2026-7/index.html"]
    assert Page(page).headings == [
        last.infos[0].headline,
        "Det här sades tidigare",
        "Koka dricksvattnet i Tunadal",
    ]
    assert page.index(label) < page.index(last.infos[0].headline) < page.index(verdict)
    assert page.count(verdict) == 1


def test_an_alert_whose_time_has_run_out_does_not_look_as_if_it_held() -> None:
    site, fact = Site(SENDER, URL), alert(bulletin())
    before = site.draw([fact], SOON)["2026-7/index.html"].decode()
    after = site.draw([fact], bulletin().expires)["2026-7/index.html"].decode()
    assert 'class="told alert"' in before
    assert "Tiden för det här krismeddelandet har gått ut" in after
    assert 'class="told alert"' not in after
    assert (
        "Det finns inget krismeddelande just nu." in draw(fact, at=bulletin().expires)["index.html"]
    )


def test_exercises_stand_apart_and_say_so_in_every_title() -> None:
    drawn = draw(alert(bulletin()), numbered("2026-8", bulletin(status="exercise")))
    practice = {name: page for name, page in drawn.items() if name.startswith("ovning/")}
    assert set(practice) == {
        "ovning/index.html",
        "ovning/feed.atom",
        "ovning/2026-8/index.html",
        "ovning/cap/SE-REGEX-2026-8-1.xml",
        "ovning/en/index.html",
        "ovning/en/feed.atom",
        "ovning/en/2026-8/index.html",
    }
    for name, page in practice.items():
        for title in re.findall(r"<(?:title|headline|h1)>(.*?)<", page):
            assert title.startswith("EXERCISE" if "/en/" in name else ("ÖVNING", "EXERCISE"))
        if name.endswith(".html"):
            assert 'class="exercise"' in page
            assert "noindex" in page
    for name in drawn.keys() - practice.keys():
        assert "2026-8" not in drawn[name]
        assert "ÖVNING" not in drawn[name]
    assert "2026-7" not in "".join(practice.values()).replace("larm.region-exempel.se/2026-7", "")
    assert "Disallow: /ovning/" in drawn["robots.txt"]


def test_tests_and_what_is_not_issued_yet_are_nowhere() -> None:
    drawn = draw(numbered("2026-8", bulletin(status="test")), alert(draft=bulletin()))
    assert drawn == draw()


def test_every_link_of_every_page_leads_to_something_that_is_there() -> None:
    drawn = draw(alert(bulletin(), WRONG), numbered("2026-8", bulletin(status="exercise")))
    pages = [name for name in drawn if name.endswith(".html") and name != "404.html"]
    for name in pages:
        for link in Page(drawn[name]).links:
            if link.startswith(("#", "tel:", URL)):
                continue
            assert not link.startswith(("/", "http")), (name, link)
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), link))
            there = target if not link.endswith("/") else posixpath.join(target, "index.html")
            assert posixpath.normpath(there) in drawn, (name, link)


def test_a_page_needs_no_script_and_nothing_from_elsewhere() -> None:
    for name, page in draw(alert(bulletin(), WRONG)).items():
        if name.endswith(".html"):
            assert {"script", "img", "iframe"}.isdisjoint(Page(page).tags)
            assert "default-src 'none'; style-src 'sha256-" in unescape(page)
            assert "@import" not in page
            assert "url(" not in page


def test_each_language_is_said_in_its_own_words_and_a_missing_one_is_marked() -> None:
    drawn = draw(alert(bulletin()), numbered("2026-8", bulletin(infos=(SWEDISH,))))
    assert "Boil the water before you drink it." in drawn["en/2026-7/index.html"]
    assert '<html lang="en">' in drawn["en/2026-7/index.html"]
    assert 'lang="sv">\n<h1>Koka' in drawn["en/2026-8/index.html"]
    assert ENGLISH.headline not in drawn["2026-7/index.html"]


def test_what_an_officer_wrote_is_text_and_nothing_else() -> None:
    wild = Info(
        language="sv",
        event="x",
        headline="<script>alert(1)</script>",
        description="</article>& https://region-exempel.se/a. \x00",
    )
    drawn = draw(alert(bulletin(infos=(wild,), web="javascript:alert(1)", contact="<b>")))
    page = drawn["2026-7/index.html"]
    assert "script" not in Page(page).tags
    assert 'href="https://region-exempel.se/a"' in page
    assert "javascript" not in page
    assert feedparser.parse(drawn["feed.atom"]).entries[0].title == "<script>alert(1)</script>"


def test_a_number_can_be_called_from_a_phone_and_other_contacts_are_text() -> None:
    assert (
        '<a href="tel:0331234567">033-123 45 67</a>'
        in (draw(alert(bulletin(contact="033-123 45 67")))["index.html"])
    )
    assert "tel:" not in draw(alert(bulletin(contact="larm@region-exempel.se")))["index.html"]


def test_the_feed_has_each_message_newest_first_with_its_cap() -> None:
    fact = alert(bulletin(), WRONG)
    drawn = draw(fact)
    for code, title in (("", "Rättelse: Vattnet"), ("en/", "Correction: The water")):
        feed = feedparser.parse(drawn[f"{code}feed.atom"])
        assert not feed.bozo
        newest, first = feed.entries
        assert newest.title.startswith(title)
        assert newest.id != first.id
        assert UUID(newest.id.removeprefix("urn:uuid:")).version == 5
        links = {link.type: link.href for link in newest.links}
        assert links == {
            "text/html": f"{URL}/{code}2026-7/",
            "application/cap+xml": f"{URL}/cap/SE-REGEX-2026-7-2.xml",
        }
        assert feed.feed.updated == newest.updated == "2026-11-22T02:22:00Z"
    assert incoming(drawn["cap/SE-REGEX-2026-7-2.xml"].encode()).kind == "correction"
    assert drawn["cap/SE-REGEX-2026-7-1.xml"].encode() == cap_of(fact, 1, SENDER)


def test_nothing_public_is_called_vma() -> None:
    drawn = draw(alert(bulletin(), WRONG), numbered("2026-8", bulletin(status="exercise"), OVER))
    assert [name for name, page in drawn.items() if "vma" in page.casefold()] == []


def test_the_same_alerts_are_drawn_in_the_same_bytes_in_whatever_order_they_come() -> None:
    first, later = alert(bulletin()), numbered("2026-8", bulletin(), OVER)
    assert draw(first, later) == draw(later, first)
    site = Site(SENDER, URL)
    assert site.draw([first, later], SOON) == site.draw([first, later], SOON)
    assert site.address(first) == f"{URL}/2026-7/"


def test_every_word_of_ours_is_there_in_swedish() -> None:
    folder = Path(site_module.__file__).parent
    swedish = language("sv", folder.parents[1] / "locale")
    templates = "".join(file.read_text() for file in (folder / "templates").iterdir())
    used = set(re.findall(r'\b(?:_|other)\("(.+?)"\)', templates))
    used |= {*stories._LABELS.values(), *stories._WHYS.values(), *stories._VERDICTS.values()}
    used.add("Alerts from {name}")
    assert [text for text in sorted(used) if text not in swedish.catalogue] == []


def test_only_what_has_changed_is_written_and_never_half(tmp_path: Path) -> None:
    folder = PublicFolder(tmp_path / "public")
    site = Site(SENDER, URL)
    first = folder.put(site.draw([alert(bulletin())], SOON))
    assert "2026-7/index.html" in first
    assert folder.put(site.draw([alert(bulletin())], SOON)) == ()
    changed = folder.put(site.draw([alert(bulletin(), WRONG)], SOON))
    assert "cap/SE-REGEX-2026-7-1.xml" not in changed
    assert "cap/SE-REGEX-2026-7-2.xml" in changed
    assert changed.index("2026-7/index.html") < changed.index("index.html")
    (tmp_path / "public" / "cap" / ".x.xml.1.part").write_bytes(b"<alert")
    again = PublicFolder(tmp_path / "public")
    assert again.put(site.draw([alert(bulletin(), WRONG)], SOON)) == ()
    assert list(tmp_path.rglob(".*")) == []


def test_what_could_not_be_written_is_tried_again(tmp_path: Path) -> None:
    folder = PublicFolder(tmp_path)
    (tmp_path / "index.html").mkdir()
    with pytest.raises(OSError, match=r"index\.html"):
        folder.put({"index.html": b"alert"})
    (tmp_path / "index.html").rmdir()
    assert folder.put({"index.html": b"alert"}) == ("index.html",)
