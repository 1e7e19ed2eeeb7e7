"""Finds what can be answered beneath a post: readers' comments, and what accounts have answered."""

from dataclasses import dataclass

from simulator.posts import Post
from simulator.remarks import Line, post_of
from simulator.world import World


@dataclass(frozen=True)
class Found:
    """A comment or an answer that readers see, and the post at the top."""

    line: Line
    root: Post
    top: str
    """The comment right beneath the post to which it belongs, or itself."""

    @property
    def id(self) -> str:
        """Its number."""
        return self.line.id

    @property
    def own(self) -> Post | None:
        """What an account of ours has answered; None: a reader wrote it."""
        return self.line.answer


def found(world: World, dialect: str, comment_id: str) -> Found | None:
    """The comment with this number, on this platform."""
    if not comment_id.isdecimal():
        return None
    own = world.posts.post(comment_id)
    root = world.posts.seen(post_of((own and own.in_reply_to_id) or comment_id), world.now())
    if root is None or root.dialect != dialect:
        return None
    lines = {line.id: line for line in world.thread(root)}
    line = lines.get(comment_id)
    return Found(line, root, _top(lines, line)) if line else None


def answers_to(world: World, root: Post, comment_id: str) -> list[Found]:
    """What accounts have answered to one comment, the oldest first."""
    lines = world.thread(root)
    by_id = {line.id: line for line in lines}
    return [
        Found(line, root, _top(by_id, line))
        for line in lines
        if line.answer and line.parent == comment_id
    ]


def _top(lines: dict[str, Line], line: Line) -> str:
    while line.parent in lines:
        line = lines[line.parent]
    return line.id
