"""What waits, what goes out next, and what needs a person."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from budkavle.folder import Folder
from budkavle.planner import Planner
from budkavle.ports import Ports
from budkavle.terminal import Terminal

_BACK, _AHEAD = timedelta(days=7), timedelta(days=92)
_MOST_NEXT = 5

Post = Mapping[str, Any]
Variant = Mapping[str, Any]


async def status(terminal: Terminal, folder: Folder, ports: Ports, person: str) -> int:
    """Say it; 1 when something needs a person."""
    now = datetime.now(UTC)
    token = folder.token_of(person)
    async with Planner(ports.url("planner"), token, terminal.say.code) as planner:
        stretch = {"from": _written(now - _BACK), "to": _written(now + _AHEAD)}
        posts = await planner.posts(**stretch)
        channels = await planner.channels()
        parked = await planner.parked()
    _say_waiting(terminal, posts)
    _say_next(terminal, posts, now)
    wrong = list(_wrong(posts))
    for post, variant in wrong:
        terminal.bad(
            "{title} in {channel}: {state}. {next}",
            title=post["title"],
            channel=variant["channel"],
            state=variant["status_label"],
            next=variant["next_step"]["sentence"],
        )
    for channel in channels:
        if not channel.ready:
            terminal.bad("{name} is not ready: {why}", name=channel.name, why=channel.why)
        if channel.warning:
            terminal.bad("{name}: {words}", name=channel.name, words=channel.warning)
    for message in parked:
        terminal.bad(
            "{detail} {remedy}", **{k: message["problem"][k] for k in ("detail", "remedy")}
        )
    well = all(channel.ready and not channel.warning for channel in channels)
    if wrong or parked or not well:
        return 1
    terminal.good("Nothing needs a person.")
    return 0


def _say_waiting(terminal: Terminal, posts: list[Post]) -> None:
    for post in posts:
        if post["state"] == "submitted":
            terminal.line(
                "Waits for approval: {title} ({person})",
                title=post["title"],
                person=", ".join(post["authors"]),
            )


def _say_next(terminal: Terminal, posts: list[Post], now: datetime) -> None:
    coming = sorted(
        (variant["out_at"]["local"], variant["channel"], post["title"])
        for post in posts
        for variant in post["variants"]
        if variant["status"] in {"approved", "scheduled", "waiting"}
        and variant["out_at"]
        and datetime.fromisoformat(variant["out_at"]["instant"]) > now
    )
    for local, channel, title in coming[:_MOST_NEXT]:
        terminal.line(
            "Goes out {time}: {title} in {channel}",
            time=local.replace("T", " ")[:16],
            title=title,
            channel=channel,
        )
    if len(coming) > _MOST_NEXT:
        terminal.line("… and {count} more.", count=len(coming) - _MOST_NEXT)


def _wrong(posts: list[Post]) -> Iterator[tuple[Post, Variant]]:
    for post in posts:
        for variant in post["variants"]:
            if variant["needs_person"]:
                yield post, variant


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
