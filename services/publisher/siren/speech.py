"""The siren's sentences in the reader's language."""

from pathlib import Path

from starlette.requests import Request

from services.kit.languages import Language, language, preferred

_LOCALE = Path(__file__).parents[1] / "locale"


def speak(code: str) -> Language:
    """Give a language of the siren's doors."""
    return language(code, _LOCALE)


def speech_of(request: Request) -> Language:
    """Give the language that a visitor wants: by `lang`, or as their browser says."""
    asked = request.query_params.get("lang", "") or request.headers.get("accept-language", "")
    return speak(preferred(asked))
