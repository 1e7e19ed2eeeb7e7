"""A small real HTTP server that answers as the planner would, and remembers what it was asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Answers = dict[str, list[tuple[int, Any]]]


@dataclass(frozen=True)
class Asked:
    """One request that came in."""

    what: str
    key: str | None
    token: str | None


@dataclass
class Answering:
    """Gives each request the next of its answers; the last one again and again."""

    answers: Answers
    url: str = ""
    port: int = 0
    asked: list[Asked] = field(default_factory=list)

    def next(self, what: str) -> tuple[int, Any]:
        """Give the answer to a request like `GET /posts`."""
        known = self.answers[what]
        return known.pop(0) if len(known) > 1 else known[0]


@contextmanager
def answering(answers: Answers) -> Iterator[Answering]:
    """Run the server for as long as the block runs."""
    state = Answering(answers)

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self._answer()

        def _answer(self) -> None:
            what = f"{self.command} {self.path.partition('?')[0].removeprefix('/api/v1')}"
            headers = self.headers
            state.asked.append(
                Asked(what, headers.get("Idempotency-Key"), headers.get("Authorization"))
            )
            status, body = state.next(what)
            sent = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("ETag", '"tag"')
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    state.port = server.server_port
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
