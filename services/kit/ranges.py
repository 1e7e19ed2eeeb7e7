"""Serves what is too large to hold, whole or the part that is asked for."""

import re
from collections.abc import AsyncIterator, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def served(
    request: Request,
    size: int,
    read: Callable[[int, int], AsyncIterator[bytes]],
    headers: Mapping[str, str],
    media_type: str,
) -> Response:
    """Answer with the bytes that `read` gives; several ranges at once are not answered apart."""
    told = {**headers, "Accept-Ranges": "bytes"}
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    first, last = _between(asked[1], asked[2], size) if asked else (0, size - 1)
    if first > last:
        told["Content-Range"] = f"bytes */{size}"
        return Response(status_code=416, headers=told)
    told["Content-Length"] = str(last + 1 - first)
    if asked:
        told["Content-Range"] = f"bytes {first}-{last}/{size}"
    status = 206 if asked else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=told, media_type=media_type)
    return StreamingResponse(read(first, last), status, told, media_type)


def _between(begin: str, end: str, size: int) -> tuple[int, int]:
    """Give the first and the last byte; a first one behind the last where there is none."""
    if begin:
        return int(begin), min(int(end or size), size - 1)
    # So many bytes from the end.
    return (max(size - int(end), 0), size - 1) if end and int(end) else (size, 0)
