"""Reads `channels.toml` strictly and makes the channels it names, without touching the network."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from schemas.envelope import Name
from services.kit.unfit import Unfit
from services.publisher.channels.entry import Entry, Making, Secrets
from services.publisher.channels.kinds import KINDS, entry_of
from services.publisher.domain.rules import Timing
from services.publisher.ports import Channel


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    channels: dict[Name, dict[str, Any]] = Field(min_length=1)


def read_channels(path: Path) -> dict[str, Entry]:
    """Read the file; `Unfit` with one sentence that says what to mend."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise Unfit(
            f"{path} cannot be read ({why}); write the organisation's channels there"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise Unfit(f"{path} is not TOML: {error}") from error
    try:
        tables = _File.model_validate(written).channels
    except ValidationError as error:
        raise Unfit(f"{path}: {_misplaced(_worst(error))}") from error
    return {name: _entry(f"{path}: [channels.{name}]", table) for name, table in tables.items()}


def make_channels(
    entries: Mapping[str, Entry],
    secrets: Secrets,
    data: Path,
    *,
    answer_within: timedelta,
    language: str = "sv",
    zone: str = "Europe/Stockholm",
) -> dict[str, Channel]:
    """Make every channel; each newsroom gets a folder of its own in `data`."""
    return {
        name: entry.make(Making(name, data / name, answer_within, language, zone, secrets))
        for name, entry in entries.items()
    }


def refuse_unsafe(timing: Timing, channel: Channel) -> None:
    """Refuse a channel that would be looked up before its posts can be read back."""
    answering = channel.answer_safety or channel.repeat_safety
    for fault in timing.faults(max(channel.repeat_safety.lag, answering.lag)):
        raise Unfit(f"the channel {channel.name}: {fault}")


def _entry(place: str, table: Mapping[str, Any]) -> Entry:
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        said = "is of an unknown kind" if "kind" in table else "has no kind"
        raise Unfit(f"{place} {said}; choose one of: {', '.join(KINDS)}")
    model = entry_of(kind)
    try:
        return model.model_validate(table)
    except ValidationError as error:
        raise Unfit(f"{place} {_misfit(_worst(error), model)}") from error


def _worst(error: ValidationError) -> ErrorDetails:
    """A misspelt key explains what is missing; the other way round helps nobody."""
    problems = error.errors(include_url=False)
    return min(problems, key=lambda problem: problem["type"] != "extra_forbidden")


def _misplaced(problem: ErrorDetails) -> str:
    """Say what is wrong with a file that is not a list of tables."""
    place = [str(part) for part in problem["loc"]]
    if len(place) == 1:
        return (
            f"unknown key {place[0]}; only tables like [channels.newsroom] belong here"
            if problem["type"] == "extra_forbidden"
            else "it names no channel; write at least one table like [channels.newsroom]"
        )
    if place[-1] == "[key]":
        return f"the name {place[-2]} has to be at most 63 lower-case letters, digits and dashes"
    return f"[{'.'.join(place)}] is not a table of settings"


def _misfit(problem: ErrorDetails, model: type[Entry]) -> str:
    """Say what is wrong in a table."""
    key = ".".join(map(str, problem["loc"]))
    known = ", ".join(model.model_fields)
    why = problem["msg"].removeprefix("Value error, ")
    return {
        "extra_forbidden": f"has an unknown key {key}; the keys of its kind are {known}",
        "missing": f"has no {key}; write it",
    }.get(problem["type"], f"{key}: {why}" if key else f"does not fit together: {why}")
