"""No request's body is read further than it may be long."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.planner.api.problems import OverTheCeiling
from services.planner.pictures import MOST_BYTES
from services.planner.videos import MOST_BYTES as MOST_VIDEO

MOST_WORDS = 1024 * 1024
_FORM = 64 * 1024
"""What a form may hold beside its files."""
_VIDEOS = "/api/v1/videos"
_FORMS = "/posts/"


class Ceiling:
    """Stops reading a body that is too large; the application answers 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = _limit(scope["path"], dict(scope["headers"]).get(b"content-type", b""))
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise OverTheCeiling(limit)
            return message

        await self._app(scope, counted, send)


def _limit(path: str, content_type: bytes) -> int:
    form = content_type.startswith(b"multipart/form-data")
    if path == _VIDEOS and (form or content_type.startswith(b"video/")):
        return MOST_VIDEO + _FORM
    if path.startswith(_FORMS) and form:
        return MOST_VIDEO + MOST_BYTES + _FORM
    return MOST_BYTES + _FORM if form or content_type.startswith(b"image/") else MOST_WORDS
