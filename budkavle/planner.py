"""The planner's HTTP API, spoken to as any client does."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from budkavle.client import Client
from budkavle.trouble import Trouble

_WITHIN = 15.0
_TRIES = 4
_PAUSE = 0.5
_SILENCE = 40.0
"""Seconds without even a keep-alive, after which a stream of events counts as cut."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A post as the planner has answered it, with the tag that names exactly this content."""

    id: str
    etag: str
    shown: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel as the planner has heard of it."""

    name: str
    ready: bool
    why: str
    takes_title: bool
    warning: str = ""
    """What a person has to see to, though it is ready."""
    needs_picture: bool = False
    quota: str = ""
    """How many more posts it takes, in the reader's language."""


class Planner(Client):
    """One person's way to the planner."""

    def __init__(self, url: str, token: str, language: str = "en") -> None:
        self._url = url
        super().__init__(
            httpx.AsyncClient(
                base_url=f"{url}/api/v1",
                headers={"Authorization": f"Bearer {token}", "Accept-Language": language},
                timeout=_WITHIN,
                trust_env=False,
            )
        )

    async def upload(self, picture: bytes) -> str:
        """Hand in a PNG; gives the digest by which posts refer to it."""
        answer = await self._ask(
            "POST", "/pictures", content=picture, headers={"Content-Type": "image/png"}
        )
        return str(answer.json()["digest"])

    async def draft(self, post: Mapping[str, Any]) -> Stand:
        """Begin a post."""
        return _stand(await self._ask("POST", "/posts", json=post))

    async def submit(self, post: Stand) -> Stand:
        """Ask for another person's approval."""
        return _stand(await self._ask("POST", f"/posts/{post.id}/submit"))

    async def approve(self, post: Stand) -> Stand:
        """Say yes to exactly the content that was read."""
        headers = {"If-Match": post.etag}
        return _stand(await self._ask("POST", f"/posts/{post.id}/approve", headers=headers))

    async def post(self, post: str) -> Stand:
        """Read a post with everything that became of it."""
        return _stand(await self._ask("GET", f"/posts/{post}"))

    async def posts(self, **query: str) -> list[Mapping[str, Any]]:
        """List posts in the order of their times, page by page."""
        found: list[Mapping[str, Any]] = []
        while True:
            page = (await self._ask("GET", "/posts", params=query)).json()
            found += page["posts"]
            if not page["cursor"]:
                return found
            query["cursor"] = page["cursor"]

    async def parked(self) -> list[Mapping[str, Any]]:
        """List messages that were set aside."""
        return list((await self._ask("GET", "/parked")).json()["parked"])

    async def publishing(self) -> Mapping[str, Any]:
        """Read what is paused, and what that has held."""
        return dict((await self._ask("GET", "/publishing")).json())

    async def pause(self, wish: Mapping[str, str]) -> Mapping[str, Any]:
        """Hold back what comes due in a scope."""
        return dict((await self._ask("POST", "/publishing/pause", json=wish)).json())

    async def resume(self, wish: Mapping[str, str], seen: int) -> Mapping[str, Any]:
        """Lift the pause of a scope, of the pauses that were seen; gives what it has held."""
        headers = {"If-Match": f'"{seen}"'}
        answer = await self._ask("POST", "/publishing/resume", json=wish, headers=headers)
        return dict(answer.json())

    async def channels(self) -> list[ChannelState]:
        """List the channels that the publisher has told of."""
        return [
            ChannelState(
                each["channel"],
                each["ready"],
                _said(each.get("problem")),
                bool(each["limits"]["takes_title"]),
                _said(each.get("warning")),
                each["limits"]["pictures_least"] > 0,
                (each.get("quota") or {}).get("sentence", ""),
            )
            for each in (await self._ask("GET", "/channels")).json()["channels"]
        ]

    async def changes(self) -> AsyncIterator[None]:
        """Wake at every change on the board; ends when the stream is cut."""
        timeout = httpx.Timeout(_WITHIN, read=_SILENCE)
        try:
            async with self._client.stream("GET", "/events", timeout=timeout) as answer:
                if answer.status_code != 200:
                    return
                async for line in answer.aiter_lines():
                    if line.startswith("data:"):
                        yield
        except httpx.HTTPError:
            return

    async def _ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **more: Any
    ) -> httpx.Response:
        sent = dict(headers or {})
        if method != "GET":
            # The same key at every try: what was carried out already is not done again.
            sent["Idempotency-Key"] = uuid4().hex
        for number in range(1, _TRIES + 1):
            try:
                answer = await self._client.request(method, path, headers=sent, **more)
            except httpx.HTTPError as error:
                if number == _TRIES:
                    raise Trouble(
                        "The planner at {url} does not answer ({why}). Is the system running? "
                        "See: budkavle doctor",
                        url=self._url,
                        why=type(error).__name__,
                    ) from error
            else:
                if answer.status_code < 400:
                    return answer
                if answer.status_code != 503 or number == _TRIES:
                    raise _refusal(answer)
            await asyncio.sleep(_PAUSE)
        raise AssertionError("the last try always returns or raises")


def _stand(answer: httpx.Response) -> Stand:
    shown = answer.json()
    return Stand(str(shown["id"]), answer.headers.get("ETag", ""), shown)


def _said(problem: Mapping[str, Any] | None) -> str:
    problem = problem or {}
    return " ".join(str(problem[part]) for part in ("detail", "remedy") if problem.get(part))


def _refusal(answer: httpx.Response) -> Trouble:
    """Make a sentence of a problem+json answer; it is in the reader's language already."""
    try:
        said = answer.json()
        problems = said.get("errors") or [said]
        words = " ".join(
            str(each[part]) for each in problems for part in ("detail", "remedy") if each.get(part)
        )
    except (json.JSONDecodeError, AttributeError, TypeError):
        words = answer.text[:300]
    return Trouble(
        "The planner says no ({status}): {words}",
        status=answer.status_code,
        words=words,
    )
