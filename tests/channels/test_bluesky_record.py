"""A delivery has one place, and its words are marked where readers expect it."""

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.posts import Content
from services.publisher.channels.bluesky.record import mentions, record, record_key
from services.publisher.channels.wording import with_link
from tests.channels.builders import content, picture_file

AT = datetime(2026, 11, 23, 17, 30, 0, 123456, tzinfo=UTC)


def marked(text: str, **more: Any) -> list[tuple[bytes, str]]:
    """Cut the marked bytes out of the text, each with what it leads to."""
    made = record(content(text, **more), [], AT)
    said = made["text"].encode()
    found = []
    for facet in made.get("facets", []):
        [feature] = facet["features"]
        index = facet["index"]
        leads_to = feature.get("uri") or f"#{feature['tag']}"
        found.append((said[index["byteStart"] : index["byteEnd"]], leads_to))
    return found


@given(st.uuids())
def test_a_place_has_the_form_that_servers_take(post: Any) -> None:
    key = record_key(str(post))
    assert re.fullmatch(r"[234567abcdefghij][234567a-z]{12}", key)
    assert record_key(str(post)) == key


def test_places_are_older_than_anything_that_other_programs_write() -> None:
    signs = "234567abcdefghijklmnopqrstuvwxyz"
    for _ in range(2000):
        number = 0
        for sign in record_key(str(uuid4())):
            number = number * 32 + signs.index(sign)
        moment = datetime.fromtimestamp((number >> 10) / 1_000_000, UTC)
        assert 2001 <= moment.year < 2019


def test_places_do_not_meet() -> None:
    assert len({record_key(str(uuid4())) for _ in range(20_000)}) == 20_000


def test_links_and_tags_are_marked_by_bytes() -> None:
    text = "Åk hit 👩🏽‍⚕️: https://exempel.se/å?b=1#c, eller läs #Vårdköer. #1"
    assert marked(text) == [
        ("https://exempel.se/å?b=1#c".encode(), "https://exempel.se/å?b=1#c"),
        ("#Vårdköer".encode(), "#Vårdköer"),
    ]


def test_the_link_is_put_after_the_text_and_marked() -> None:
    address = "https://www.regionsolviken.example/hander"
    assert marked("Tvätta händerna.", link=address) == [(address.encode(), address)]
    assert with_link(content("Tvätta.", link=address)) == f"Tvätta.\n\n{address}"
    assert with_link(content(f"Se {address} nu", link=address)) == f"Se {address} nu"


def test_a_link_without_a_picture_has_a_card() -> None:
    made = record(content("Läs.", link="https://a.example/b", title="Om influensa"), [], AT)
    card = {"uri": "https://a.example/b", "title": "Om influensa", "description": ""}
    assert made["embed"] == {"$type": "app.bsky.embed.external", "external": card}
    untitled = record(content("Läs.", link="https://a.example/b"), [], AT)
    assert untitled["embed"]["external"]["title"] == "a.example"


def test_pictures_carry_their_words_and_shape() -> None:
    file = picture_file("En röd fyrkant.")
    made = record(content("Se.", link="https://a.example"), [(file.picture, {"ref": 1})], AT)
    [image] = made["embed"]["images"]
    assert image == {
        "image": {"ref": 1},
        "alt": "En röd fyrkant.",
        "aspectRatio": {"width": 40, "height": 30},
    }


def test_the_moment_is_written_as_the_protocol_wants_it() -> None:
    made = record(Content(text="Hej", language="en"), [], AT)
    assert made["createdAt"] == "2026-11-23T17:30:00.123Z"
    assert made["langs"] == ["en"]
    assert "facets" not in made
    assert "embed" not in made


@pytest.mark.parametrize("text", ["a#b", "&#39;", "##x", "https://a.example/#x", "#123"])
def test_what_only_looks_like_a_tag_is_left_alone(text: str) -> None:
    assert not [leads_to for _, leads_to in marked(text) if leads_to.startswith("#")]


def test_names_are_marked_where_somebody_is_behind_them() -> None:
    text = "Åk med @Regionen.TEST, ring @ingen.test, skriv till hej@regionen.test. @regionen.test."
    assert mentions(text) == ["regionen.test", "ingen.test"]
    made = record(content(text), [], AT, {"regionen.test": "did:plc:region"})
    said = made["text"].encode()
    marks = [
        (said[facet["index"]["byteStart"] : facet["index"]["byteEnd"]], facet["features"])
        for facet in made["facets"]
    ]
    leads = [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:region"}]
    assert marks == [(b"@Regionen.TEST", leads), (b"@regionen.test", leads)]


def test_what_stands_in_an_address_is_no_name() -> None:
    text = "https://social.test/@regionen.test och @a.b"
    assert mentions(text) == ["a.b"]
    made = record(content(text), [], AT, {"regionen.test": "did:plc:region"})
    assert [facet["features"][0]["$type"] for facet in made["facets"]] == [
        "app.bsky.richtext.facet#link"
    ]


def test_a_text_full_of_names_is_not_asked_about_for_ever() -> None:
    assert len(mentions(" ".join(f"@namn{number}.test" for number in range(50)))) == 10
