"""The platform's own append-only record: the other side of the judgement."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from drill.channels import Fleet
from drill.plans import WORDS

_PAGE = 20_000


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that the platform was asked, and what came of it."""

    at: datetime
    what: str
    channel: str
    text: str
    id: str
    called: str
    """What its address calls it."""
    fault: str

    @property
    def names(self) -> tuple[str, ...]:
        """What a platform may call the post."""
        return (self.id, self.called) if self.called else (self.id,)

    @property
    def said(self) -> str:
        """Give it as one line of a trace."""
        fault = f" ({self.fault})" if self.fault else ""
        return f"{self.at.isoformat()[11:23]} platform   {self.what} {self.id}{fault}"


class Record:
    """All lines, in order."""

    def __init__(self, channels: Fleet) -> None:
        self._channels = channels
        self._accounts = channels.accounts
        self.lines: list[Line] = []
        self._of: dict[tuple[str, str], list[Line]] = defaultdict(list)
        self._last = 0

    async def read_on(self, platform: httpx.AsyncClient) -> None:
        """Take in what was written since."""
        while True:
            answer = await platform.get("/record", params={"after": self._last, "limit": _PAGE})
            answer.raise_for_status()
            written = answer.text.splitlines()
            for text in written:
                self._take(json.loads(text))
            if len(written) < _PAGE:
                return

    def about(self, channel: str, text: str) -> Sequence[Line]:
        """List all lines about one text in one channel."""
        return self._of.get((channel, text), ())

    def shown(self, channel: str, text: str) -> list[Line]:
        """List every time that a text became public in a channel."""
        return [line for line in self.about(channel, text) if line.what == "published"]

    def standing(self, channel: str, text: str) -> list[Line]:
        """List the posts with a text that have not been removed."""
        removed = {line.id for line in self.about(channel, text) if line.what == "deleted"}
        return [line for line in self.shown(channel, text) if line.id not in removed]

    def published(self) -> list[Line]:
        """List everything that ever became public."""
        return [line for line in self.lines if line.what == "published"]

    def _take(self, said: dict[str, Any]) -> None:
        self._last = said["n"]
        account, text = said.get("account") or "", said.get("text") or ""
        ours = WORDS.search(text)
        channel = self._accounts.get(account, account)
        drilled = self._channels.get(channel) if said["what"] == "published" else None
        line = Line(
            at=datetime.fromisoformat(said["at"]),
            what=said["what"],
            channel=channel,
            # A platform may show a headline before it, and markup around it.
            text=ours[0] if ours else text,
            id=said.get("id") or "",
            called=drilled.called(said) if drilled else "",
            fault=said.get("fault") or "",
        )
        self.lines.append(line)
        self._of[line.channel, line.text].append(line)
