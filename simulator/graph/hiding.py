"""Comments of readers beneath our posts: hidden from strangers, and shown again."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from simulator.deeds import keep_hidden
from simulator.graph import errors
from simulator.graph.desk import DIALECT, Desk, account_of, found
from simulator.posts import Post
from simulator.remarks import Line

_NAMES = {DIALECT: "is_hidden", "instagram": "hide", "threads": "hide"}
"""What each platform calls the one thing that is said of a comment."""


@dataclass(frozen=True)
class Hiding:
    """The endpoint of a comment, by whichever path a platform gives it."""

    desk: Desk
    dialects: tuple[str, ...]
    """The platforms that are reached by these paths."""

    def knows(self, node: str) -> bool:
        """Whether a node is a comment."""
        return self._known(node) is not None

    async def change(self, request: Request) -> Response:
        """Hide a comment, or show it again; only the owner of the post may."""
        fields = await self.desk.fields(request)
        name, node = self.desk.name(request, fields), request.path_params["node"]
        known = self._known(node)
        if known is None:
            raise errors.gone(node)
        comment, post = known
        owner = account_of(name) if post.dialect == DIALECT else f"{name}.{post.dialect}"
        if post.account != owner:
            raise errors.gone(node)
        if post.dialect == DIALECT:
            self.desk.demand(request, "pages_manage_engagement")
        said = fields.one(_NAMES[post.dialect])
        if said not in ("true", "false"):
            raise errors.bad_parameter(f"Param {_NAMES[post.dialect]} must be a boolean")
        await keep_hidden(
            self.desk.world, post.dialect, request, comment.id, post, hidden=said == "true"
        )
        return found({"success": True})

    def _known(self, node: str) -> tuple[Line, Post] | None:
        # On a Page the number of its post stands before a comment's own.
        known = self.desk.world.comment(node.rpartition("_")[2])
        return known if known and known[1].dialect in self.dialects else None
