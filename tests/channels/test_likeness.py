"""Texts are recognised whatever a platform makes of them, and not confused with others."""

import pytest

from services.publisher.channels.calls import Unexpected
from services.publisher.channels.likeness import begins_alike, ours_among, without_markup
from tests.channels.builders import parcel, sought


@pytest.mark.parametrize(
    "html",
    [
        "<p>Frågor &amp; svar om vaccin</p>",
        "<p>Frågor &amp; svar<br>om vaccin</p><p>Mer text</p>",
        "<p>Fra\u030agor   &#38; svar\nom vaccin #<span>Vaccin</span></p>",
        "<p>Frågor &amp; svar</p><p>om vaccin</p>",
        "<p>Fr<span>åg</span>or &amp; svar om vaccin",
    ],
)
def test_markup_spaces_and_composition_make_no_difference(html: str) -> None:
    assert begins_alike(without_markup(html), "Frågor & svar om vaccin")


@pytest.mark.parametrize("shown", ["", "Mer: Frågor & svar", "frågor & svar", "Frågor"])
def test_other_words_are_other_words(shown: str) -> None:
    assert not begins_alike(shown, "Frågor & svar")


def test_no_words_are_like_nothing() -> None:
    assert not begins_alike("Vad som helst", "  ")


OURS = sought(parcel("Mottagningen flyttar till plan fyra. Välkommen in."))


@pytest.mark.parametrize(
    "after",
    [
        "",
        "\n\nhttps://www.1177.se/",
        "\n\nFilm: En älg: den går.",
        "\n\nVideo: An elk",
        "\n\nhttps://www.1177.se/ Film: En älg. Film: igen",
    ],
)
def test_what_we_put_after_a_text_makes_it_no_other(after: str) -> None:
    told = [(1, f"Mottagningen flyttar till plan fyra. Välkommen in.{after}")]
    assert ours_among(told, OURS.opening, OURS.words) == 1
    changed = [(1, f"Mottagningen flyttar till plan fyra. Välkommen in. Inställt.{after}")]
    with pytest.raises(Unexpected):
        ours_among(changed, OURS.opening, OURS.words)


def test_the_oldest_of_several_is_ours_and_others_are_not() -> None:
    whole = "Mottagningen flyttar till plan fyra.  Välkommen in."
    told = [(1, "Något annat"), (2, whole), (3, whole), (4, "Mottagningen")]
    assert ours_among(told, OURS.opening, OURS.words) == 3
    assert ours_among([(1, "Något annat")], OURS.opening, OURS.words) is None


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("Mottagningen flyttar till plan fyra. Välkommen in. Eller inte.", OURS.opening),
        ("Vad som helst", " "),
    ],
)
def test_what_may_be_ours_is_no_absence(text: str, begins: str) -> None:
    with pytest.raises(Unexpected):
        ours_among([(1, text)], begins, OURS.words)
