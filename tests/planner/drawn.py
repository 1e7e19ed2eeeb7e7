"""A board on a file of a test's own, and posts to draw on it."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from schemas.envelope import Fact
from schemas.posts import Addressee, PostFact
from services.kit.boards import Position
from services.kit.messages import Told
from services.planner.board import Board, Reader
from services.planner.board.file import opened
from services.planner.domain import transitions
from services.planner.domain.written import WrittenPost, document_of
from services.planner.live import Change
from tests.planner.samples import ANNA, BENGT, NOW, ZONE, variant, written

HOUR = timedelta(hours=1)


class Drawn:
    """A board on a file, and what it told of its changes."""

    def __init__(self, path: Path) -> None:
        self.file = opened(path)
        self.changes: list[Change] = []
        self.board = Board(self.file, self.changes.extend)
        self.reader = Reader(self.file)

    def draw(self, stream: str, *facts: Fact) -> None:
        begin = (self.board.position(stream) or Position("now", 0)).sequence
        page = [Told(fact, begin + number, NOW) for number, fact in enumerate(facts, 1)]
        self.board.apply(stream, page, Position("now", begin + len(page)))

    def titles(self, *stretch: Any, **how: Any) -> list[str]:
        start, end = stretch or (None, None)
        return [s.post.document.title for s in self.reader.posts(start, end, NOW, **how).posts]


def post(title: str, *hours: float | None, post: UUID | None = None) -> PostFact:
    """Draft a post with a variant at each of these hours from now; None: on approval."""
    times = ["on_approval" if each is None else (NOW + HOUR * each).isoformat() for each in hours]
    channels = ["newsroom", "mastodon", "third", "fourth"]
    body = written(
        *(variant(c, publish_at=t) for c, t in zip(channels, times, strict=False)), title=title
    )
    document = document_of(WrittenPost.model_validate(body), {}, ZONE)[0]
    return transitions.draft(document, post or uuid4(), ANNA, NOW).post


def answering(draft: PostFact) -> PostFact:
    """Let it be written beneath a comment, which is no post of its own."""
    [variant] = draft.document.variants
    comment = Addressee(comment=uuid4(), external_id="2", beneath="1")
    content = variant.content.model_copy(update={"answers": comment})
    variants = (variant.model_copy(update={"content": content}),)
    document = draft.document.model_copy(update={"variants": variants})
    return draft.model_copy(update={"document": document})


def approved(draft: PostFact) -> PostFact:
    submitted = transitions.submit(draft, ANNA, NOW).post
    return transitions.approve(submitted, BENGT, NOW, HOUR).post
