"""Comments of readers: read one by one, held back, and approved again."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulator.deeds import keep_hidden
from simulator.posts import Post
from simulator.remarks import Line
from simulator.wordpress import errors
from simulator.wordpress.desk import Desk, chosen, found
from simulator.wordpress.errors import Refused
from simulator.wordpress.names import DIALECT

_HELD = {"hold": True, "0": True, "approved": False, "approve": False, "1": False}


@dataclass(frozen=True)
class Hiding:
    """The endpoint of one comment, for whoever may edit the post above it."""

    desk: Desk

    async def read(self, request: Request) -> Response:
        """One comment, as the owner of its post sees it."""
        comment, post = self._known(request)
        return found(chosen(request, self._shape(comment, post)))

    async def change(self, request: Request) -> Response:
        """Hold a comment back, or approve it."""
        asked = await self.desk.asked(request)
        comment, post = self._known(request)
        held = _HELD.get(str(asked.get("status")))
        hidden = comment.id in self.desk.world.moderation.hidden(post.id)
        if held is None or held is hidden:
            # What is so already counts as a change that failed.
            raise Refused(500, "rest_comment_failed_edit", "Updating comment status failed.")
        await keep_hidden(self.desk.world, DIALECT, request, comment.id, post, hidden=held)
        return found(chosen(request, self._shape(comment, post)))

    def _known(self, request: Request) -> tuple[Line, Post]:
        account = self.desk.caller(request)
        known = self.desk.world.comment(str(request.path_params["id"]))
        if known is None or known[1].dialect != DIALECT:
            raise errors.no_comment()
        if account is None:
            raise errors.stranger("rest_cannot_edit", "edit this comment")
        if known[1].account != account:
            no = errors.stranger("rest_cannot_edit", "edit this comment")
            no.status = 403
            raise no
        return known

    def _shape(self, comment: Line, post: Post) -> dict[str, Any]:
        hidden = comment.id in self.desk.world.moderation.hidden(post.id)
        return {
            "id": int(comment.id),
            "post": int(post.id),
            "author_name": comment.name,
            "status": "hold" if hidden else "approved",
            "type": "comment",
        }
