"""Which path of the Graph API leads where; every node answers with and without a last slash."""

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.door import Endpoint
from simulator.graph import threads
from simulator.graph.comments import Comments
from simulator.graph.desk import BASE, DIALECT, GraphDoor
from simulator.graph.hiding import Hiding
from simulator.graph.instagram import Instagram
from simulator.graph.listing import OfAnInstagramPost, OfAThread
from simulator.graph.page import Page
from simulator.graph.reels import UPLOADS, Reels
from simulator.graph.renewals import Renewals
from simulator.graph.replies import Replies
from simulator.graph.threads import Threads
from simulator.graph.tokens import Tokens


def routes(door: GraphDoor) -> list[Route]:
    """The API of the dialect; the pages for strangers are the wall's."""
    page, tokens, instagram = Page(door.desk), Tokens(door.desk), Instagram(door.desk)
    hiding = Hiding(door.desk, (DIALECT, instagram.dialect))
    comments, replies = Comments(door.desk), Replies(door.desk, instagram)
    reels = Reels(door.desk)
    under_media = OfAnInstagramPost(instagram)

    def whose(one: Endpoint, other: Endpoint) -> Endpoint:
        """A node's own endpoint, where a path alone does not say what it is."""
        return _if(instagram.knows, one, other)

    def remarked(comment: Endpoint, reply: Endpoint, other: Endpoint) -> Endpoint:
        return _if(comments.knows, comment, _if(replies.knows, reply, other))

    other_read = whose(instagram.read, _if(reels.knows, reels.read, page.read))
    other_change = _if(comments.knows, comments.change, page.change)
    other_delete = whose(instagram.delete, page.delete)
    table = [
        ("POST", "", tokens.batch),
        ("GET", "/debug_token", tokens.debug),
        ("POST", "/{node}/photos", page.photo),
        ("POST", "/{node}/feed", page.feed),
        ("GET", "/{node}/feed", page.published),
        ("GET", "/{node}/published_posts", page.published),
        ("GET", "/{node}/scheduled_posts", page.scheduled),
        ("GET", "/{node}/attachments", page.attachments),
        (
            "GET",
            "/{node}/comments",
            _if(comments.knows, comments.listed, whose(under_media.listed, page.comments)),
        ),
        ("POST", "/{node}/comments", comments.answer),
        ("GET", "/{node}/replies", replies.listed),
        ("POST", "/{node}/replies", replies.answer),
        ("POST", "/{node}/media", instagram.create),
        ("GET", "/{node}/media", instagram.listed),
        ("POST", "/{node}/media_publish", instagram.publish),
        ("GET", "/{node}/content_publishing_limit", instagram.quota),
        ("GET", "/{node}/insights", whose(instagram.numbers, page.numbers)),
        ("GET", "/{node}", remarked(comments.read, replies.read, other_read)),
        ("POST", "/{node}", _if(hiding.knows, hiding.change, other_change)),
        ("DELETE", "/{node}", remarked(comments.delete, replies.delete, other_delete)),
        ("POST", "/{node}/video_reels", reels.video_reels),
    ]
    every = ["GET", "POST", "DELETE"]
    other = Route(f"{BASE}/{{version}}/{{path:path}}", door.refusing(page.unknown), methods=every)
    upload = Route(
        f"{UPLOADS}/video-upload/{{version}}/{{video}}",
        door.refusing(reels.upload),
        methods=["POST"],
    )
    return [*_routes(BASE, door, table), upload, other]


def _if(knows: Callable[[str], bool], one: Endpoint, other: Endpoint) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await (one if knows(request.path_params["node"]) else other)(request)

    return endpoint


def threads_routes(door: GraphDoor) -> list[Route]:
    """The API of Threads, which is one of its own."""
    profile = Threads(door.desk)
    hiding = Hiding(door.desk, (profile.dialect,))
    beneath = OfAThread(profile)
    table = [
        ("POST", "/{node}/threads", profile.create),
        ("GET", "/{node}/threads", profile.listed),
        ("POST", "/{node}/threads_publish", profile.publish),
        ("GET", "/{node}/threads_publishing_limit", profile.quota),
        ("GET", "/{node}/insights", profile.numbers),
        ("POST", "/{node}/manage_reply", hiding.change),
        ("GET", "/{node}/replies", _if(profile.is_account, profile.replies, beneath.replies)),
        ("GET", "/{node}/conversation", beneath.conversation),
        ("GET", "/{node}", profile.read),
        ("DELETE", "/{node}", profile.delete),
    ]
    renew = door.refusing(Renewals(door.desk).renew)
    renewal = Route(f"{threads.BASE}/refresh_access_token", renew, methods=["GET"])
    return [renewal, *_routes(threads.BASE, door, table)]


def _routes(base: str, door: GraphDoor, table: Sequence[tuple[str, str, Endpoint]]) -> list[Route]:
    return [
        Route(f"{base}/{{version}}{path}{slash}", door.refusing(endpoint), methods=[method])
        for method, path, endpoint in table
        for slash in ("", "/")
    ]
