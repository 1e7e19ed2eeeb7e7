"""Which method of the protocol leads where."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.bluesky.desk import BlueskyDoor, Desk, under
from simulator.bluesky.feeds import Feeds
from simulator.bluesky.marks import Marks
from simulator.bluesky.names import did_of, handle_of
from simulator.bluesky.records import Records
from simulator.bluesky.refusals import invalid


def routes(door: BlueskyDoor) -> list[Route]:
    """The methods of the dialect; the pages for strangers are the wall's."""
    feeds = Feeds(door.desk)
    records = Records(door.desk, Marks(door.desk), feeds)
    signing = _Signing(door.desk)
    table = [
        ("POST", "com.atproto.server.createSession", signing.sign_in),
        ("POST", "com.atproto.server.refreshSession", signing.renew),
        ("GET", "com.atproto.server.getSession", signing.whose),
        ("POST", "com.atproto.repo.uploadBlob", records.upload),
        ("POST", "com.atproto.repo.createRecord", records.create),
        ("POST", "com.atproto.repo.putRecord", records.put),
        ("POST", "com.atproto.repo.deleteRecord", records.delete),
        ("GET", "com.atproto.repo.getRecord", records.read),
        ("GET", "com.atproto.identity.resolveHandle", signing.resolve),
        ("GET", "app.bsky.actor.getProfile", feeds.profile),
        ("GET", "app.bsky.feed.getAuthorFeed", feeds.of_author),
        ("GET", "app.bsky.feed.getPosts", feeds.of_uris),
        ("GET", "app.bsky.feed.getPostThread", feeds.thread),
    ]
    return [
        Route(under(name), door.refusing(endpoint), methods=[method])
        for method, name, endpoint in table
    ]


class _Signing:
    """The methods about sessions."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def sign_in(self, request: Request) -> Response:
        """Open a session."""
        said = await self._desk.said(request)
        opened = self._desk.sessions.sign_in(said.get("identifier"), said.get("password"))
        return JSONResponse(opened)

    async def renew(self, request: Request) -> Response:
        """Open a session with what another has left behind."""
        sessions = self._desk.sessions
        token = request.headers.get("authorization", "")
        return JSONResponse(sessions.opened(sessions.account_of(token, "refresh")))

    async def resolve(self, request: Request) -> Response:
        """The lasting name behind a handle; a server has to be asked for each."""
        handle = request.query_params.get("handle", "").lower()
        world = self._desk.world
        if handle not in {handle_of(name) for name in world.accounts.values()}:
            raise invalid("Unable to resolve handle")
        return JSONResponse({"did": did_of(handle)})

    async def whose(self, request: Request) -> Response:
        """Whose session it is."""
        return JSONResponse(self._desk.sessions.shown(self._desk.caller(request)))
