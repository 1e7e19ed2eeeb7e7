"""The routes of the programs' door; each parses, lets the desk act, and shows what came of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from schemas.alerts import Act
from schemas.codes import Code
from services.publisher.siren.api.bodies import (
    Confirming,
    Drafting,
    Entering,
    Following,
    Holding,
    Issuing,
    Scoring,
    Signed,
)
from services.publisher.siren.api.offers import offered
from services.publisher.siren.api.problems import unreadable
from services.publisher.siren.desk import Word
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.domain.statements import digest_of
from services.publisher.siren.office import AlertShown, Drafted, Office
from services.publisher.siren.ports import Doorkeeper, Visit, Wished
from services.publisher.siren.prospects import prospects
from services.publisher.siren.showing import KINDS, sentences
from services.publisher.siren.speech import speech_of

B = TypeVar("B", bound=BaseModel)

LARGEST_BODY = 1_000_000
"""Bytes that are read of what somebody sends."""


class Api:
    """The door for programs. Reading needs a session; what goes out needs a signature."""

    def __init__(
        self, office: Office, doorkeeper: Doorkeeper, words: Callable[[str], tuple[str, ...]]
    ) -> None:
        self._office = office
        self._desk = office.desk
        self._doorkeeper = doorkeeper
        self._words = words

    def routes(self) -> list[Route]:
        """Give the routes to put into the application."""
        alert = "/api/v1/alerts/{alert:uuid}"
        return [
            Route("/api/v1/sessions", self._enter, methods=["POST"]),
            Route("/api/v1/templates", self._templates, methods=["GET"]),
            Route("/api/v1/drafts", self._draft, methods=["POST"]),
            Route("/api/v1/alerts", self._alerts, methods=["GET"]),
            Route("/api/v1/alerts", self._issue, methods=["POST"]),
            Route(alert, self._alert, methods=["GET"]),
            Route(f"{alert}/drafts", self._newer, methods=["POST"]),
            Route(f"{alert}/confirm", self._confirm, methods=["POST"]),
            Route(f"{alert}/drop", self._drop, methods=["POST"]),
            Route(f"{alert}/review", self._review, methods=["POST"]),
            Route(f"{alert}/bulletins", self._follow, methods=["POST"]),
            Route("/api/v1/exercises", self._exercise, methods=["POST"]),
            Route("/api/v1/hold", self._hold, methods=["GET"]),
            Route("/api/v1/hold", self._activate, methods=["POST"]),
            Route("/api/v1/hold/release", self._release, methods=["POST"]),
        ]

    async def _enter(self, request: Request) -> Response:
        address = request.client.host if request.client else ""
        said = await body(request)
        if b'"password"' in said:
            entering = read(Entering, said)
            secret = await self._doorkeeper.enter(
                entering.officer, entering.password, entering.code, address
            )
        else:
            word = read(Signed, said).word
            if word.statement.act != "enter":
                raise Refusal(Code.CONTENT_OTHER)
            secret = await self._doorkeeper.enter_by_key(word.statement, word.key, word.proof)
        return JSONResponse({"token": secret}, status_code=201)

    async def _templates(self, request: Request) -> Response:
        self._visit(request)
        tongue: Literal["sv", "en"] = "sv" if speech_of(request).code == "sv" else "en"
        return JSONResponse({"templates": offered(tongue)})

    async def _draft(self, request: Request) -> Response:
        self._visit(request)
        asked = read(Drafting, await body(request))
        wished = Wished(asked.template, asked.fields, asked.areas, asked.status, asked.texts)
        return self._drafted(await self._office.draft(wished), request)

    async def _newer(self, request: Request) -> Response:
        self._visit(request)
        asked = read(Following, await body(request))
        words = asked.headline, asked.description, asked.instruction
        alert = request.path_params["alert"]
        drafted = await self._office.newer(alert, asked.kind, words, asked.texts)
        speech, coming = speech_of(request), prospects(self._office, alert, asked.kind)
        said = {name: [speech(each) for each in it.sentences] for name, it in coming.items()}
        return self._drafted(drafted, request, said)

    async def _issue(self, request: Request) -> Response:
        said = read(Issuing, await body(request))
        await self._desk.issue(said.word, said.bulletin, said.prepared)
        return self._one(said.word, request, status=201)

    async def _confirm(self, request: Request) -> Response:
        said = read(Confirming, await body(request))
        await self._desk.confirm(_of(request, said.word, "confirm"), said.sealed)
        return self._one(said.word, request)

    async def _drop(self, request: Request) -> Response:
        said = read(Signed, await body(request))
        await self._desk.drop(_of(request, said.word, "drop"))
        return self._one(said.word, request)

    async def _review(self, request: Request) -> Response:
        said = read(Signed, await body(request))
        await self._desk.review(_of(request, said.word, "review"))
        return self._one(said.word, request)

    async def _follow(self, request: Request) -> Response:
        said = read(Issuing, await body(request))
        word = _of(request, said.word, said.word.statement.act)
        await self._desk.follow(word, said.bulletin, said.prepared)
        return self._one(said.word, request)

    async def _exercise(self, request: Request) -> Response:
        """Keep the score of an exercise that was run to its end."""
        self._visit(request)
        said = read(Scoring, await body(request))
        scored = await self._office.score(
            said.alert, said.to_issue, said.to_confirm, said.to_first_channel, said.to_correct
        )
        return JSONResponse(scored.model_dump(mode="json"), status_code=201)

    async def _activate(self, request: Request) -> Response:
        said = read(Holding, await body(request))
        hold = await self._desk.activate_hold(said.word, said.why)
        return JSONResponse({"hold": hold.model_dump(mode="json")}, status_code=201)

    async def _release(self, request: Request) -> Response:
        said = read(Signed, await body(request))
        released = await self._desk.release_hold(said.word)
        return JSONResponse({"hold": None, "released_at": released.since.isoformat()})

    async def _hold(self, request: Request) -> Response:
        self._visit(request)
        hold = self._desk.hold()
        return JSONResponse({"hold": hold.model_dump(mode="json") if hold else None})

    async def _alerts(self, request: Request) -> Response:
        self._visit(request)
        shown = self._office.all_shown(speech_of(request))
        return JSONResponse({"alerts": [self._as_json(each, request) for each in shown]})

    async def _alert(self, request: Request) -> Response:
        self._visit(request)
        shown = self._office.shown(request.path_params["alert"], speech_of(request))
        return JSONResponse(self._as_json(shown, request))

    def _one(self, word: Word, request: Request, status: int = 200) -> Response:
        if word.statement.alert is None:
            raise Refusal(Code.ALERT_NOT_FOUND)
        shown = self._office.shown(word.statement.alert, speech_of(request))
        return JSONResponse(self._as_json(shown, request), status_code=status)

    def _drafted(
        self, drafted: Drafted, request: Request, coming: Mapping[str, Sequence[str]] | None = None
    ) -> Response:
        speech = speech_of(request)
        return JSONResponse(
            {
                "bulletin": drafted.bulletin.model_dump(mode="json"),
                "prepared": {
                    kind: each.model_dump(mode="json") for kind, each in drafted.prepared.items()
                },
                "digest": drafted.digest,
                "words": self._words(drafted.digest),
                "findings": [
                    {
                        "code": finding.code.value,
                        "parameters": finding.parameters,
                        "said": " ".join(sentences(finding.code, finding.parameters, speech)),
                    }
                    for finding in drafted.findings
                ],
                "prospects": coming or {},
            }
        )

    def _as_json(self, shown: AlertShown, request: Request) -> dict[str, Any]:
        fact, speech = shown.fact, speech_of(request)
        return {
            "alert": str(fact.alert),
            "reference": fact.reference,
            "status": fact.status,
            "state": shown.state,
            "said": shown.said,
            "headline": shown.headline,
            "by": fact.by,
            "version": fact.version,
            "unreviewed": fact.unreviewed,
            "late": shown.late,
            "digest": shown.digest,
            "words": self._words(shown.digest) if shown.digest else (),
            "draft": fact.draft.model_dump(mode="json") if fact.draft else None,
            "prepared": {
                kind: each.model_dump(mode="json") for kind, each in fact.prepared.items()
            },
            "issued": [
                {
                    "number": each.number,
                    "kind": each.bulletin.kind,
                    "said": speech(KINDS[each.bulletin.kind]),
                    "headline": each.bulletin.infos[0].headline,
                    "accepted_at": each.accepted_at.isoformat(),
                    "release_at": each.release_at.isoformat(),
                    "by": each.by,
                    "way": each.way,
                    "digest": digest_of(each.bulletin),
                }
                for each in fact.issued
            ],
            "channels": [
                {
                    "channel": each.channel,
                    "title": each.title,
                    "number": each.number,
                    "kind": each.kind,
                    "state": each.state,
                    "said": each.said,
                    "why": each.why,
                    "url": each.url,
                    "at": each.at.isoformat() if each.at else None,
                }
                for each in shown.channels
            ],
        }

    def _visit(self, request: Request) -> Visit:
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        visit = self._doorkeeper.visit(secret.strip()) if scheme.lower() == "bearer" else None
        if visit is None:
            raise Refusal(Code.SIGN_IN_NEEDED)
        return visit


def _of(request: Request, word: Word, act: Act) -> Word:
    """Refuse a word that was signed for another alert, or to do something else."""
    said = word.statement
    if said.act != act or said.alert != UUID(str(request.path_params["alert"])):
        raise Refusal(Code.CONTENT_OTHER)
    return word


async def body(request: Request) -> bytes:
    """Read what was sent, up to a limit."""
    read_so_far = bytearray()
    async for piece in request.stream():
        read_so_far += piece
        if len(read_so_far) > LARGEST_BODY:
            raise Refusal(Code.TOO_LARGE, limit=LARGEST_BODY)
    return bytes(read_so_far)


def read(kind: type[B], said: bytes) -> B:
    """Read a body of one kind; the refusal names the field."""
    try:
        return kind.model_validate_json(said)
    except ValidationError as error:
        raise unreadable(error) from error
