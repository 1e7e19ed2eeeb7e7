"""What the newsroom's files look like, from posts alone."""

import json
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from uuid import UUID

import feedparser
import pytest
from babel.messages.pofile import read_po

from services.publisher.channels.newsroom.site import PER_PAGE, Site, pages, whole
from services.publisher.channels.prose import excerpt, paragraphs
from tests.channels.builders import AT, POST, content, item, picture_file

URL = "https://nyheter.example/rum"
SITE = Site("Region Solviken", URL, series={"har-jobbar-jag": "Här jobbar jag"})
_VOID = {"meta", "link", "img", "br"}


class Page(HTMLParser):
    """Reads a page strictly: an unclosed or unexpected tag is an error."""

    def __init__(self, made: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(made.decode())
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def every(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def meta(self, name: str) -> str | None:
        found = [m for m in self.every("meta") if name in {m.get("name"), m.get("property")}]
        return found[0]["content"] if found else None


def page_of(shown: object, name: str = "index.html") -> str:
    assert isinstance(shown, dict)
    [made] = [content for path, content in shown.items() if path.endswith(name)]
    assert isinstance(made, bytes)
    return made.decode()


def test_a_post_has_its_words_picture_time_series_and_address_on_its_page() -> None:
    file = picture_file("En filt läggs över en sovande pappa.")
    written = content(
        "Första stycket.\nNy rad.\n\nAndra stycket.",
        title="Natt på akuten",
        pictures=(file.picture,),
        link="https://www.regionsolviken.example/akuten",
    )
    shown = item(post=POST, content=written, series="har-jobbar-jag")
    [(path, made)] = SITE.post(shown).items()
    page, text = Page(made), made.decode()
    assert path == "natt-pa-akuten-0a9b2f34/index.html"
    assert "<p>Första stycket.<br>\nNy rad.</p>\n<p>Andra stycket.</p>" in text
    assert "Här jobbar jag" in text
    assert '<time datetime="2026-11-23T17:30:00Z">23 november 2026 kl. 18:30</time>' in text
    address = f"{URL}/natt-pa-akuten-0a9b2f34/"
    assert {"rel": "canonical", "href": address} in page.every("link")
    assert page.meta("og:title") == "Natt på akuten"
    assert page.meta("og:url") == address
    assert page.meta("og:image") == f"{URL}/pictures/{file.picture.digest}.png"
    [image] = page.every("img")
    assert image == {
        "src": f"../pictures/{file.picture.digest}.png",
        "alt": "En filt läggs över en sovande pappa.",
        "width": "40",
        "height": "30",
    }
    assert {"href": "https://www.regionsolviken.example/akuten"} in page.every("a")
    assert page.every("html") == [{"lang": "sv"}]
    assert {"header", "main", "footer", "nav", "article", "h1"} <= {tag for tag, _ in page.tags}
    assert page.every("a")[0] == {"class": "skip", "href": "#content"}


def test_no_page_has_a_script_or_asks_another_server_for_anything() -> None:
    shown = [
        item(number, content=content(pictures=(picture_file().picture,))) for number in range(3)
    ]
    for path, made in whole(SITE, shown).items():
        if path.endswith(".html"):
            page = Page(made)
            assert page.every("script") == []
            loaded = [image["src"] for image in page.every("img")]
            loaded += [
                link["href"] for link in page.every("link") if link["rel"] in {"stylesheet", "icon"}
            ]
            assert loaded
            assert all(address and address.startswith(("./", "../")) for address in loaded)


HOSTILE = "<script>alert(1)</script> & \"'> {{ 7*7 }} ]]> \x00\x0b javascript:alert(2)"


def test_hostile_words_stay_words_everywhere() -> None:
    alt = picture_file('" onerror="alert(3)').picture
    written = content(
        f'{HOSTILE}\n\nhttps://example.org/"onmouseover=alert(4) <img src=x>',
        title=HOSTILE,
        language='sv" onload="x',
        link="javascript:alert(5)",
        pictures=(alt,),
    )
    files = whole(Site(HOSTILE, URL), [item(content=written, series=HOSTILE)])
    for path, made in files.items():
        text = made.decode()
        assert "\x00" not in text
        assert "\x0b" not in text
        if path.endswith(".html"):
            page = Page(made)
            assert page.every("script") == []
            assert "{{ 7*7 }}" in text
            for tag, attributes in page.tags:
                assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
                assert not (attributes.get("href") or "").startswith("javascript:")
    feed = feedparser.parse(files["atom.xml"])
    assert not feed.bozo, feed.get("bozo_exception")
    assert "alert(1)" in feed.entries[0].title
    assert b"<script" not in files["atom.xml"]
    assert "<script" not in json.loads(files["feed.json"])["items"][0]["content_html"]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        (
            "Se https://a.example/x.",
            '<p>Se <a href="https://a.example/x">https://a.example/x</a>.</p>',
        ),
        (
            "(https://a.example/x_(y))",
            '<p>(<a href="https://a.example/x_(y)">https://a.example/x_(y)</a>)</p>',
        ),
        (
            "https://a.example/?a=1&b=2",
            '<p><a href="https://a.example/?a=1&amp;b=2">https://a.example/?a=1&amp;b=2</a></p>',
        ),
        ("ftp://a.example https://", "<p>ftp://a.example https://</p>"),
        ("http://[1 står fel", "<p>http://[1 står fel</p>"),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>"),
        ("a\r\n\r\n\r\nb", "<p>a</p>\n<p>b</p>"),
        ("", ""),
    ],
)
def test_text_becomes_paragraphs_with_links(text: str, made: str) -> None:
    assert paragraphs(text) == made


