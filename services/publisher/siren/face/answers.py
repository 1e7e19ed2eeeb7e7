"""What readers are answered, ready to be sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from services.publisher.siren.face.policy import policy

_USUAL = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=10",
    "Content-Security-Policy": f"{policy()}; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Server": "Budkavle",
    "X-Content-Type-Options": "nosniff",
}
_TEXT = {"Content-Type": "text/plain; charset=utf-8"}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; date, connection and the empty line come between head and body."""

    head: bytes
    body: bytes = b""


def answer(status: HTTPStatus, headers: Mapping[str, str], body: bytes) -> Answer:
    """Make an answer with a body."""
    return Answer(_head(status, {**headers, "Content-Length": str(len(body))}), body)


def unchanged(headers: Mapping[str, str]) -> Answer:
    """Say that what the reader has is still right."""
    return Answer(_head(HTTPStatus.NOT_MODIFIED, headers))


def said(status: HTTPStatus, text: str = "", headers: Mapping[str, str] = {}) -> Answer:
    """Answer with a word; without one, with the status."""
    return answer(status, {**_TEXT, **headers}, f"{text or status.value}\n".encode())


def _head(status: HTTPStatus, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status.value} {status.phrase}"]
    lines += (f"{name}: {value}" for name, value in {**_USUAL, **headers}.items())
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")
