"""How the command speaks in a terminal: sentences, addresses, and what ended."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from budkavle.supervisor import Ended
from services.kit.languages import Language

DEFAULT_FOLDER = Path(".budkavle")


class Terminal:
    """One terminal, in one language."""

    def __init__(self, say: Language, console: Console | None = None) -> None:
        self.say = say
        self.console = console or Console(highlight=False)

    def line(self, text: str, **values: object) -> None:
        """Print a sentence."""
        self.console.print(escape(self.say(text, **values)), soft_wrap=True)

    def good(self, text: str, **values: object) -> None:
        """Print a sentence that people are glad to see."""
        self.console.print(f"[green]✓[/] {escape(self.say(text, **values))}", soft_wrap=True)

    def bad(self, text: str, **values: object) -> None:
        """Print a sentence about something that is wrong."""
        self.console.print(f"[red]✗[/] {escape(self.say(text, **values))}", soft_wrap=True)

    def pairs(self, pairs: dict[str, str]) -> None:
        """Print names (already in the reader's language) with their addresses, one line each."""
        width = max(map(len, pairs))
        for name, value in pairs.items():
            # An address that is cut or folded cannot be clicked or copied.
            self.console.print(
                f"  [bold]{escape(name.ljust(width))}[/]  {escape(value)}", soft_wrap=True
            )

    def ended(self, ended: Ended) -> None:
        """Say that a program ended, and what comes next."""
        if ended.again_after is None:
            self.bad(
                "{name} cannot run until its set-up is mended: {words}",
                name=ended.name,
                words=ended.words,
            )
        else:
            self.bad(
                "{name} ended ({status}); it is started again in {seconds} s.",
                name=ended.name,
                status=ended.status,
                seconds=f"{ended.again_after:.1f}",
            )

    def leftovers(self, names: list[str]) -> None:
        """Say that programs of an earlier, killed run were found and ended."""
        self.line(
            "An earlier budkavle was killed and had left these running; they have been ended: "
            "{names}",
            names=", ".join(names),
        )


def command_in(folder: Path, rest: str) -> str:
    """Write a command that means this folder, ready to be copied."""
    return f"budkavle {rest}" if folder == DEFAULT_FOLDER else f"budkavle {rest} --data {folder}"
