"""Which language the command speaks, and its words in that language."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from services.kit.languages import LANGUAGES, Language, language

_FOLDER = Path(__file__).parent / "locale"


def speak(code: str) -> Language:
    """Load the command's words in a language."""
    return language(code, _FOLDER)


def wished(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Find the language before the arguments are read, because their help is in it too."""
    for place, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--language":
            value = value or next(iter(arguments[place + 1 :]), "")
            if value in LANGUAGES:
                return value
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "sv" if environment[name].lower().startswith("sv") else "en"
    return "en"
