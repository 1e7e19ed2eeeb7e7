"""Comments beneath the site's posts: answered, read, changed and thrown away."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulator.beneath import Found
from simulator.beneath import found as beneath
from simulator.posts import Post
from simulator.remarks import Line
from simulator.rules import Lag
from simulator.wordpress import errors, shapes
from simulator.wordpress.desk import Desk, chosen, found
from simulator.wordpress.errors import Refused
from simulator.wordpress.names import DIALECT

_MOST_BYTES = 65_525


@dataclass(frozen=True)
class Comments:
    """The endpoints of comments. Their writer may change them beneath a post of their own."""

    desk: Desk

    async def create(self, request: Request) -> Response:
        """Write a comment. Whether what it answers is there, nobody asks."""
        account, asked = self.desk.caller(request), await self.desk.asked(request)
        if account is None:
            message = "Sorry, you must be logged in to comment."
            raise Refused(401, "rest_comment_login_required", message)
        world, text = self.desk.world, _words(asked)
        root = world.posts.seen(str(asked.get("post", "")), world.now())
        if root is None or root.dialect != DIALECT or root.in_reply_to_id:
            message = "Sorry, you are not allowed to create this comment without a post."
            raise Refused(403, "rest_comment_invalid_post_id", message)
        if root.account != account:
            # What others write waits for whoever wrote the post.
            new = world.posts.new_id(world.now())
            line = Line(new, str(asked.get("parent")), account, text, world.now())
            await self.desk.write(request, status=201, what="request", account=account, text=text)
            held = {**shapes.comment(world, root, line), "status": "hold"}
            return found(chosen(request, held), 201)
        parent = str(asked.get("parent") or root.id)
        for line in world.thread(root):
            if line.answer and (line.parent, line.text) == (parent, text):
                message = "Duplicate comment detected; it looks as though you've already said that!"
                raise Refused(409, "comment_duplicate", message)
        lag = world.faults.inner("POST", request.url.path, text, Lag)
        new = world.posts.new_id(world.now())
        await self.desk.write(
            request,
            status=201,
            what="published",
            account=account,
            id=new,
            text=text,
            in_reply_to_id=parent,
            value={"slug": (root.value or {}).get("slug")},
            fault=lag.kind if lag else None,
            lag=lag.seconds if isinstance(lag, Lag) else None,
        )
        return self._shown(request, root, new, 201)

    async def read(self, request: Request) -> Response:
        """One comment; what waits for approval is shown to whoever may give it."""
        said = self._known(request)
        held = said.id in self.desk.world.moderation.hidden(said.root.id)
        if held and self.desk.caller(request) != said.root.account:
            raise errors.stranger("rest_cannot_read", "read this comment")
        return self._shown(request, said.root, said.id)

    async def change(self, request: Request) -> Response:
        """Change the words of an answer."""
        said, asked = self._known(request), await self.desk.asked(request)
        own = self._own(request, said, "rest_cannot_edit", "edit this comment")
        await self.desk.write(
            request,
            what="edited",
            account=own.account,
            id=own.id,
            text=_words(asked),
            in_reply_to_id=own.in_reply_to_id,
            value=own.value,
        )
        return self._shown(request, said.root, own.id)

    async def delete(self, request: Request) -> Response:
        """Throw an answer into the trash."""
        said = self._known(request)
        own = self._own(request, said, "rest_cannot_delete", "delete this comment")
        shape = shapes.comment(self.desk.world, said.root, said.line)
        await self.desk.write(
            request, what="deleted", account=own.account, id=own.id, text=own.text
        )
        return found(chosen(request, {**shape, "status": "trash"}))

    def _known(self, request: Request) -> Found:
        said = beneath(self.desk.world, DIALECT, str(request.path_params["id"]))
        if said is None:
            raise Refused(404, "rest_comment_invalid_id", "Invalid comment ID.")
        return said

    def _own(self, request: Request, said: Found, code: str, what: str) -> Post:
        account, own = self.desk.caller(request), said.own
        if own is not None and own.account == account:
            return own
        no = errors.stranger(code, what)
        no.status = 401 if account is None else 403
        raise no

    def _shown(self, request: Request, root: Post, comment: str, status: int = 200) -> Response:
        lines = {line.id: line for line in self.desk.world.thread(root)}
        if comment not in lines:
            # Written, and not to be read yet.
            return found({"id": int(comment), "status": "approved"}, status)
        shape = shapes.comment(self.desk.world, root, lines[comment])
        return found(chosen(request, shape), status)


def _words(asked: dict[str, Any]) -> str:
    content = str(asked.get("content", ""))
    if not content.strip():
        raise Refused(400, "rest_comment_content_invalid", "Invalid comment content.")
    if len(content.encode()) > _MOST_BYTES:
        message = "Comment field exceeds maximum length allowed."
        raise Refused(400, "comment_content_column_length", message)
    return shapes.words(content)
