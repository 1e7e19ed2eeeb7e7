"""The words of the pages in the reader's language."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("sv", "en")
_FOLDER = Path(__file__).parent / "locale"


def language_for(accept_language: str) -> str:
    """The language of ours that the reader likes best; Swedish if none is named."""
    wishes: list[tuple[float, str]] = []
    for wish in accept_language.split(","):
        name, _, weight = wish.strip().partition(";q=")
        try:
            liked = float(weight or 1)
        except ValueError:
            continue
        wishes.append((-liked, name.partition("-")[0].lower()))
    wishes.sort(key=lambda wish: wish[0])
    return next((name for _, name in wishes if name in LANGUAGES), LANGUAGES[0])


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; English is what the templates say themselves."""
    path = _FOLDER / language / "simulator.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)
