"""Texts are recognised whatever a platform makes of them, and not confused with others."""

import pytest

from services.publisher.channels.likeness import begins_alike, without_markup


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
