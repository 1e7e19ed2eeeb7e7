"""Reads `channels.toml` strictly and makes the channels it names, without touching the network."""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from schemas.envelope import Name
from services.kit.unfit import Unfit
from services.publisher.channels.bluesky.channel import BlueskyEntry
from services.publisher.channels.entry import Entry, Making, Secrets
from services.publisher.channels.linkedin.channel import LinkedinEntry
from services.publisher.channels.mail.channel import EmailEntry
from services.publisher.channels.mastodon import MastodonEntry
from services.publisher.channels.matrix.channel import MatrixEntry
from services.publisher.channels.meta.facebook import FacebookEntry
from services.publisher.channels.meta.instagram import InstagramEntry
from services.publisher.channels.meta.threads import ThreadsEntry
from services.publisher.channels.newsroom.channel import NewsroomEntry
from services.publisher.channels.telegram import TelegramEntry
from services.publisher.channels.webhook import WebhookEntry
from services.publisher.channels.wordpress.channel import WordPressEntry
from services.publisher.channels.x.channel import XEntry
from services.publisher.domain.rules import Pace, Timing
from services.publisher.ports import Channel

AnyEntry = (
    NewsroomEntry
    | MastodonEntry
    | BlueskyEntry
    | FacebookEntry
    | InstagramEntry
    | ThreadsEntry
    | LinkedinEntry
    | WordPressEntry
    | MatrixEntry
    | EmailEntry
    | XEntry
    | TelegramEntry
    | WebhookEntry
)
"""Every platform that can be published to, in the order in which people are offered them."""

KINDS: dict[str, type[Entry]] = {
    get_args(entry.model_fields["kind"].annotation)[0]: entry for entry in get_args(AnyEntry)
}
"""What each kind's table looks like."""


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    channels: dict[Name, Annotated[AnyEntry, Field(discriminator="kind")]] = Field(min_length=1)


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
    secrets: Secrets,
    data: Path,
    *,
    answer_within: timedelta,
    language: str = "sv",
    zone: str = "Europe/Stockholm",
) -> dict[str, Channel]:
    """Make every channel of the file; each newsroom gets a folder of its own in `data`."""
    return {
        name: entry.make(Making(name, data / name, answer_within, language, zone, secrets))
        for name, entry in read_channels(path).items()
    }


def read_paces(path: Path) -> dict[str, Pace]:
    """Read how fast each channel may be called."""
    return {name: entry.pace for name, entry in read_channels(path).items()}


def read_token_ends(path: Path) -> dict[str, datetime]:
    """Read when tokens end, where an operator has written it down."""
    written = {name: entry.token_gone_at for name, entry in read_channels(path).items()}
    return {name: ends for name, ends in written.items() if ends is not None}


def refuse_unsafe(timing: Timing, channel: Channel) -> None:
    """Refuse a channel that would be looked up before its posts can be read back."""
    answering = channel.answer_safety or channel.repeat_safety
    for fault in timing.faults(max(channel.repeat_safety.lag, answering.lag)):
        raise Unfit(f"the channel {channel.name}: {fault}")


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
    kinds = ", ".join(KINDS)
    if len(place) == 2:
        said = {
            "union_tag_not_found": f"has no kind; choose one of: {kinds}",
            "union_tag_invalid": f"is of an unknown kind; choose one of: {kinds}",
        }.get(problem["type"], "is not a table of settings")
    else:
        # Pydantic puts the kind between the channel's name and its key.
        _, _, kind, *keys = place
        known = ", ".join(KINDS[kind].model_fields)
        key = ".".join(keys)
        why = problem["msg"].removeprefix("Value error, ")
        said = {
            "extra_forbidden": f"has an unknown key {key}; the keys of its kind are {known}",
            "missing": f"has no {key}; write it",
        }.get(problem["type"], f"{key}: {why}" if keys else f"does not fit together: {why}")
    return f"[{'.'.join(place[:2])}] {said}"
