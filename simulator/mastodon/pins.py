"""Posts that stand first on their account's page."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from simulator.deeds import keep_pinned
from simulator.mastodon.desk import DIALECT, Desk, found
from simulator.mastodon.refusals import Refused
from simulator.mastodon.shapes import MAX_PINS
from simulator.posts import Post

_TOO_MANY = "Validation failed: You have already pinned the maximum number of posts"


@dataclass(frozen=True)
class Pins:
    """The endpoints that pin a post and let it go."""

    desk: Desk

    async def pin(self, request: Request) -> Response:
        """Pin an own post; a second time is refused, for the server makes a row of each."""
        post = self.desk.own_post(request)
        pinned = self.desk.world.moderation.pinned(post.account)
        if post.id in pinned:
            raise Refused(422, "Duplicate record")
        if len(pinned) >= MAX_PINS:
            raise Refused(422, _TOO_MANY)
        return await self._keep(request, post, pinned=True)

    async def unpin(self, request: Request) -> Response:
        """Let an own post go; one that is not pinned is no error."""
        return await self._keep(request, self.desk.own_post(request), pinned=False)

    async def _keep(self, request: Request, post: Post, *, pinned: bool) -> Response:
        await keep_pinned(self.desk.world, DIALECT, request, post, pinned=pinned)
        return found(self.desk.shapes.status(post))
