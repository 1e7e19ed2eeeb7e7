"""Writes down what came of a request, safely, before it is answered."""

from typing import Any

from starlette.requests import Request

from simulator.faultline import ANSWER_AS, FAULT
from simulator.world import World


async def keep(
    world: World,
    dialect: str,
    request: Request,
    *,
    status: int = 200,
    fault: str | None = None,
    **fields: Any,
) -> None:
    """Put one line into the record, with the answer that the caller really gets."""
    world.write(
        dialect=dialect,
        method=request.method,
        path=request.scope["path"],
        status=request.scope.get(ANSWER_AS, status),
        fault=fault or request.scope.get(FAULT),
        **fields,
    )
    await world.record.kept()