def test_an_excerpt_is_cut_between_words() -> None:
    assert excerpt("Ett två tre, fyra", 12) == "Ett två …"
    assert excerpt("Ett två\n\ntre", 12) == "Ett två"


def test_a_post_without_title_is_called_by_its_first_words() -> None:
    shown = item(
        post=POST, content=content("Åka av vägen? Ring 112 och berätta var du är, så hjälper vi.")
    )
    [(path, made)] = SITE.post(shown).items()
    assert path.startswith("aka-av-vagen-ring-112-och-beratta")
    assert path.endswith("-0a9b2f34/index.html")
    assert '<h1 class="unseen">Åka av vägen?' in made.decode()


def test_titles_without_letters_still_give_an_address() -> None:
    assert item(post=POST, content=content("…", title="☃")).slug == "0a9b2f34"
    long = item(post=POST, content=content(title="a" * 200)).slug
    assert len(long) < 80


def test_each_language_is_marked_where_it_stands() -> None:
    swedish, english = (
        item(0),
        item(1, content=content("Wash your hands.", title="Hands", language="en")),
    )
    arabic = item(2, content=content("اغسل يديك", title="اليدين", language="ar"))
    files = whole(SITE, [swedish, english, arabic])
    in_english = page_of({path: made for path, made in files.items() if path.startswith("hands")})
    assert '<html lang="en">' in in_english
    assert "All news" in in_english
    assert "23 November 2026, 18:31" in in_english
    in_arabic = page_of({path: made for path, made in files.items() if arabic.slug in path})
    assert '<html lang="ar">' in in_arabic
    assert '<a class="skip" href="#content" lang="sv">Hoppa till innehållet</a>' in in_arabic
    front = files["index.html"].decode()
    assert '<html lang="sv">' in front
    assert '<h2 lang="en">' in front
    assert "<h2><a" in front


@pytest.mark.parametrize("count", [0, 1, 19, 20, 39, 40, 41, 59, 60, 100])
def test_every_post_is_reached_from_the_first_page_newest_first(count: int) -> None:
    shown = [item(number) for number in range(count)]
    files = whole(SITE, shown)
    seen: list[str] = []
    path: str | None = "index.html"
    while path:
        page = Page(files[path])
        here = [link["href"] or "" for link in page.every("a")]
        slugs = [href.strip("./") for href in here]
        seen += [slug for slug in slugs if any(slug == one.slug for one in shown)]
        older = [link["href"] or "" for link in page.every("a") if link.get("rel") == "next"]
        path = f"{older[0].strip('./')}/index.html" if older else None
    assert seen == [one.slug for one in shown[::-1]]


