"""Pauses and resumes publishing from the terminal, and lists what waits for a decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from budkavle.folder import Folder
from budkavle.planner import Planner
from budkavle.ports import Ports
from budkavle.terminal import Terminal, command_in
from budkavle.trouble import Trouble


@dataclass(frozen=True, slots=True)
class Scope:
    """What a pause is about: everything, one channel, or one label."""

    channel: str | None = None
    label: str | None = None

    def said(self) -> dict[str, str]:
        """Write it as the planner takes it."""
        match self.channel, self.label:
            case None, None:
                return {"scope": "all"}
            case str(channel), None:
                return {"scope": "channel", "name": channel}
            case None, str(label):
                return {"scope": "label", "name": label}
            case _:
                raise Trouble("Pause a channel or a label, not both at once.")

    @property
    def options(self) -> str:
        """Write it as a command takes it."""
        named = {"--channel": self.channel, "--label": self.label}
        return "".join(f" {option} {name}" for option, name in named.items() if name is not None)


async def pause(
    terminal: Terminal, folder: Folder, ports: Ports, scope: Scope, why: str, person: str
) -> int:
    """Hold back what comes due, and say what is paused then."""
    async with _planner(terminal, folder, ports, person) as planner:
        shown = await planner.pause({**scope.said(), "why": why})
    _say_pauses(terminal, shown)
    terminal.line(
        "What comes due meanwhile is held. Resume with: {command}",
        command=command_in(folder.root, f"resume{scope.options}"),
    )
    return 0


async def resume(
    terminal: Terminal, folder: Folder, ports: Ports, scope: Scope, person: str
) -> int:
    """Lift a pause and list what it has held; 1 when that needs a person."""
    async with _planner(terminal, folder, ports, person) as planner:
        seen = await planner.publishing()
        shown = await planner.resume(scope.said(), seen["version"])
    _say_pauses(terminal, shown)
    for held in shown["held"]:
        terminal.bad(
            "Held: {title} in {channel}. {remedy}",
            title=held["title"],
            channel=held["channel_title"],
            remedy=held["problem"]["remedy"],
        )
    if not shown["held"]:
        terminal.good("Nothing was held.")
        return 0
    terminal.line("Nothing of it goes out by itself. Decide on each:")
    terminal.pairs({terminal.say("Held posts"): f"{ports.url('planner')}/publishing"})
    return 1


def _planner(terminal: Terminal, folder: Folder, ports: Ports, person: str) -> Planner:
    return Planner(ports.url("planner"), folder.token_of(person), terminal.say.code)


def _say_pauses(terminal: Terminal, shown: Mapping[str, Any]) -> None:
    for each in shown["pauses"]:
        terminal.line(
            "Paused: {what} – {why} ({person})",
            what=each["label"],
            why=each["why"],
            person=each["by"],
        )
    if hold := shown.get("hold"):
        terminal.bad(
            "Normal posts are held for an alert: {why} ({person}). The duty officer releases them.",
            why=hold["why"],
            person=hold["by"],
        )
    elif not shown["pauses"]:
        terminal.good("Nothing is paused.")
