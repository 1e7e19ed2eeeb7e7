"""What the judge and the drill master use: the record, the faults, and health."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from simulator.rules import MOST_RULES, Rule, TooManyRules
from simulator.tallies import Tally
from simulator.world import World

_MOST_LINES = 100_000


@dataclass(frozen=True)
class Control:
    """The endpoints that belong to no platform."""

    world: World

    def routes(self) -> list[Route]:
        """Which path leads where."""
        return [
            Route("/record", self.record),
            Route("/record/summary", self.summary),
            Route("/faults", self.faults),
            Route("/faults", self.set_fault, methods=["POST"]),
            Route("/faults", self.clear_faults, methods=["DELETE"]),
            Route("/faults/{id:int}", self.clear_fault, methods=["DELETE"]),
            Route("/health/live", self.live),
            Route("/health/ready", self.ready),
        ]

    async def record(self, request: Request) -> Response:
        """The record after an entry, one JSON object per line; `X-Last` names the newest."""
        try:
            after = int(request.query_params.get("after", "0"))
            limit = int(request.query_params.get("limit", str(_MOST_LINES)))
        except ValueError:
            return _no(422, "after and limit must be whole numbers, as in /record?after=12")
        limit = min(max(limit, 1), _MOST_LINES)
        blocks = self.world.record.blocks(after=max(after, 0), limit=limit)
        last = {"X-Last": str(self.world.record.last)}
        return StreamingResponse(blocks, media_type="application/x-ndjson", headers=last)

    async def summary(self, _request: Request) -> Response:
        """How often each thing was published: by idempotency key, and by the text's digest."""
        tallies = self.world.tallies
        groups = {"by_key": ("key", tallies.by_key), "by_text": ("text_digest", tallies.by_text)}
        shape = {
            name: [_group(label, *counted) for counted in group.items()]
            for name, (label, group) in groups.items()
        }
        more = any(len(tally.ids) > 1 for tally in tallies.by_key.values())
        return JSONResponse({"last": self.world.record.last, "key_twice": more, **shape})

    async def faults(self, _request: Request) -> Response:
        """The rules that are set."""
        return JSONResponse([standing.model_dump() for standing in self.world.faults.all()])

    async def set_fault(self, request: Request) -> Response:
        """Set a rule."""
        # A page of another origin cannot send this type without being asked, so it cannot set one.
        kind = request.headers.get("content-type", "").partition(";")[0].strip()
        if kind != "application/json":
            return _no(415, "send the rule as application/json")
        try:
            rule = Rule.model_validate_json(await request.body())
            standing = self.world.faults.add(rule)
        except ValidationError as wrong:
            return _no(422, "; ".join(_complaints(wrong)))
        except TooManyRules:
            return _no(409, f"{MOST_RULES} rules are set; remove some with DELETE /faults")
        return JSONResponse(standing.model_dump(), 201)

    async def clear_faults(self, _request: Request) -> Response:
        """Remove every rule."""
        return JSONResponse({"removed": self.world.faults.clear()})

    async def clear_fault(self, request: Request) -> Response:
        """Remove one rule."""
        if not self.world.faults.clear(request.path_params["id"]):
            return _no(404, "no such rule; GET /faults lists those that are set")
        return JSONResponse({"removed": 1})

    async def live(self, _request: Request) -> Response:
        """The process answers."""
        return JSONResponse({"live": True})

    async def ready(self, _request: Request) -> Response:
        """The record is loaded, and posts are taken if any token opens an account."""
        if not self.world.accounts:
            words = "no accounts: set SIMULATOR_TOKENS or SIMULATOR_TOKENS_FILE"
            return JSONResponse({"ready": False, "why": words}, 503)
        accounts = sorted(set(self.world.accounts.values()))
        return JSONResponse({"ready": True, "accounts": accounts, "last": self.world.record.last})


def _group(label: str, of: tuple[str, str], tally: Tally) -> dict[str, object]:
    account, value = of
    counts = {what: tally.counts[what] for what in ("published", "replayed", "deleted")}
    return {"account": account, label: value, **counts, "ids": tally.ids}


def _complaints(wrong: ValidationError) -> Iterator[str]:
    for error in wrong.errors(include_url=False, include_context=False):
        place = ".".join(str(part) for part in chain(error["loc"])) or "rule"
        yield f"{place}: {error['msg']} (got {json.dumps(error['input'], default=str)[:100]})"


def _no(status: int, words: str) -> JSONResponse:
    return JSONResponse({"error": words}, status)
