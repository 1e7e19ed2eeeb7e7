"""What every command of an officer can be told, and how its work is begun."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import typer

from budkavle.alert.acting import Desk
from budkavle.alert.officer import officer_of
from budkavle.alert.siren import Siren
from budkavle.channels.questions import Questions
from budkavle.folder import Folder
from budkavle.ports import Ports
from budkavle.terminal import DEFAULT_FOLDER, Terminal
from budkavle.trouble import Trouble

PortsOf = Callable[[Folder], Ports]

_STOPPED = 130
"""What a shell gives for a command that Ctrl-C has ended."""


@dataclass(frozen=True, slots=True)
class Options:
    """What every command of an officer asks, in the terminal's language."""

    terminal: Terminal
    ports_of: PortsOf
    person: Any
    key: Any
    url: Any
    data: Any
    sure: Any
    wait: Any
    alert: Any

    @classmethod
    def of(cls, terminal: Terminal, ports_of: PortsOf) -> "Options":
        """Write them."""
        say = terminal.say
        return cls(
            terminal,
            ports_of,
            typer.Option("--as", help=say("who you are; else as the key says")),
            typer.Option(
                "--key", envvar="BUDKAVLE_KEY", help=say("your key file; else the system's own")
            ),
            typer.Option(
                "--siren", envvar="BUDKAVLE_SIREN", help=say("the siren's address; else here")
            ),
            typer.Option(help=say("the folder of the system")),
            typer.Option("--yes", help=say("do not ask")),
            typer.Option("--wait", help=say("stay until it is out everywhere")),
            typer.Argument(help=say("its number, for example 2026-7")),
        )

    def siren(self, data: Path, person: str | None, key: Path | None, url: str | None) -> Siren:
        """Find the siren and who speaks to it."""
        folder = Folder(data)
        officer = officer_of(folder, person, key)
        here = "" if data == DEFAULT_FOLDER else f" --data {data}"
        return Siren(
            url or self.ports_of(folder).url("siren"),
            officer,
            self.terminal.say.code,
            place=f" --siren {url}" if url else here,
        )

    def run(
        self, siren: Siren, work: Callable[[Desk], Awaitable[int]], *, sure: bool, wait: bool
    ) -> None:
        """Do something at the desk, and end with its status; Ctrl-C says what it leaves behind."""
        desk = Desk(self.terminal, siren, Questions(self.terminal), sure, wait)

        async def done() -> int:
            async with siren:
                return await work(desk)

        # While a person is asked asyncio would take note of Ctrl-C, and go on waiting.
        signal.signal(signal.SIGINT, _interrupt)
        try:
            sys.exit(asyncio.run(done()))
        except (KeyboardInterrupt, typer.Abort):
            self._say_what_stays(siren)
            sys.exit(_STOPPED)

    def _say_what_stays(self, siren: Siren) -> None:
        if not siren.told:
            self.terminal.line("Stopped. Nothing has been sent.")
            return
        self.terminal.line(
            "Only this command is stopped: what you have signed goes on. Look at it:"
        )
        self.terminal.line("  {command}", command=f"budkavle alert status{siren.place}")


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def pairs(said: list[str] | None) -> dict[str, str]:
    """Read `key=value` words."""
    for each in said or []:
        if "=" not in each:
            raise Trouble("Write {said} as key=value.", said=each)
    return dict(each.split("=", 1) for each in said or [])
