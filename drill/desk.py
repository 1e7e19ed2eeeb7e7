"""A client of the planner's API that outlives the planner: it asks again until it knows."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from budkavle.client import Client

_PATIENCE = 8.0
_PAUSE = 0.2
_GIVE_UP = 60.0
_NOT_NOW = {502, 503, 504}


class NoAnswer(Exception):
    """The planner gave no certain answer for so long that nobody would wait any more."""


class Refused(Exception):
    """The planner said no."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Said:
    """A 2xx answer."""

    body: Mapping[str, Any]
    etag: str


class Desk(Client):
    """People at their desks; each deed is asked for with one key, however often it takes."""

    def __init__(self, url: str, tokens: Mapping[str, str]) -> None:
        self._tokens = tokens
        super().__init__(
            httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=_PATIENCE, trust_env=False)
        )
        self.asked_again = 0

    async def ask(
        self, method: str, path: str, person: str = "anna", etag: str | None = None, **more: Any
    ) -> Said:
        """Ask until there is a certain answer."""
        headers = {"Authorization": f"Bearer {self._tokens[person]}"}
        if method != "GET":
            headers["Idempotency-Key"] = uuid4().hex
        if etag is not None:
            headers["If-Match"] = etag
        clock = asyncio.get_running_loop().time
        give_up = clock() + _GIVE_UP
        while clock() < give_up:
            try:
                answer = await self._client.request(method, path, headers=headers, **more)
            except httpx.HTTPError:
                # It may have been stored all the same; the key makes asking again harmless.
                pass
            else:
                if answer.status_code < 400:
                    return Said(answer.json(), answer.headers.get("ETag", ""))
                if answer.status_code not in _NOT_NOW:
                    raise Refused(answer.status_code, str(answer.json().get("code")))
            self.asked_again += 1
            await asyncio.sleep(_PAUSE)
        raise NoAnswer(f"{method} {path}")

    async def posts(self, **query: str) -> list[Mapping[str, Any]]:
        """List posts, page by page."""
        found: list[Mapping[str, Any]] = []
        query["limit"] = "200"
        while True:
            page = (await self.ask("GET", "/posts", params=query)).body
            found += page["posts"]
            if not page["cursor"]:
                return found
            query["cursor"] = page["cursor"]
