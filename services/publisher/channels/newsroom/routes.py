"""Serves the newsroom's folder to anyone, and tells how often a page has been read."""

import hashlib
import mimetypes
import re
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from services.publisher.channels.newsroom.alerts import FILE, place
from services.publisher.channels.newsroom.channel import NewsroomChannel
from services.publisher.channels.newsroom.site import gone_file
from services.publisher.channels.newsroom.views import Views, is_reader

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; "
        "media-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".json": "application/feed+json",
    ".xml": "application/atom+xml; charset=utf-8",
}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")
_NUMBERS = "numbers.json"
_FOR_EVER = "public, max-age=31536000, immutable"


class Door:
    """The way in for readers. Only files of the public folder can be asked for."""

    def __init__(self, channel: NewsroomChannel, views: Views) -> None:
        self._folder = channel.folder.path
        self._missing = channel.site.missing()
        self._alerts_here = place(channel.site.public_url).encode()
        self._views = views

    def routes(self) -> list[Route]:
        """Give the routes; they take every address, so they come last in an application."""
        return [Route("/{path:path}", self._serve, methods=["GET"])]

    async def _serve(self, request: Request) -> Response:
        response = await self._answer(request)
        response.headers.update(_HEADERS)
        return response

    async def _answer(self, request: Request) -> Response:
        path: str = request.path_params["path"]
        parts = [part for part in path.split("/") if part]
        if not all(_NAME.fullmatch(part) for part in parts):
            return await self._nothing()
        if len(parts) == 2 and parts[1] == _NUMBERS:
            return await self._numbers(parts[0])
        file = self._folder.joinpath(*parts)
        if (taken := await run_in_threadpool(self._taken_back, parts)) is not None:
            taken, _ = await run_in_threadpool(self._with_alerts, taken)
            return Response(taken, status_code=410, media_type=_TYPES[".html"])
        if await run_in_threadpool(_is_page, file):
            return await self._page(request, parts, file / "index.html")
        if path.endswith("/") or not await run_in_threadpool(file.is_file):
            return await self._nothing()
        whole = self._picture if parts[0] == "pictures" else self._whole
        return await whole(request, file)

    async def _page(self, request: Request, parts: list[str], file: Path) -> Response:
        if parts and not request.url.path.endswith("/"):
            return RedirectResponse(f"{parts[-1]}/", status_code=308)
        # A list of posts is not one of them.
        if len(parts) == 1 and request.method == "GET" and is_reader(request.headers):
            self._views.count(parts[0])
        return await self._whole(request, file)

    async def _whole(self, request: Request, file: Path) -> Response:
        try:
            content, changed = await run_in_threadpool(self._read, file)
        except FileNotFoundError:
            return await self._nothing()
        headers = {
            "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
            "Last-Modified": formatdate(changed, usegmt=True),
            # Every reading is asked for, so that it can be counted; most are answered 304.
            "Cache-Control": "no-cache",
        }
        if _is_known(request, headers["ETag"], changed):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type=_TYPES.get(file.suffix))

    async def _picture(self, request: Request, file: Path) -> Response:
        # Its name is its digest, so another picture never stands here.
        headers = {"ETag": f'"{file.stem}"', "Cache-Control": _FOR_EVER}
        if _is_known(request, headers["ETag"], None):
            return Response(status_code=304, headers=headers)
        media_type = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
        return FileResponse(file, headers=headers, media_type=media_type)

    async def _numbers(self, slug: str) -> Response:
        if not await run_in_threadpool(_is_page, self._folder / slug):
            return await self._nothing()
        said = {"views": self._views.of(slug), "since": self._views.since.isoformat()}
        return JSONResponse(said, headers={"Cache-Control": "no-store"})

    def _taken_back(self, parts: list[str]) -> bytes | None:
        """Read what an address says whose post is gone; None: it is not."""
        if not parts or len(parts) > 2:
            return None
        try:
            return self._folder.joinpath(gone_file(parts[0])).read_bytes()
        except OSError:
            return None

    async def _nothing(self) -> Response:
        page, _ = await run_in_threadpool(self._with_alerts, self._missing)
        return Response(page, status_code=404, media_type=_TYPES[".html"])

    def _read(self, file: Path) -> tuple[bytes, float]:
        content, changed = _read(file)
        if file.suffix != ".html":
            return content, changed
        content, alerts_changed = self._with_alerts(content)
        return content, max(changed, alerts_changed)

    def _with_alerts(self, page: bytes) -> tuple[bytes, float]:
        """Take in what stands on top of every page, and say since when that is so."""
        try:
            alerts, changed = _read(self._folder / FILE)
        except OSError:
            # No page may be lost for want of it.
            return page.replace(self._alerts_here, b""), 0
        return page.replace(self._alerts_here, alerts, 1), changed


def _is_page(folder: Path) -> bool:
    return (folder / "index.html").is_file()


def _read(file: Path) -> tuple[bytes, float]:
    return file.read_bytes(), int(file.stat().st_mtime)


def _is_known(request: Request, tag: str, changed: float | None) -> bool:
    """Whether the reader has this very content already."""
    known = request.headers.get("if-none-match")
    if known is not None:
        tags = {part.strip().removeprefix("W/") for part in known.split(",")}
        return tag in tags or "*" in tags
    since = request.headers.get("if-modified-since")
    if since is None or changed is None:
        return False
    try:
        return changed <= parsedate_to_datetime(since).timestamp()
    except ValueError:
        return False
