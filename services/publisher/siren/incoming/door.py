"""The door for CAP by HTTP: a token of its own, one message at a time, and nothing is published."""

import asyncio
import hashlib
import hmac
import time
from dataclasses import dataclass, field

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from schemas.codes import Code
from services.kit.settings import MissingSecret, ServiceSettings
from services.publisher.domain.pacing import Bucket
from services.publisher.siren.api.problems import refused
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.incoming.intake import Intake, NotKept
from services.publisher.siren.incoming.model import MOST_BYTES, Reader
from services.publisher.siren.incoming.proposals import Judgement

log = structlog.get_logger()

TOKEN = "cap-in.token"  # noqa: S105 – the file's name
PATH = "/api/v1/cap"

_SHORTEST_TOKEN = 20
_MOST_AT_ONCE = 4
_PATIENCE = 20.0
_SOON = 5
_LATER = 300


@dataclass(slots=True)
class CapDoor:
    """Takes messages from whoever has the token; without its file the door is shut."""

    intake: Intake
    read: Reader
    settings: ServiceSettings
    _pace: Bucket = field(default_factory=lambda: Bucket(rate=1.0, burst=30))
    _inside: int = 0

    def routes(self) -> list[Route]:
        """Give the route to put into the siren's private application."""
        return [Route(PATH, self._answer, methods=["POST"])]

    def problems(self) -> list[str]:
        """Say what is wrong with the token; a door that was never opened is no problem."""
        try:
            self._token()
        except MissingSecret as error:
            return [str(error)]
        return []

    async def _answer(self, request: Request) -> Response:
        try:
            judgement = await self._take(request)
        except Refusal as no:
            log.warning("cap.refused", code=no.code)
            return await _refused(request, no)
        except ClientDisconnect:
            return Response(status_code=400)
        return JSONResponse(
            {
                "outcome": judgement.outcome,
                "proposal": str(judgement.proposal) if judgement.proposal else None,
            },
            201 if judgement.outcome == "proposed" else 200,
        )

    async def _take(self, request: Request) -> Judgement:
        self._admit(request)
        self._inside += 1
        try:
            body = await _body(request)
            message = await asyncio.to_thread(self.read, body)
        finally:
            self._inside -= 1
        try:
            judgement = await self.intake.take(message, "http")
        except NotKept as error:
            log.warning("cap.not_written_down", why=str(error))
            raise Refusal(Code.NOT_WRITTEN_DOWN) from error
        if judgement.outcome == "full":
            raise Refusal(Code.TOO_MANY_MESSAGES, seconds=_LATER)
        return judgement

    def _admit(self, request: Request) -> None:
        """Let in who has the token, if there is room; nothing is read of the others."""
        try:
            token = self._token()
        except MissingSecret:
            token = None
        if token is None:
            raise Refusal(Code.DOOR_SHUT)
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        known = hmac.compare_digest(_digest(given.strip()), _digest(token))
        if scheme.lower() != "bearer" or not known:
            raise Refusal(Code.SENDER_UNKNOWN)
        if self._inside >= _MOST_AT_ONCE:
            raise Refusal(Code.TOO_MANY_MESSAGES, seconds=1)
        if wait := self._pace.take(time.monotonic()):
            raise Refusal(Code.TOO_MANY_MESSAGES, seconds=int(wait) + 1)

    def _token(self) -> str | None:
        """Read the token anew, for it may be changed while we run; None: there is none."""
        if not (self.settings.secrets / TOKEN).exists():
            return None
        token = self.settings.secret(TOKEN)
        if len(token) < _SHORTEST_TOKEN:
            raise MissingSecret(
                f"the secret {self.settings.secrets / TOKEN} is shorter than {_SHORTEST_TOKEN}"
                " characters; write a longer one into it"
            )
        return token


async def _refused(request: Request, no: Refusal) -> Response:
    """Answer as the siren's other doors do, and say to programs when to come again."""
    response = await refused(request, no)
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if response.status_code in {429, 503}:
        response.headers["Retry-After"] = str(no.parameters.get("seconds", _SOON))
    return response


def _digest(word: str) -> bytes:
    return hashlib.sha256(word.encode()).digest()


async def _body(request: Request) -> bytes:
    """Read the body piece by piece, no further than a message may reach."""
    body = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            async for piece in request.stream():
                body += piece
                if len(body) > MOST_BYTES:
                    raise Refusal(Code.TOO_LARGE, limit=MOST_BYTES)
    except TimeoutError:
        raise Refusal(Code.MESSAGE_HALTED, seconds=int(_PATIENCE)) from None
    return bytes(body)
