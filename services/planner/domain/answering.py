"""Whether a post may answer the comment that it names."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from uuid import UUID

from schemas.codes import Code
from schemas.posts import Addressee, Document
from services.planner.domain.comments import CommentState, Known
from services.planner.domain.refusals import Problem

Comments = Mapping[UUID, Iterable[Known]]
"""What is known of comments, by their ids; one may stand beneath two posts of ours."""

NOTHING_KNOWN: Comments = MappingProxyType({})


def addressee(comment: UUID, channel: str, known: Comments) -> Addressee | Problem:
    """Find what a channel has to be told of the comment that is answered there."""
    facts = [each.fact for each in known.get(comment, ())]
    for fact in facts:
        if fact.channel == channel:
            return Addressee(comment=comment, external_id=fact.external_id, beneath=fact.beneath)
    if facts:
        other = facts[0].channel
        return Problem(Code.COMMENT_ELSEWHERE, {"channel": channel, "other": other}, "answers")
    return Problem(Code.COMMENT_UNKNOWN, {"comment": str(comment)}, "answers")


def answered_by(document: Document) -> set[UUID]:
    """List the comments that a document answers."""
    contents = [variant.content for variant in document.variants]
    return {content.answers.comment for content in contents if content.answers}


def gone_comments(
    document: Document, known: Comments, public: Collection[str] = ()
) -> tuple[Problem, ...]:
    """List the answers to comments that are no longer there; a `public` one may be mended."""
    return tuple(_gone(document, known, public))


def _gone(document: Document, known: Comments, public: Collection[str]) -> Iterator[Problem]:
    for number, variant in enumerate(document.variants):
        answers = variant.content.answers
        if answers is None or variant.channel in public:
            continue
        states = [
            each.state
            for each in known.get(answers.comment, ())
            if each.fact.channel == variant.channel
        ]
        if set(states) == {CommentState.REMOVED}:
            yield Problem(
                Code.COMMENT_GONE, {"channel": variant.channel}, f"variants.{number}.answers"
            )
