"""What needs no server: lengths, HTML, image headers, and an audience that can be repeated."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from simulator.engagement import Audience
from simulator.images import Kind, recognise
from simulator.posts import Post
from simulator.rules import Faults, Rule
from simulator.text import as_html, hashtags, length
from simulator.words import language_for, translations
from tests.simulator.running import ROOT, png

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", 0),
        ("åäö", 3),
        ("a\u030a", 1),
        ("👩‍👩‍👧", 1),
        ("👍🏽", 1),
        ("🇸🇪🇳🇴", 2),
        ("https://a.se", 23),
        ("Se https://exempel.se/en/mycket/lång/adress?med=frågor.", 3 + 23 + 1),
        ("@anna@exempel.se hej", 9),
    ],
)
def test_a_text_is_as_long_as_mastodon_says(text: str, counted: int) -> None:
    assert length(text) == counted


def test_html_of_a_post_holds_only_tags_of_ours() -> None:
    html = as_html('<b>Hej</b>\n"du"\n\nhttps://a.se/?x=1&y="2. #Tagg', "http://sim")

    assert "<b>" not in html
    assert html.startswith('<p>&lt;b&gt;Hej&lt;/b&gt;<br />"du"</p><p>')
    assert 'href="https://a.se/?x=1&amp;y="' in html
    assert hashtags("#Tagg #tagg2 #Tagg nr#3 #12") == ["Tagg", "tagg2"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (png(7, 5), Kind("image/png", 7, 5)),
        (b"GIF89a\x07\x00\x05\x00", Kind("image/gif", 7, 5)),
        (
            b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x05\x00\x07",
            Kind("image/jpeg", 7, 5),
        ),
        (
            b"RIFF....WEBPVP8X\x0a\0\0\0\0\0\0\0\x06\0\0\x04\0\0",
            Kind("image/webp", 7, 5),
        ),
        (b"<svg></svg>", None),
        (b"", None),
        (b"\x89PNG\r\n\x1a\n", None),
        (b"\xff\xd8\xff\xe0\xff", None),
        (b"GIF89a\0\0\0\0", None),
    ],
)
def test_an_image_is_known_by_its_bytes(content: bytes, kind: Kind | None) -> None:
    assert recognise(content) == kind


def _post(text: str, post_id: str = "3200") -> Post:
    return Post(post_id, "mastodon", "regionen", text, text, NOON, NOON)


def test_engagement_begins_at_zero_and_never_shrinks() -> None:
    audience = Audience(7, 1.0, ZoneInfo("Europe/Stockholm"))
    for n in range(20):
        post = _post(f"Inlägg {n}")
        seen = [audience.response(post, NOON + timedelta(minutes=20 * k)) for k in range(200)]
        for name in ("favourites", "reblogs"):
            numbers = [getattr(response, name) for response in seen]
            assert numbers[0] == 0
            assert numbers == sorted(numbers)
            assert numbers[-1] > 0
        comments = [response.comments for response in seen]
        assert comments[0] == ()
        assert all(b[: len(a)] == a for a, b in pairwise(comments))


def test_the_same_seed_meets_the_same_people_and_speed_only_brings_them_sooner() -> None:
    zone = ZoneInfo("Europe/Stockholm")
    slow, fast, other = Audience(7, 1, zone), Audience(7, 60, zone), Audience(8, 1, zone)
    post, hour = _post("Hej"), timedelta(hours=1)

    assert slow.response(post, NOON + hour * 9) == slow.response(_post("Hej"), NOON + hour * 9)
    at_speed = fast.response(post, NOON + timedelta(minutes=9))
    in_time = slow.response(post, NOON + hour * 9)
    assert (at_speed.favourites, at_speed.reblogs) == (in_time.favourites, in_time.reblogs)
    assert [c.text for c in at_speed.comments] == [c.text for c in in_time.comments]
    assert other.response(post, NOON + hour * 9) != in_time


def test_a_rule_strikes_its_share_the_same_way_every_time() -> None:
    def struck() -> list[bool]:
        faults = Faults(seed=3)
        faults.add(
            Rule.model_validate(
                {
                    "method": "POST",
                    "path": "/m",
                    "share": 0.35,
                    "effect": {"kind": "status", "status": 503},
                }
            )
        )
        return [faults.outer("POST", "/m/x", "") is not None for _ in range(1000)]

    assert struck() == struck()
    assert 300 < sum(struck()) < 400


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "sv"), ("en-GB,en;q=0.9", "en"), ("de,en;q=0.5,sv;q=0.8", "sv"), ("de;q=x", "sv")],
)
def test_a_page_is_in_the_language_that_the_reader_likes_best(header: str, language: str) -> None:
    assert language_for(header) == language


def test_every_phrase_of_the_pages_has_its_swedish() -> None:
    pages = (ROOT / "simulator" / "templates").glob("*.html")
    source = "".join(page.read_text(encoding="utf-8") for page in pages)
    phrases = set(re.findall(r'\b_\("([^"]+)"\)', source))
    plurals = re.findall(r'ngettext\("([^"]+)", "([^"]+)"', source)
    swedish = translations("sv")

    assert len(phrases) > 10
    assert [phrase for phrase in phrases if swedish.gettext(phrase) == phrase] == []
    assert all(swedish.ngettext(one, many, 2) not in (one, many) for one, many in plurals)
