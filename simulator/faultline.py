"""Where requests to the platforms go wrong, before or after they are applied."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import assert_never

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator import rules
from simulator.connection import cut, gone
from simulator.door import Door
from simulator.fields import text_of

MOST_BYTES = 20 * 1024 * 1024
_MOST_WAITING = 1000
# Kept in the record where no answer left at all.
NO_ANSWER = 0
ANSWER_AS = "simulator.answer_as"
FAULT = "simulator.fault"


class FaultLine:
    """Stands before the dialects and lets the rules strike."""

    def __init__(self, app: ASGIApp, faults: rules.Faults, dialects: dict[str, Door]) -> None:
        self._app = app
        self._faults = faults
        self._dialects = dialects
        self._late: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or let it fail as the rules say."""
        dialect = self._dialect(scope)
        if dialect is None:
            await self._app(scope, receive, send)
            return
        try:
            body = await _read(receive)
        except ClientDisconnect:
            return
        if body is None:
            await dialect.error(413)(scope, receive, send)
            return
        call = _Call(self._app, dialect, scope, body, receive, send)
        text = call.text if self._faults.reads_text else ""
        effect = self._faults.outer(scope["method"], scope["path"], text)
        if effect is None:
            await call.applied(send)
            return
        scope[FAULT] = effect.kind
        await self._strike(effect, call)

    async def close(self) -> None:
        """End what was to be applied later; it was never promised."""
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)

    def _dialect(self, scope: Scope) -> Door | None:
        if scope["type"] != "http":
            return None
        for prefix, dialect in self._dialects.items():
            if scope["path"].startswith(f"{prefix}/"):
                return dialect
        return None

    async def _strike(self, effect: rules.Effect, call: "_Call") -> None:
        match effect:
            case rules.StatusBefore():
                await call.refuse(effect.kind, effect.status)
            case rules.Throttle():
                await call.refuse(effect.kind, 429, retry_after=effect.retry_after)
            case rules.AppliedThenStatus():
                call.scope[ANSWER_AS] = effect.status
                await call.applied(_unheard)
                await call.answer(call.dialect.error(effect.status))
            case rules.ResetBefore():
                await call.note(effect.kind, NO_ANSWER)
                await cut(call.scope, call.receive)
            case rules.ResetAfter():
                call.scope[ANSWER_AS] = NO_ANSWER
                await call.applied(_unheard)
                await cut(call.scope, call.receive)
            case rules.Hang():
                await call.note(effect.kind, NO_ANSWER)
                await _wait(gone(call.receive), effect.seconds)
                await cut(call.scope, call.receive)
            case rules.Slow():
                await asyncio.sleep(effect.seconds)
                await call.applied(call.send)
            case rules.Late():
                await self._apply_later(effect, call)
            case rules.ReplayStatus() | rules.Lag():
                raise AssertionError(f"{effect.kind} strikes inside a dialect")
            case _:
                assert_never(effect)

    async def _apply_later(self, effect: rules.Late, call: "_Call") -> None:
        if len(self._late) >= _MOST_WAITING:
            await call.refuse("late-full", 503)
            return

        async def apply() -> None:
            await asyncio.sleep(effect.seconds)
            await call.applied(_unheard)

        call.scope[ANSWER_AS] = NO_ANSWER
        later = asyncio.create_task(apply())
        self._late.add(later)
        later.add_done_callback(self._late.discard)
        await call.refuse(effect.kind, effect.status)


@dataclass(frozen=True)
class _Call:
    """One request with its body at hand, so that it can be applied now, later, or not."""

    app: ASGIApp
    dialect: Door
    scope: Scope
    body: bytes
    receive: Receive
    send: Send

    @property
    def text(self) -> str:
        """What the body says, for rules that look for a word and for the record."""
        return text_of(self.body, Headers(scope=self.scope).get("content-type", ""))

    async def applied(self, send: Send) -> None:
        """Let the platform do what was asked."""
        await self.app(self.scope, _replay(self.body, self.receive), send)

    async def answer(self, response: Response) -> None:
        """Send this answer to the caller."""
        await response(self.scope, self.receive, self.send)

    async def note(self, fault: str, status: int) -> None:
        """Write down that the request came and changed nothing."""
        request = Request(self.scope, _replay(self.body, self.receive))
        await self.dialect.record_request(request, self.text, status, fault)

    async def refuse(self, fault: str, status: int, *, retry_after: int | None = None) -> None:
        """Write down and answer with an error of the platform's."""
        await self.note(fault, status)
        await self.answer(self.dialect.error(status, retry_after=retry_after))


async def _read(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, then: Receive) -> Receive:
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            # Who asks again is waiting for the caller to leave, and must really wait.
            return await then()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _unheard(message: Message) -> None:
    """The answer that nobody gets."""


async def _wait(event: Awaitable[None], seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event
    except TimeoutError:
        return
