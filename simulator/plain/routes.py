"""Which path of the plain platform leads where."""

from starlette.routing import Mount, Route

from simulator.plain.desk import BASE, PlainDoor
from simulator.plain.drafts import Drafts
from simulator.plain.posts import Posts


def routes(door: PlainDoor) -> Mount:
    """The whole platform, under its own prefix."""
    posts, drafts = Posts(door.desk), Drafts(door.desk)
    table = [
        ("PUT", "/{account}/posts/{id}", posts.put),
        ("POST", "/{account}/posts", posts.post),
        ("POST", "/{account}/drafts", drafts.make),
        ("POST", "/{account}/drafts/{draft}/publish", drafts.publish),
        ("GET", "/{account}/drafts/{draft}", drafts.read),
        ("GET", "/{account}/posts", posts.listed),
        ("PATCH", "/{account}/posts/{id}", posts.patch),
        ("DELETE", "/{account}/posts/{id}", posts.delete),
        ("GET", "/@{account}/{id}", posts.page),
    ]
    return Mount(
        BASE,
        routes=[
            Route(path, door.refusing(endpoint), methods=[method])
            for method, path, endpoint in table
        ],
    )
