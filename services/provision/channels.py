"""Reads the names of the channels; what a channel's settings mean is the publisher's business."""

import re
import tomllib
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from schemas.envelope import Name
from services.kit.unfit import Unfit

_NAME = TypeAdapter(Name)


def channel_names(path: Path) -> tuple[str, ...]:
    """List the channels of a `channels.toml`, in its order."""
    try:
        text = path.read_text()
        written = tomllib.loads(text)
    except OSError as error:
        raise Unfit(
            f"{path} cannot be read ({error.strerror}); give the right file with --channels"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unfit(f"{path} is not TOML: {error}; mend that line") from error
    if strange := sorted(set(written) - {"channels"}):
        raise Unfit(
            f"{path}, {_line(text, strange[0])}: {strange[0]!r} is not known here; "
            "a channel is a table [channels.<name>]"
        )
    channels = written.get("channels", {})
    if not isinstance(channels, dict) or not channels:
        raise Unfit(f"{path} has no channels; add a table [channels.<name>]")
    for name, settings in channels.items():
        if not isinstance(settings, dict):
            raise Unfit(
                f"{path}, {_line(text, name)}: {name!r} is not a table; "
                f"write [channels.{name}] and its settings below"
            )
        _check(path, text, name)
    return tuple(channels)


def _check(path: Path, text: str, name: str) -> None:
    try:
        _NAME.validate_python(name)
    except ValidationError as error:
        raise Unfit(
            f"{path}, {_line(text, name)}: a channel cannot be called {name!r}; use lower-case "
            "letters, digits and dashes, 63 at most, not starting with a dash"
        ) from error


def _line(text: str, word: str) -> str:
    """Say where a key stands; TOML's reader tells lines only of its own errors."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(rf"(^|[\s\[.\"']){re.escape(word)}($|[\s\].\"'=])", line.split("#")[0]):
            return f"line {number}"
    return "somewhere"
