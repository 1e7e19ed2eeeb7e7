"""Swedish and English for people: gettext catalogues read straight from their `.po` files."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("sv", "en")
_CODES = Path(__file__).parents[2] / "schemas" / "locale"


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the interface. English is what the code says; other texts are looked up."""

    code: str
    catalogue: Mapping[str, str] = field(repr=False)

    def __call__(self, text: str, **values: object) -> str:
        """Say an English text in this language, with its `{values}` filled in."""
        said = self.catalogue.get(text) or text
        return said.format(**values) if values else said


@cache
def language(code: str, *folders: Path) -> Language:
    """Load a language from `locale` folders; the codes' own sentences are always there."""
    catalogue: dict[str, str] = {}
    for folder in (_CODES, *folders):
        path = folder / f"{code}.po"
        if path.exists():
            with path.open("rb") as file:
                for message in read_po(file, locale=code):
                    if isinstance(message.id, str) and message.id and message.string:
                        catalogue[message.id] = str(message.string)
    return Language(code, catalogue)


def preferred(accept_language: str, offered: Iterable[str] = LANGUAGES) -> str:
    """Choose the language of an `Accept-Language` header; Swedish when it asks for neither."""
    choices = tuple(offered)
    wishes = []
    for place, part in enumerate(accept_language.split(",")):
        found = re.match(r"\s*([a-zA-Z]{2,3})[^;]*(?:;\s*q=([0-9.]+))?", part)
        if found and found[1].lower() in choices:
            wishes.append((-float(found[2] or 1), place, found[1].lower()))
    return min(wishes)[2] if wishes else choices[0]
