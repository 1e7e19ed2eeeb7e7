"""The officers' page as routes to put into the siren's application."""

import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from schemas.codes import Code
from services.kit.messages import NotWhole
from services.kit.statics import statics
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.web.deciding import Deciding
from services.publisher.siren.web.entering import Entrance
from services.publisher.siren.web.hall import Answering, Hall
from services.publisher.siren.web.home import Home
from services.publisher.siren.web.screen import STATIC, Screen
from services.publisher.siren.web.writing import Writing

_DIGEST = re.compile(r"[0-9a-f]{64}")
_A_DAY = "private, max-age=86400, immutable"


def routes(hall: Hall) -> list[Route]:
    """Give every screen its address."""
    entrance, home = Entrance(hall), Home(hall)
    writing, deciding = Writing(hall), Deciding(hall)
    alert, write = "/alerts/{alert:uuid}", "/write/{mode}"
    reading: Mapping[str, Answering] = {
        "/": home.show,
        "/ready": home.ready,
        "/hold": home.held,
        write: writing.choose,
        f"{write}/{{template}}": writing.ask,
        "/drafts/{draft}": writing.read,
        alert: deciding.show,
        f"{alert}/alone": deciding.alone,
        f"{alert}/correction": deciding.prepared,
        f"{alert}/all_clear": deciding.prepared,
        f"{alert}/update": deciding.ask_update,
        "/cards/{digest}": _Cards(hall).show,
    }
    doing: Mapping[str, Answering] = {
        "/sign-out": entrance.leave,
        "/hold/release": home.release,
        "/proposals/{proposal:uuid}/hold": home.hold,
        "/proposals/{proposal:uuid}/close": home.close,
        f"{write}/{{template}}": writing.draft,
        "/drafts/{draft}": writing.sign,
        f"{alert}/confirm": deciding.confirm,
        f"{alert}/drop": deciding.drop,
        f"{alert}/review": deciding.review,
        f"{alert}/update": deciding.update,
    }
    return [
        Route("/static/{name}", file, methods=["GET"]),
        Route("/sign-in", hall.anybody(entrance.ask), methods=["GET"]),
        Route("/sign-in", hall.anybody(entrance.enter), methods=["POST"]),
        *(Route(p, hall.officers_only(each), methods=["GET"]) for p, each in reading.items()),
        *(Route(p, hall.officers_only(each), methods=["POST"]) for p, each in doing.items()),
    ]


async def file(request: Request) -> Response:
    """Give a static file; its address names its edition, so it may be kept for good."""
    answer = statics(STATIC).answer(request.path_params["name"])
    return answer or Response(status_code=404)


class _Cards:
    def __init__(self, hall: Hall) -> None:
        self._cards = hall.cards

    async def show(self, screen: Screen) -> Response:
        """Give the picture of an alert."""
        digest = screen.request.path_params["digest"]
        if not _DIGEST.fullmatch(digest):
            raise Refusal(Code.DRAFT_GONE)
        try:
            content = await self._cards.get(digest)
        except NotWhole as error:
            raise Refusal(Code.DRAFT_GONE) from error
        kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
        headers = {
            "Cache-Control": _A_DAY,
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'",
        }
        return Response(content, media_type=kind, headers=headers)
