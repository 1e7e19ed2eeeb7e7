"""Little text reaches readers as it was written, as the other side reads it."""

import pytest

from services.kit.littletext import escaped, unescaped
from simulator.linkedin.words import read

TEXTS = [
    "Vanliga ord – och ”citat”.",
    r"\ | { } @ [ ] ( ) < > # * _ ~",
    "#Tvål_och_vatten #1177 #1 ##dubbel a#b",
    "https://a.example/x_(y)?b=~#del och https://a.example/#Del",
    "namn@example.org, @regionen",
    "{hashtag|#|inte}",
    "\\#",
    "rad ett\n\nrad två\n",
    "",
]


@pytest.mark.parametrize("text", TEXTS)
def test_readers_and_look_ups_see_what_was_written(text: str) -> None:
    assert read(escaped(text)) == (text, escaped(text))
    assert unescaped(escaped(text)) == text


def test_a_tag_stays_one_and_an_address_holds_none() -> None:
    assert escaped("Om #Tvål_1") == r"Om {hashtag|\#|Tvål\_1}"
    assert "hashtag" not in escaped("https://a.example/?q=#Del")


def test_plain_text_from_somebody_else_is_read_as_it_stands() -> None:
    assert unescaped("Ett #inlägg (skrivet för hand)") == "Ett #inlägg (skrivet för hand)"
