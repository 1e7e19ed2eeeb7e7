"""What a client asks of the planner, again and again."""

from typing import Any

import httpx

from tests.planner.samples import written
from tests.planner.web import Web

POSTS = "/api/v1/posts"


async def draft(client: httpx.AsyncClient, body: Any = None, **headers: str) -> httpx.Response:
    return await client.post(POSTS, json=body or written(), headers=headers)


async def submit(client: httpx.AsyncClient, body: Any = None) -> httpx.Response:
    post = (await draft(client, body)).json()["id"]
    return await client.post(f"{POSTS}/{post}/submit")


async def approve(web: Web, submitted: httpx.Response, person: str = "bengt") -> httpx.Response:
    async with web.client(person) as client:
        return await client.post(
            f"{POSTS}/{submitted.json()['id']}/approve",
            headers={"If-Match": submitted.headers["etag"]},
        )
