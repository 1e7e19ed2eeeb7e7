"""Follows the posts on the planner's board, from approval to numbers."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from budkavle.demo.story import Row
from budkavle.planner import Planner
from budkavle.trouble import Trouble

_LOOK_EVERY = 1.0
_LEAST_PAUSE = 0.15
_DURATION = TypeAdapter(timedelta)


class Watch:
    """Keeps the rows up to date, woken by the board's own events."""

    def __init__(self, planner: Planner, rows: Sequence[Row], changed: Callable[[], None]) -> None:
        self.rows = list(rows)
        self._planner = planner
        self._changed = changed
        self._woken = asyncio.Event()

    async def until(self, enough: Callable[[Sequence[Row]], bool], within: float) -> bool:
        """Follow until that is so; False when the time is over before."""
        listening = asyncio.create_task(self._listen())
        try:
            async with asyncio.timeout(within):
                while not enough(self.rows):
                    # A planner that is being restarted is one that comes back.
                    with contextlib.suppress(Trouble):
                        await self._look()
                    await self._next_wake()
        except TimeoutError:
            return enough(self.rows)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        return True

    async def _look(self) -> None:
        posts = {row.post for row in self.rows}
        shown = {post["id"]: post for post in await self._planner.posts() if post["id"] in posts}
        self.rows = [
            renewed(row, shown[row.post]) if row.post in shown else row for row in self.rows
        ]
        self._changed()

    async def _next_wake(self) -> None:
        await asyncio.sleep(_LEAST_PAUSE)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_EVERY):
                await self._woken.wait()
        self._woken.clear()

    async def _listen(self) -> None:
        while True:
            async for _ in self._planner.changes():
                self._woken.set()
            await asyncio.sleep(_LOOK_EVERY)


def renewed(row: Row, post: Mapping[str, Any]) -> Row:
    """Bring one row up to date with what the planner shows of its post."""
    for variant in post["variants"]:
        if variant["channel"] == row.channel:
            return replace(row, **_seen(variant))
    return row


def _seen(variant: Mapping[str, Any]) -> dict[str, Any]:
    witness, insights = variant["witness"] or {}, variant["insights"]
    by_age = {_DURATION.validate_python(each["age"]): each["numbers"] for each in insights}
    read_at = max(by_age, default=timedelta(0))
    return {
        "state": variant["status"],
        "label": variant["status_label"],
        "url": variant["url"] or "",
        "published_at": _moment(variant["published_at"]),
        "witnessed_after": _duration(witness.get("after")),
        "unseen": bool(witness) and not witness["seen"],
        "read_at": read_at,
        "numbers": {each["name"]: each["value"] for each in by_age[read_at]} if by_age else None,
    }


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _duration(value: str | None) -> timedelta | None:
    return None if value is None else _DURATION.validate_python(value)
