"""Asks accounts whether they would take a post of ours now, without publishing anything."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from schemas.channels import Limits, Quota
from schemas.codes import WORDS, Code
from schemas.envelope import now
from services.kit.languages import Language
from services.kit.unfit import Unfit
from services.publisher.channels.config import read_channels, refuse_unsafe
from services.publisher.channels.entry import Entry, Making
from services.publisher.ports import Channel, Readiness
from services.publisher.settings import Settings

_WITHIN = 60.0
"""Seconds for one channel; each of its calls has a shorter limit of its own."""


class Probe(BaseModel):
    """How one channel is."""

    channel: str
    kind: str
    title: str
    url: str = ""
    made: bool = True
    """Whether its table and its token can be used at all; a publisher does not start without."""
    ready: bool
    code: Code | None = None
    said: str = ""
    """Why it is not ready and what to do, in the reader's language."""
    limits: Limits | None = None
    quota: Quota | None = None
    token_ends: datetime | None = None
    lacks: str = ""
    """What the token does not allow that no post needs, as the platform names it."""
    unasked: str = ""
    """What shows only when a post goes out, in the reader's language."""


async def probe_channels(settings: Settings, names: list[str], speech: Language) -> list[Probe]:
    """Ask these channels, or all of them."""
    entries = _chosen(settings.channels, names)
    return await asyncio.gather(
        *(_probe(name, entry, settings, speech) for name, entry in entries.items())
    )


def told(probe: Probe, speech: Language) -> Iterator[str]:
    """Say how a channel is, line by line."""
    mark = "✓" if probe.ready else "✗"
    well = speech("ready") if probe.ready else speech("not ready")
    yield f"{mark} {probe.channel} – {probe.title} ({probe.kind}): {well}"
    if probe.said:
        yield f"  {probe.said}"
    if probe.ready and probe.url:
        yield f"  {probe.url}"
    if probe.ready and probe.limits:
        yield f"  {_limits(probe.limits, speech)}"
    if probe.lacks:
        yield "  " + speech(
            "Comments are left alone until the token allows: {lacks}", lacks=probe.lacks
        )
    if probe.quota:
        yield f"  {_quota(probe.quota, speech)}"
    if probe.ready and probe.unasked:
        yield f"  {probe.unasked}"
    if probe.token_ends:
        days = max(0, (probe.token_ends - now()).days)
        date = f"{probe.token_ends:%Y-%m-%d}"
        yield "  " + speech(
            "The token stops working {date}; days left: {days}.", date=date, days=days
        )


def _chosen(path: Path, names: list[str]) -> Mapping[str, Entry]:
    entries = read_channels(path)
    if unknown := [name for name in names if name not in entries]:
        raise Unfit(f"{path} has no channel {unknown[0]}; it has: {', '.join(entries)}")
    return {name: entries[name] for name in names or entries}


async def _probe(name: str, entry: Entry, settings: Settings, speech: Language) -> Probe:
    kind = str(getattr(entry, "kind", ""))
    try:
        channel = entry.make(_making(name, settings))
        refuse_unsafe(settings.timing, channel)
    except Unfit as unfit:
        return Probe(
            channel=name, kind=kind, title=entry.title, made=False, ready=False, said=str(unfit)
        )
    try:
        readiness = await _asked(channel)
    finally:
        await channel.close()
    return Probe(
        channel=name,
        kind=kind,
        title=entry.title,
        url=channel.url,
        ready=readiness is not None and readiness.code is None,
        **_known(readiness, channel, entry, speech),
    )


async def _asked(channel: Channel) -> Readiness | None:
    try:
        async with asyncio.timeout(_WITHIN):
            return await channel.check()
    except TimeoutError:
        return None


def _known(
    readiness: Readiness | None, channel: Channel, entry: Entry, speech: Language
) -> dict[str, Any]:
    if readiness is None:
        nothing = Limits(characters=None, pictures=0)
        readiness = Readiness(nothing, Code.CHANNEL_UNREACHABLE, {"channel": channel.title})
    said = ""
    if readiness.code is not None:
        words, values = WORDS[readiness.code], readiness.parameters or {}
        said = f"{speech(words.sentence, **values)} {speech(words.remedy, **values)}"
    return {
        "code": readiness.code,
        "said": said,
        "limits": readiness.limits,
        "lacks": readiness.lacks,
        "quota": readiness.quota,
        "token_ends": readiness.token_ends or entry.token_gone_at,
        "unasked": speech(entry.guide.unasked) if entry.guide.unasked else "",
    }


def _making(name: str, settings: Settings) -> Making:
    return Making(
        name,
        settings.data / name,
        settings.answer_within,
        settings.language,
        settings.zone,
        settings,
    )


def _limits(limits: Limits, speech: Language) -> str:
    if limits.characters is None:
        return speech("Any length; pictures: {pictures}.", pictures=limits.pictures)
    return speech(
        "At most {characters} characters; pictures: {pictures}.",
        characters=limits.characters,
        pictures=limits.pictures,
    )


def _quota(quota: Quota, speech: Language) -> str:
    hours = f"{quota.per / timedelta(hours=1):g}"
    return speech(
        "Posts left: {left} of {of} in {hours} hours.", left=quota.left, of=quota.of, hours=hours
    )
