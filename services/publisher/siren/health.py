"""Whether the siren lives, whether an alert would go out, and the numbers that ops watch."""

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.kit.connection import Connection
from services.publisher.siren.accounts import Accounts
from services.publisher.siren.incoming.doors import Doors
from services.publisher.siren.ready import ReadyBoard
from services.publisher.siren.speech import speech_of
from services.publisher.siren.teller import Teller


class SirenHealth:
    """Answers `/health/live`, `/health/ready`, `/health/alert` and `/metrics`.

    Ready is whoever can take an alert and send it, with a broker or without. Whether one would
    reach officers and channels is another question: `/health/alert`.
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        connection: Connection,
        teller: Teller,
        board: ReadyBoard,
        accounts: Accounts,
        doors: Doors,
    ) -> None:
        self._registry = registry
        self._connection = connection
        self._teller = teller
        self._board = board
        self._accounts = accounts
        self._doors = doors

    def routes(self) -> list[Route]:
        """Give the routes to put into the application."""
        return [
            Route("/health/live", self._live),
            Route("/health/ready", self._ready),
            Route("/health/alert", self._alert),
            Route("/metrics", self._metrics),
        ]

    async def _live(self, _: Request) -> Response:
        return JSONResponse({"status": "live", "service": "siren"})

    async def _ready(self, _: Request) -> Response:
        notes = [f"{title}: {why}" for title, why in self._accounts.unmade.items()]
        if not self._connection.connected:
            notes.append("the broker is not reachable; alerts go out, and are told to it later")
        if self._teller.trouble:
            notes.append(self._teller.trouble)
        notes += self._doors.problems()
        return JSONResponse(
            {"status": "ready", "problems": [], "notes": notes, "untold": self._teller.behind}
        )

    async def _alert(self, request: Request) -> Response:
        board = self._board.shown(speech_of(request))
        return JSONResponse(
            {
                "status": "red" if board.red else "green",
                "why": list(board.why),
                "channels": [
                    {"title": each.title, "ok": each.ok, "said": each.said, "remedy": each.remedy}
                    for each in board.channels
                ],
                "officers": [{"name": each.title, "ok": each.ok} for each in board.officers],
                "last_exercise": (board.last_exercise.isoformat() if board.last_exercise else None),
            },
            status_code=503 if board.red else 200,
        )

    async def _metrics(self, _: Request) -> Response:
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)
