"""Whether a service lives, whether it can do its work, and the numbers that ops watch."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from schemas.envelope import now
from schemas.flow import Durable
from services.kit.bus import Bus
from services.kit.consumers import consumer_state
from services.kit.messages import BrokerAway

LAGGING = 30.0
"""Seconds without progress, with messages waiting, after which a consumer counts as stuck."""

APART = timedelta(seconds=2)
"""How far our clock may be from the broker's, whose time rules."""


class Health:
    """Answers `/health/live`, `/health/ready` and `/metrics` of one service."""

    def __init__(
        self,
        bus: Bus,
        further: Callable[[], list[str]] = list,
    ) -> None:
        self._bus = bus
        self._further = further
        self._progress: dict[str, tuple[int, float]] = {}

    def routes(self) -> list[Route]:
        """Give the routes to put into the service's application."""
        return [
            Route("/health/live", self._live),
            Route("/health/ready", self._ready),
            Route("/metrics", self._metrics),
        ]

    async def problems(self) -> list[str]:
        """List what keeps the service from its work; empty when it is ready."""
        if not self._bus.connection.connected:
            return ["the broker is not reachable"]
        if self._bus.marks.alarm is not None:
            return [self._bus.marks.alarm]
        if not self._bus.started.is_set():
            return ["still starting: waiting for the broker's streams and consumers"]
        found = await asyncio.gather(*(self._problem(ear) for ear in self._bus.ears))
        return list(dict.fromkeys(problem for problem in found if problem)) + self._further()

    async def _problem(self, durable: Durable) -> str | None:
        asked_at = now()
        try:
            state = await consumer_state(self._bus.connection, durable)
        except (BrokerAway, LookupError) as error:
            return str(error)
        if not asked_at - APART <= state.at <= now() + APART:
            off = round((now() - state.at).total_seconds())
            return f"our clock is {off} s off the broker's; set this machine's clock"
        clock = time.monotonic()
        delivered, since = self._progress.get(durable.name, (-1, clock))
        if state.delivered != delivered or not state.pending:
            self._progress[durable.name] = (state.delivered, clock)
            return None
        if clock - since > LAGGING:
            return f"{durable.name} has {state.pending} messages waiting and makes no progress"
        return None

    async def _live(self, _: Request) -> Response:
        return JSONResponse({"status": "live", "service": self._bus.service})

    async def _ready(self, _: Request) -> Response:
        problems = await self.problems()
        return JSONResponse(
            {"status": "not ready" if problems else "ready", "problems": problems},
            status_code=503 if problems else 200,
        )

    async def _metrics(self, _: Request) -> Response:
        return Response(generate_latest(self._bus.registry), media_type=CONTENT_TYPE_LATEST)
