"""Which path of the Graph API leads where; every node answers with and without a last slash."""

from starlette.routing import Route

from simulator.graph.desk import BASE, GraphDoor
from simulator.graph.page import Page
from simulator.graph.tokens import Tokens


def routes(door: GraphDoor) -> list[Route]:
    """The API of the dialect; the pages for strangers are the wall's."""
    page, tokens = Page(door.desk), Tokens(door.desk)
    table = [
        ("POST", "", tokens.batch),
        ("GET", "/debug_token", tokens.debug),
        ("POST", "/{node}/photos", page.photo),
        ("POST", "/{node}/feed", page.feed),
        ("GET", "/{node}/published_posts", page.published),
        ("GET", "/{node}/scheduled_posts", page.scheduled),
        ("GET", "/{node}/insights", page.numbers),
        ("GET", "/{node}", page.read),
        ("POST", "/{node}", page.change),
        ("DELETE", "/{node}", page.delete),
    ]
    return [
        Route(f"{BASE}/{{version}}{path}{slash}", door.refusing(endpoint), methods=[method])
        for method, path, endpoint in table
        for slash in ("", "/")
    ]