def test_a_full_page_never_changes_again() -> None:
    shown = [item(number) for number in range(4 * PER_PAGE + 5)]
    earlier = whole(SITE, shown[: 3 * PER_PAGE])
    later = whole(SITE, shown)
    assert pages(3 * PER_PAGE) == 2
    assert earlier["pages/1/index.html"] == later["pages/1/index.html"]


def test_the_feeds_are_valid_and_name_posts_for_ever() -> None:
    file = picture_file()
    shown = [
        item(0),
        item(1, content=content("Text.", title="Två & tre", pictures=(file.picture,))),
    ]
    files = whole(SITE, shown)
    feed = feedparser.parse(files["atom.xml"])
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    assert feed.feed.title == "Region Solviken"
    assert [entry.id for entry in feed.entries] == [f"urn:uuid:{one.post}" for one in shown[::-1]]
    newest = feed.entries[0]
    assert newest.title == "Två & tre"
    assert newest.link == f"{URL}/{shown[1].slug}/"
    assert newest.published == "2026-11-23T17:31:00Z"
    assert f'src="{URL}/pictures/{file.picture.digest}.png"' in newest.content[0].value
    assert newest.content[0].language == "sv"

    told = json.loads(files["feed.json"])
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["title"] == "Region Solviken"
    assert told["feed_url"] == f"{URL}/feed.json"
    first = told["items"][0]
    assert first["id"] == str(shown[1].post)
    assert first["url"] == f"{URL}/{shown[1].slug}/"
    assert first["content_text"] == "Text."
    assert datetime.fromisoformat(first["date_published"]) == AT + timedelta(minutes=1)
    assert first["_budkavle"] == {"post": str(shown[1].post), "revision": 1}
    assert first["image"].endswith(".png")


def test_an_empty_newsroom_has_valid_feeds_and_a_first_page() -> None:
    files = whole(SITE, [])
    assert not feedparser.parse(files["atom.xml"]).bozo
    assert json.loads(files["feed.json"])["items"] == []
    assert "Inget är publicerat ännu." in files["index.html"].decode()


def test_two_newsrooms_with_the_same_posts_have_feeds_of_their_own() -> None:
    other = whole(Site("Annan", "https://annan.example"), [item()])
    ours = whole(SITE, [item()])
    assert feedparser.parse(other["atom.xml"]).feed.id != feedparser.parse(ours["atom.xml"]).feed.id


def test_asked_twice_the_site_gives_the_same_bytes() -> None:
    shown = [item(number) for number in range(25)]
    again = Site("Region Solviken", URL, series={"har-jobbar-jag": "Här jobbar jag"})
    assert whole(SITE, shown) == whole(again, shown)
    assert SITE.stamp == again.stamp
    assert SITE.stamp != Site("Region Solviken", URL).stamp


def test_every_word_of_the_pages_has_a_swedish_one() -> None:
    package = Path(__file__).parents[2] / "services" / "publisher"
    with (package / "locale" / "sv.po").open("rb") as file:
        known = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    templates = package / "channels" / "newsroom" / "templates"
    used = set()
    for path in templates.iterdir():
        for quote in ('"', "'"):
            parts = path.read_text().split(f"_({quote}")[1:]
            used |= {part.split(quote)[0] for part in parts}
    assert used
    assert used <= set(known)
    assert all(known.values())


def test_a_post_is_known_by_its_whole_id() -> None:
    one, other = UUID(int=1 << 96), UUID(int=(1 << 96) + 1)
    assert item(post=one).slug == item(post=other).slug
    assert SITE.post(item(post=one)) != SITE.post(item(post=other))
