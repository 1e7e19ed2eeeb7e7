"""What people do with a running planner, and what it has told."""

from typing import Any
from uuid import UUID

import httpx

from schemas.envelope import Fact
from services.kit.facts import Facts, read
from services.kit.messages import Told
from tests.harness.broker import Broker
from tests.planner.running import Running

POSTS = "/api/v1/posts"


async def submitted(planner: Running, body: Any) -> tuple[UUID, str]:
    """Draft and submit a post; gives its id and ETag."""
    async with planner.client("anna") as anna:
        drafted = await anna.post(POSTS, json=body)
        assert drafted.status_code == 201, drafted.text
        sent = await anna.post(f"{drafted.headers['location']}/submit")
        assert sent.status_code == 200, sent.text
        return UUID(sent.json()["id"]), sent.headers["etag"]


async def approve(planner: Running, post: UUID, etag: str, person: str = "bengt") -> httpx.Response:
    async with planner.client(person) as client:
        return await client.post(f"{POSTS}/{post}/approve", headers={"If-Match": etag})


async def shown(planner: Running, post: UUID) -> Any:
    async with planner.client() as anna:
        return (await anna.get(f"{POSTS}/{post}")).json()


async def everything_told(broker: Broker) -> list[Told[Fact]]:
    async with broker.connection("planner") as connection:
        page = await Facts(connection).page("PLANNER", "planner.>", 1)
    return [told for kept in page if (told := read(kept)) is not None]


async def ready(client: httpx.AsyncClient) -> bool:
    return (await client.get("/health/ready")).status_code == 200
