"""The simulator as the demo sees it: the judge's record, and faults on demand."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

from budkavle.client import Client
from budkavle.trouble import Trouble

_WITHIN = 5.0


@dataclass(frozen=True, slots=True)
class Shown:
    """Something that the simulator has made public."""

    dialect: str
    id: str
    text: str
    again: bool
    """The same key was sent again, and nothing new was made public."""


class Simulator(Client):
    """Asks the running simulator."""

    def __init__(self, url: str) -> None:
        super().__init__(httpx.AsyncClient(base_url=url, timeout=_WITHIN, trust_env=False))

    async def shown(self) -> list[Shown]:
        """Read the record: every post that became public, and every repeated request."""
        answer = await self._ask("GET", "/record")
        lines: list[dict[str, Any]] = [json.loads(line) for line in answer.text.splitlines()]
        return [
            Shown(line["dialect"], line["id"], line["text"], line["what"] == "replayed")
            for line in lines
            if line["what"] in {"published", "replayed"}
        ]

    async def make_slow(self, text: str, seconds: float) -> int:
        """Let the one post with this text take long to be taken in; gives the rule's number."""
        rule = {
            "method": "POST",
            "path": "/mastodon/api/v1/statuses",
            "text": text,
            "count": 1,
            "effect": {"kind": "slow", "seconds": seconds},
        }
        answer = await self._ask("POST", "/faults", json=rule)
        return int(answer.json()["id"])

    async def has_struck(self, rule: int) -> bool:
        """Tell whether the slow call has come in."""
        answer = await self._ask("GET", "/faults")
        return any(each["id"] == rule and each["struck"] for each in answer.json())

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = await self._client.request(method, path, **more)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise Trouble(
                "The simulator gives no answer to {path}: {why}", path=path, why=error
            ) from error
        return answer
