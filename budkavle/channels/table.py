"""Tables of `channels.toml`, added and taken away without touching anything else in the file."""

import json
import re
import shutil
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from budkavle.trouble import Trouble

_HEADER = re.compile(r"\s*\[")


def read(path: Path) -> dict[str, dict[str, Any]]:
    """Read the channels' tables; what their keys mean is the publisher's business."""
    try:
        return _channels(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Trouble(
            "There is no system in {folder} yet. Start one: budkavle up", folder=path.parent
        ) from error
    except (OSError, ValueError) as error:
        raise Trouble("{path} cannot be read: {why}", path=path, why=error) from error


def added(text: str, name: str, values: Mapping[str, str]) -> str:
    """Give the file with one table more, at its end; values are written as TOML writes them."""
    keys = "\n".join(f"{key} = {value}" for key, value in values.items())
    fresh = f"{text.rstrip()}\n\n[channels.{name}]\n{keys}\n".lstrip()
    try:
        now = _channels(fresh)
    except ValueError as error:
        raise Trouble("That makes no TOML: {why}", why=error) from error
    if {key: table for key, table in now.items() if key != name} != _channels(text):
        raise Trouble("A value may not bring other tables with it.")
    return fresh


def removed(text: str, name: str) -> str:
    """Give the file without one table. Comments above the next table stay with that one."""
    lines = text.splitlines(keepends=True)
    heads = [number for number, line in enumerate(lines) if _HEADER.match(line)]
    kept = lines[: heads[0]] if heads else lines
    ours = re.compile(rf"""\s*\[\s*channels\s*\.\s*(["']?){re.escape(name)}\1\s*[].]""")
    for begin, end in pairwise([*heads, len(lines)]):
        block = lines[begin:end]
        kept += _end_of(block) if ours.match(block[0]) else block
    fresh = "".join(kept).rstrip() + "\n"
    others = {key: table for key, table in _channels(text).items() if key != name}
    try:
        well = _channels(fresh) == others
    except ValueError:
        well = False
    if not well:
        raise Trouble(
            "The table of {name} is written in an unusual way: take it out by hand.", name=name
        )
    return fresh


def put(path: Path, text: str) -> None:
    """Put the file in place whole; what stood there before is kept beside it."""
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(text, encoding="utf-8")
    if path.exists():
        shutil.copy2(path, path.with_name(f"{path.name}.before"))
    draft.replace(path)


def spelt(value: str) -> str:
    """Write a text as TOML writes it, which is as JSON does."""
    return json.dumps(value, ensure_ascii=False)


def _end_of(block: list[str]) -> list[str]:
    """Give the comments and empty lines that a table ends with."""
    last = max(n for n, line in enumerate(block) if line.strip() and line.lstrip()[0] != "#")
    return block[last + 1 :]


def _channels(text: str) -> dict[str, dict[str, Any]]:
    channels = tomllib.loads(text).get("channels", {})
    if not isinstance(channels, dict) or not all(isinstance(t, dict) for t in channels.values()):
        raise ValueError("[channels] holds something else than tables")
    return channels
