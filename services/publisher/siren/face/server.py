"""Serves the public face from memory: to anybody, however many they are."""

from email.utils import parsedate_to_datetime
from time import monotonic

from aiohttp import web

from services.publisher.siren.face.policy import policy
from services.publisher.siren.face.shelf import INDEX, Kept, Shelf

_MISSING = "/404.html"
_LIVE = "/health/live"
_LOOK_AGAIN = 0.25
"""Seconds; however often strangers ask for what is not there, the folder is not read more often."""
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


class Door:
    """The way in for readers: nothing but what stands on the shelf can be asked for."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._looked = -_LOOK_AGAIN

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        if request.method not in {"GET", "HEAD"}:
            return _said(405, "405", {"Allow": "GET, HEAD"})
        path = request.path
        if path == _LIVE:
            return _said(200, "ok", {"Cache-Control": "no-store"})
        if (kept := self._found(path)) is not None:
            return _file(request, kept)
        if (page := self._page_meant(path)) is not None:
            return _said(308, "308", {"Location": page})
        missing = self._shelf.files.get(_MISSING)
        if missing is None:
            return _said(404, "404", {})
        headers = {**_USUAL, "Content-Type": missing.headers["Content-Type"]}
        return web.Response(status=404, body=missing.content, headers=headers)

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


def _file(request: web.BaseRequest, kept: Kept) -> web.Response:
    headers = {**_USUAL, **kept.headers}
    if _is_known(request, kept):
        del headers["Content-Type"]
        return web.Response(status=304, headers=headers)
    return web.Response(body=kept.content, headers=headers)


def _is_known(request: web.BaseRequest, kept: Kept) -> bool:
    """Whether the reader has this very content already."""
    known = request.headers.get("If-None-Match")
    if known is not None:
        tags = {part.strip().removeprefix("W/") for part in known.split(",")}
        return kept.tag in tags or "*" in tags
    since = request.headers.get("If-Modified-Since")
    if since is None:
        return False
    try:
        return kept.changed <= parsedate_to_datetime(since).timestamp()
    except (ValueError, OverflowError):
        return False


def _said(status: int, text: str, headers: dict[str, str]) -> web.Response:
    return web.Response(status=status, text=f"{text}\n", headers={**_USUAL, **headers})
