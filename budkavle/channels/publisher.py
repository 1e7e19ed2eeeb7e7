"""The publisher's own program, asked about accounts: it alone knows what its channels are."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from budkavle import programs
from budkavle.programs import Plan
from budkavle.trouble import Trouble
from services.kit.unfit import CANNOT_START

_WITHIN = 90.0


@dataclass(frozen=True, slots=True)
class Said:
    """What the program said, and whether all is well: 0, 1 if not, 2 if it could not even try."""

    text: str
    status: int


@dataclass(frozen=True, slots=True)
class Publisher:
    """Asks the program of one system, in the reader's language."""

    plan: Plan
    language: str

    def kinds(self) -> list[dict[str, Any]]:
        """List every kind of channel with what it asks for."""
        said = self._ask("kinds", "--json")
        if said.status:
            raise Trouble("The publisher's program failed: {words}", words=said.text)
        return list(json.loads(said.text))

    def check(
        self, names: list[str], *, channels: Path | None = None, as_json: bool = False
    ) -> Said:
        """Ask channels whether they would take a post, with another file of channels if given."""
        return self._ask("check", *names, *(["--json"] if as_json else []), channels=channels)

    def forget(self, name: str) -> Said:
        """Let the planner know that a channel is gone."""
        return self._ask("forget", name)

    def _ask(self, *words: str, channels: Path | None = None) -> Said:
        program = programs.service(self.plan, "publisher")
        told = {"PUBLISHER_CHANNELS": str(channels)} if channels else {}
        try:
            done = subprocess.run(
                [*program.argv, *words, "--language", self.language],
                env={**program.environment, **told},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_WITHIN,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Trouble(
                "The publisher's program gave no answer within {seconds} s.", seconds=_WITHIN
            ) from error
        if done.returncode not in {0, 1, CANNOT_START}:
            raise Trouble("The publisher's program failed: {words}", words=done.stderr.strip())
        return Said((done.stdout or done.stderr).strip(), done.returncode)
