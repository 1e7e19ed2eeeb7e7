"""Asks the person at the keyboard; a script answers by options instead."""

import sys

import typer

from budkavle.terminal import Terminal
from budkavle.trouble import Trouble


class Questions:
    """Asks in the terminal, if there is somebody to answer."""

    def __init__(self, terminal: Terminal, *, anybody: bool | None = None) -> None:
        self._terminal = terminal
        self._anybody = sys.stdin.isatty() if anybody is None else anybody

    def text(self, asked: str, option: str, default: str | None = None) -> str:
        """Ask for a line; without anybody there the default counts, or the option is missing."""
        if not self._anybody:
            if default is None:
                raise Trouble("Nobody is there to be asked. Say it with {option}.", option=option)
            return default
        return str(typer.prompt(asked, default=default, show_default=bool(default))).strip()

    def secret(self, asked: str) -> str:
        """Ask for a line that is not shown, or read it from what is piped in."""
        if not self._anybody:
            return sys.stdin.readline().strip()
        return str(typer.prompt(asked, hide_input=True)).strip()

    def yes(self, asked: str, *, otherwise: bool) -> bool:
        """Ask for yes or no."""
        if not self._anybody:
            return otherwise
        sign = self._terminal.say("y")
        said = str(typer.prompt(f"{asked} [{sign}/n]", default=sign if otherwise else "n"))
        return said.strip().lower()[:1] in {sign, "y"}
