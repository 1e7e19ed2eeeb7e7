"""Reads `channels.toml` strictly and makes the channels it names, without touching the network."""

import tomllib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from schemas.envelope import Name
from services.kit.serving import Unfit
from services.kit.settings import MissingSecret
from services.publisher.channels.mastodon import MastodonChannel
from services.publisher.channels.newsroom.channel import NewsroomChannel
from services.publisher.channels.newsroom.site import Site
from services.publisher.domain.rules import Pace
from services.publisher.ports import Channel


def _web_address(address: str) -> str:
    parts = urlsplit(address)
    plain = not (parts.query or parts.fragment or parts.username)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
        raise ValueError(f"{address!r} is not a web address; write it like https://example.org")
    return address.rstrip("/")


_Address = Annotated[str, AfterValidator(_web_address)]
_FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    title: str = Field(min_length=1, max_length=100)
    per_minute: float | None = Field(default=None, gt=0)
    """The most calls in a minute by one replica; without it, as many as there are."""
    burst: int = Field(default=10, ge=1)
    """So many at once after a quiet while."""


class NewsroomEntry(_Entry):
    """The organisation's own page."""

    kind: Literal["newsroom"]
    public_url: _Address
    series: dict[Name, str] = {}
    """What readers see of a series, for example `har-jobbar-jag = "Här jobbar jag"`."""


class MastodonEntry(_Entry):
    """An account on a Mastodon server."""

    kind: Literal["mastodon"]
    base_url: _Address
    public_url: _Address | None = None
    """Where strangers reach the server, if that is not where we do."""
    token_file: _FileName | None = None


Entry = NewsroomEntry | MastodonEntry
_KINDS: dict[str, type[_Entry]] = {"newsroom": NewsroomEntry, "mastodon": MastodonEntry}


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    channels: dict[Name, Annotated[Entry, Field(discriminator="kind")]] = Field(min_length=1)


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
        return dict(_File.model_validate(written).channels)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        # A misspelt key explains what is missing; the other way round helps nobody.
        worst = min(problems, key=lambda problem: problem["type"] != "extra_forbidden")
        raise Unfit(f"{path}: {_sentence(worst)}") from error


def make_channels(
    path: Path,
    secret: Callable[[str], str],
    data: Path,
    *,
    answer_within: timedelta,
    language: str = "sv",
    zone: str = "Europe/Stockholm",
) -> dict[str, Channel]:
    """Make every channel of the file; each newsroom gets a folder of its own in `data`."""
    made: dict[str, Channel] = {}
    for name, entry in read_channels(path).items():
        match entry:
            case NewsroomEntry():
                site = Site(entry.title, entry.public_url, language, zone, entry.series)
                made[name] = NewsroomChannel(name, site, data / name)
            case MastodonEntry():
                made[name] = MastodonChannel(
                    name,
                    entry.title,
                    entry.base_url,
                    _token(name, entry.token_file or f"{name}.token", secret),
                    answer_within,
                    public_url=entry.public_url,
                )
    return made


def read_paces(path: Path) -> dict[str, Pace]:
    """Read how fast each channel may be called."""
    return {
        name: Pace(entry.per_minute, entry.burst) for name, entry in read_channels(path).items()
    }


def _token(channel: str, file: str, secret: Callable[[str], str]) -> str:
    try:
        token = secret(file)
    except MissingSecret as missing:
        said = f"the channel {channel} has no access token"
        if isinstance(missing.__cause__, FileNotFoundError):
            path = missing.__cause__.filename
            raise Unfit(f"{said}; write it to {path} and run: chmod 600 {path}") from missing
        raise Unfit(f"{said}: {missing}") from missing
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise Unfit(
            f"the access token of the channel {channel} is not one line of plain letters; "
            f"write the token alone into {file}"
        )
    return token


def _sentence(problem: ErrorDetails) -> str:
    """Say what is wrong, naming its place as it is written in the file."""
    place = [str(part) for part in problem["loc"]]
    if len(place) == 1:
        return (
            f"unknown key {place[0]}; only tables like [channels.newsroom] belong here"
            if problem["type"] == "extra_forbidden"
            else "it names no channel; write at least one table like [channels.newsroom]"
        )
    if place[-1] == "[key]":
        return f"the name {place[-2]} has to be at most 63 lower-case letters, digits and dashes"
    kinds = ", ".join(_KINDS)
    if len(place) == 2:
        said = {
            "union_tag_not_found": f"has no kind; choose one of: {kinds}",
            "union_tag_invalid": f"is of an unknown kind; choose one of: {kinds}",
        }.get(problem["type"], "is not a table of settings")
    else:
        # Pydantic puts the kind between the channel's name and its key.
        _, _, kind, *keys = place
        known = ", ".join(_KINDS[kind].model_fields)
        key = ".".join(keys)
        said = {
            "extra_forbidden": f"has an unknown key {key}; the keys of its kind are {known}",
            "missing": f"has no {key}; write it",
        }.get(problem["type"], f"{key}: {problem['msg'].removeprefix('Value error, ')}")
    return f"[{'.'.join(place[:2])}] {said}"
