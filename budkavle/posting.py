"""Writes one post from the terminal, has it approved if wished, and follows it to the public."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from budkavle.folder import Folder
from budkavle.planner import ChannelState, Planner, Stand
from budkavle.ports import Ports
from budkavle.terminal import Terminal, command_in
from budkavle.trouble import Trouble

_TITLE_LENGTH = 80
_OUT_WITHIN = 20.0
_LOOK_EVERY = 0.3
_OVER = {
    "published",
    "corrected",
    "retracted",
    "failed",
    "expired",
    "held",
    "missed",
    "cancelled",
    "withdrawn",
}
ON_APPROVAL = "on_approval"


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to say."""

    text: str
    channels: Sequence[str]
    """Empty: all that are ready and take words alone."""
    at: str
    author: str
    approver: str | None


async def post(terminal: Terminal, folder: Folder, ports: Ports, draft: Draft) -> int:
    """Write and submit it; with an approver, follow it until it is out."""
    url, language = ports.url("planner"), terminal.say.code
    async with Planner(url, folder.token_of(draft.author), language) as author:
        stand = await author.submit(await author.draft(written(draft, await author.channels())))
        if draft.approver is None:
            terminal.good(
                "Submitted as post {post}. It waits for another person's approval:", post=stand.id
            )
            terminal.pairs({terminal.say("The week board"): url})
            return 0
        async with Planner(url, folder.token_of(draft.approver), language) as approver:
            stand = await approver.approve(await approver.post(stand.id))
        terminal.good("Approved by {person}.", person=draft.approver)
        return await _follow(terminal, author, stand, folder)


def written(draft: Draft, channels: Sequence[ChannelState]) -> dict[str, Any]:
    """Write it as the planner takes it: the same text for each channel, a title where one shows."""
    title = draft.text.strip().splitlines()[0][:_TITLE_LENGTH] if draft.text.strip() else ""
    known = {channel.name: channel for channel in channels}
    fit = (channel for channel in channels if channel.ready and not channel.needs_picture)
    names = draft.channels or [channel.name for channel in fit]
    if not names:
        raise Trouble("No channel is ready. See: budkavle doctor")
    return {
        "title": title,
        "variants": [
            {
                "channel": name,
                "text": draft.text,
                "title": title if name in known and known[name].takes_title else "",
                "publish_at": slot(draft.at),
            }
            for name in names
        ],
    }


def slot(at: str) -> str | dict[str, str]:
    """Read a time as people write it; without an offset it is the organisation's own."""
    if at == ON_APPROVAL or re.search(r"(Z|[+-]\d\d:?\d\d)$", at):
        return at
    try:
        return {"local": datetime.fromisoformat(at).isoformat(timespec="minutes")}
    except ValueError as error:
        raise Trouble(
            "{at} is not a time. Write it like 2026-11-23T18:30, or leave it out.", at=at
        ) from error


async def _follow(terminal: Terminal, planner: Planner, stand: Stand, folder: Folder) -> int:
    """Wait for what goes out now; what has a later time is only said to be planned."""
    give_up = asyncio.get_running_loop().time() + _OUT_WITHIN
    while not all(map(_told, _variants(stand))):
        if asyncio.get_running_loop().time() > give_up:
            break
        await asyncio.sleep(_LOOK_EVERY)
        stand = await planner.post(stand.id)
    for variant in _variants(stand):
        values = {"channel": variant["channel"], "state": variant["status_label"]}
        if variant["url"]:
            terminal.good("{channel}: {state} {url}", url=variant["url"], **values)
        elif variant["problem"]:
            terminal.bad("{channel}: {state}. {why}", why=variant["problem"]["detail"], **values)
        else:
            terminal.line(
                "{channel}: {state}. {next}", next=variant["next_step"]["sentence"], **values
            )
    terminal.line("Follow it with: {command}", command=command_in(folder.root, "status"))
    good = {"published", "corrected"}
    return 1 if any(each["status"] in _OVER - good for each in _variants(stand)) else 0


def _variants(stand: Stand) -> list[Mapping[str, Any]]:
    return list(stand.shown["variants"])


def _told(variant: Mapping[str, Any]) -> bool:
    later = variant["publish_at"] != ON_APPROVAL and variant["status"] == "scheduled"
    return later or variant["status"] in _OVER
