"""Which path of the site leads where; its pages for strangers are the wall's."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.wordpress.comments import Comments
from simulator.wordpress.desk import WordPressDoor
from simulator.wordpress.errors import Refused
from simulator.wordpress.hiding import Hiding
from simulator.wordpress.media import Media
from simulator.wordpress.names import API, INDEX, UPLOADS
from simulator.wordpress.posts import Posts

_ANY = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes(door: WordPressDoor) -> list[Route]:
    """The API of the dialect, and its files."""
    posts, media = Posts(door.desk), Media(door.desk)
    comments, hiding = Comments(door.desk), Hiding(door.desk)

    async def change(request: Request) -> Response:
        return await (hiding if hiding.knows(request) else comments).change(request)

    table = [
        (["GET"], "/users/me", posts.me),
        (["GET"], "/posts", posts.listed),
        (["POST"], "/posts", posts.create),
        (["GET"], "/posts/{id:int}", posts.read),
        (["POST", "PUT", "PATCH"], "/posts/{id:int}", posts.change),
        (["DELETE"], "/posts/{id:int}", posts.delete),
        (["GET"], "/comments", posts.comments),
        (["POST"], "/comments", comments.create),
        (["GET"], "/comments/{id:int}", comments.read),
        (["POST", "PUT", "PATCH"], "/comments/{id:int}", change),
        (["DELETE"], "/comments/{id:int}", comments.delete),
        (["GET"], "/media", media.listed),
        (["POST"], "/media", media.upload),
        (["GET"], "/media/{id:int}", media.read),
        (["POST", "PUT", "PATCH"], "/media/{id:int}", media.describe),
        (["DELETE"], "/media/{id:int}", media.delete),
    ]
    return [
        *(
            Route(f"{API}{path}", door.refusing(endpoint), methods=methods)
            for methods, path, endpoint in table
        ),
        Route(f"{INDEX}/{{rest:path}}", door.refusing(_nowhere), methods=_ANY),
        Route(f"{UPLOADS}/{{file}}", media.fetch),
    ]


async def _nowhere(_request: Request) -> Response:
    message = "No route was found matching the URL and request method."
    raise Refused(404, "rest_no_route", message)
