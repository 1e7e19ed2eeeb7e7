"""Which path of the Graph API leads where; every node answers with and without a last slash."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.door import Endpoint
from simulator.graph.desk import BASE, GraphDoor
from simulator.graph.instagram import Instagram
from simulator.graph.page import Page


def routes(door: GraphDoor) -> list[Route]:
    """The API of the dialect; the pages for strangers are the wall's."""
    page, instagram = Page(door.desk), Instagram(door.desk)

    def whose(one: Endpoint, other: Endpoint) -> Endpoint:
        """A node's own endpoint, where a path alone does not say what it is."""

        async def endpoint(request: Request) -> Response:
            ours = instagram.knows(request.path_params["node"])
            return await (one if ours else other)(request)

        return endpoint

    table = [
        ("POST", "/{node}/photos", page.photo),
        ("POST", "/{node}/feed", page.feed),
        ("GET", "/{node}/published_posts", page.published),
        ("POST", "/{node}/media", instagram.create),
        ("GET", "/{node}/media", instagram.listed),
        ("POST", "/{node}/media_publish", instagram.publish),
        ("GET", "/{node}/content_publishing_limit", instagram.quota),
        ("GET", "/{node}/insights", whose(instagram.numbers, page.numbers)),
        ("GET", "/{node}", whose(instagram.read, page.read)),
        ("POST", "/{node}", page.change),
        ("DELETE", "/{node}", whose(instagram.delete, page.delete)),
    ]
    return [
        Route(f"{BASE}/{{version}}{path}{slash}", door.refusing(endpoint), methods=[method])
        for method, path, endpoint in table
        for slash in ("", "/")
    ]
