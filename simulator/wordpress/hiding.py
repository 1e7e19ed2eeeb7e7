"""Comments of readers: held back, and approved again."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from simulator.deeds import keep_hidden
from simulator.posts import Post
from simulator.remarks import Line
from simulator.wordpress import errors, shapes
from simulator.wordpress.desk import Desk, chosen, found
from simulator.wordpress.errors import Refused
from simulator.wordpress.names import DIALECT

_HELD = {"hold": True, "0": True, "approved": False, "approve": False, "1": False}


@dataclass(frozen=True)
class Hiding:
    """The endpoint of one comment, for whoever may edit the post above it."""

    desk: Desk

    def knows(self, request: Request) -> bool:
        """Whether a reader's comment is meant, and no answer of ours."""
        return self.desk.world.comment(str(request.path_params["id"])) is not None

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
        return found(chosen(request, shapes.comment(self.desk.world, post, comment)))

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
