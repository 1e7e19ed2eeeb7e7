"""Reads secret TOML strictly: a mistake is named by its place, never by what stands there."""

import re
import tomllib
from typing import TypeVar

from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)


class Unreadable(Exception):
    """The text is not what it should be; the message names the line and the key."""


def read_toml(text: str, model: type[M]) -> M:
    """Read the whole text, or say which line is wrong."""
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        # The parser's own sentence may quote what stands there; its place is enough.
        place = re.search(r"at (line \d+|end of document)", str(error))
        raise Unreadable(f"{place[1] if place else 'one line'}: this is not TOML") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        loc = [str(part) for part in first["loc"] if part != "[key]"]
        raise Unreadable(
            f"line {_line_of(loc, text)}, {'.'.join(loc[:3]) or 'the whole'}: "
            f"{first['msg'].removeprefix('Value error, ')}"
        ) from None


def _line_of(loc: list[str], text: str) -> int:
    """Find the line of a key such as `officers.astrid.pages`, as near as the text allows."""
    wanted = [".".join(loc[:many]) for many in range(1, len(loc) + 1)]
    table, nearest, found = "", 1, 0
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.split("=")[0].strip()
        if bare.startswith("["):
            bare = table = bare.strip("[] ")
        else:
            bare = f"{table}.{bare}".lstrip(".")
        if bare in wanted[found:]:
            nearest, found = number, wanted.index(bare) + 1
    return nearest
