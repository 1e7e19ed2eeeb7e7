"""Which path of the Graph API leads where; every node answers with and without a last slash."""

from starlette.routing import Route

from simulator.graph.desk import BASE, GraphDoor
from simulator.graph.page import Page


def routes(door: GraphDoor) -> list[Route]:
    """The API of the dialect; the pages for strangers are the wall's."""
    page = Page(door.desk)
    table = [
        ("POST", "/{node}/photos", page.photo),
        ("POST", "/{node}/feed", page.feed),
        ("GET", "/{node}/feed", page.published),
        ("GET", "/{node}/published_posts", page.published),
        ("GET", "/{node}/attachments", page.attachments),
        ("GET", "/{node}/comments", page.comments),
        ("GET", "/{node}/insights", page.numbers),
        ("GET", "/{node}", page.read),
        ("POST", "/{node}", page.change),
        ("DELETE", "/{node}", page.delete),
    ]
    known = [
        Route(f"{BASE}/{{version}}{path}{slash}", door.refusing(endpoint), methods=[method])
        for method, path, endpoint in table
        for slash in ("", "/")
    ]
    every = ["GET", "POST", "DELETE"]
    other = Route(f"{BASE}/{{version}}/{{path:path}}", door.refusing(page.unknown), methods=every)
    return [*known, other]
