"""A real web server on a free port, with pages that a test puts there."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from tests.harness.ports import free_port
from tests.harness.web import served
from tests.metrics.builders import page

Answer = Callable[[Request], Awaitable[Response]]


@dataclass
class Site:
    """What the server answers, by path, and what it was asked."""

    origin: str
    answers: dict[str, Response | Answer] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    def show(self, path: str, text: str) -> str:
        """Put a page with a text there, and give its address."""
        self.answers[path] = Response(page(text), media_type="text/html")
        return self.origin + path

    def say(self, path: str, said: object, status: int = 200) -> str:
        """Put a JSON answer there, and give its address."""
        self.answers[path] = JSONResponse(said, status)
        return self.origin + path

    def lead(self, path: str, to: str) -> str:
        """Put a redirect there, and give its address."""
        self.answers[path] = Response(status_code=302, headers={"location": to})
        return self.origin + path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.asked.append(request)
        answer = self.answers.get(request.url.path, PlainTextResponse("?", 404))
        response = answer if isinstance(answer, Response) else await answer(request)
        await response(scope, receive, send)


@asynccontextmanager
async def running_site() -> AsyncIterator[Site]:
    """Serve a site until the block ends."""
    port = free_port()
    site = Site(f"http://127.0.0.1:{port}")
    async with served(site, port):
        yield site
