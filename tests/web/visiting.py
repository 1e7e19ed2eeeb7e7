"""What people do in a browser, again and again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from services.planner.sessions import one_time_code
from tests.planner.web import KEY, Web
from tests.web.reading import Node, filled, read

HTML = {"Accept": "text/html,*/*;q=0.8"}


@asynccontextmanager
async def browser(
    web: Web, person: str | None = "anna", language: str = "en"
) -> AsyncIterator[httpx.AsyncClient]:
    """Open a browser and sign in with a one-time link."""
    headers = HTML | {"Accept-Language": language}
    async with web.client(None, **headers) as client:
        if person:
            code = one_time_code(person, KEY, web.clock())
            answer = await client.get("/sign-in", params={"code": code})
            assert answer.status_code == 303, answer.text
        yield client


async def look(client: httpx.AsyncClient, path: str = "/", status: int = 200) -> Node:
    """Open a page."""
    answer = await client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    return read(answer.text)


def form_to(page: Node, ending: str) -> Node:
    """Find the form that is sent to an address."""
    found = [
        form for form in page.all("form") if form.attributes.get("action", "").endswith(ending)
    ]
    assert len(found) == 1, f"{len(found)} forms to …{ending}"
    return found[0]


async def send(client: httpx.AsyncClient, form: Node, **changes: str) -> httpx.Response:
    """Send a form as it stands on its page, with some fields changed."""
    return await client.post(
        form.attributes["action"],
        data=filled(form, **changes),
        headers={"Origin": "http://planner"},
    )
