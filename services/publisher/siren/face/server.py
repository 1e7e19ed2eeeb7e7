"""Decides what the public is answered: only what stands on the shelf can be asked for."""

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import monotonic
from urllib.parse import unquote

from services.publisher.siren.face.answers import Answer, answer, said
from services.publisher.siren.face.shelf import INDEX, Kept, Shelf

_MISSING = "/404.html"
_LOOK_AGAIN = 0.25
"""Seconds; however often strangers ask for what is not there, the folder is not read more often."""
_ALIVE = said(HTTPStatus.OK, "ok", {"Cache-Control": "no-store"})
_NOT_ALLOWED = said(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD"})


@dataclass(slots=True)
class Request:
    """What matters of a request."""

    method: bytes
    path: bytes
    """As it was asked for, without what follows a question mark."""
    tags: bytes | None = None
    """`If-None-Match`"""
    since: bytes | None = None
    """`If-Modified-Since`"""


class Door:
    """The way in for readers, however many they are."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._looked = -_LOOK_AGAIN

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        if request.method not in {b"GET", b"HEAD"}:
            return _NOT_ALLOWED
        path = unquote(request.path)
        if path == "/health/live":
            return _ALIVE
        if (kept := self._found(path)) is not None:
            return kept.unchanged if _is_known(request, kept) else kept.found
        if (page := self._page_meant(path)) is not None:
            return said(HTTPStatus.PERMANENT_REDIRECT, headers={"Location": page})
        missing = self._shelf.files.get(_MISSING)
        if missing is None:
            return said(HTTPStatus.NOT_FOUND)
        headers = {"Content-Type": missing.headers["Content-Type"]}
        return answer(HTTPStatus.NOT_FOUND, headers, missing.content)

    def _found(self, path: str) -> Kept | None:
        """Give what stands there, if need be since a moment ago: platforms fetch cards at once."""
        kept = self._shelf.files.get(path)
        if kept is None and monotonic() - self._looked > _LOOK_AGAIN:
            self._shelf.look()
            self._looked = monotonic()
            kept = self._shelf.files.get(path)
        return kept

    def _page_meant(self, path: str) -> str | None:
        """Give the right address of a page that is there; relative, so it leads nowhere else."""
        if f"{path}/" in self._shelf.files:
            return f"{path.rpartition('/')[2]}/"
        if path.endswith(f"/{INDEX}") and path.removesuffix(INDEX) in self._shelf.files:
            return "./"
        return None


def _is_known(request: Request, kept: Kept) -> bool:
    """Whether the reader has this very content already."""
    if request.tags is not None:
        tags = {part.strip().removeprefix(b"W/") for part in request.tags.split(b",")}
        return kept.tag in tags or b"*" in tags
    if request.since is None:
        return False
    try:
        return kept.changed <= parsedate_to_datetime(request.since.decode("latin-1")).timestamp()
    except (ValueError, OverflowError):
        return False
