"""What the public wrote beneath our posts, and how it stands: open, answered, hidden, gone."""

from dataclasses import dataclass
from enum import StrEnum

from schemas.comments import CommentFact, CommentRemoved
from schemas.moderation import ModerationApplied
from services.planner.domain.moderation import Moderation
from services.planner.domain.shown import Shown


class CommentState(StrEnum):
    """How a comment stands."""

    OPEN = "open"
    ANSWERED = "answered"
    HIDE_ASKED = "hide_asked"
    HIDDEN = "hidden"
    HIDE_FAILED = "hide_failed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Known:
    """What metrics has told of a comment, and how it stands."""

    fact: CommentFact
    state: CommentState


@dataclass(frozen=True, slots=True)
class Comment:
    """All that the board has drawn of one comment. Who wrote what is not on it."""

    fact: CommentFact
    state: CommentState
    title: str
    """Of the post beneath which it stands, as our people call it."""
    moderation: Moderation | None = None
    answers: tuple[Shown, ...] = ()
    """Posts that answer it, in whatever state."""
    mark: str = ""
    """Changes whenever anything else here does."""


def stands(
    fact: CommentFact, moderation: Moderation | None, *, answered: bool = False
) -> CommentState:
    """Say how a comment stands.

    What we have hidden is hidden although readers no longer find it: it can be shown again.
    """
    hiding = _hiding(moderation) if moderation else None
    if _is_gone(fact, moderation) and hiding is not CommentState.HIDDEN:
        return CommentState.REMOVED
    return hiding or (CommentState.ANSWERED if answered else CommentState.OPEN)


def _is_gone(fact: CommentFact, moderation: Moderation | None) -> bool:
    """Whether readers no longer find it, as far as was looked since we had it shown again."""
    outcome = moderation.outcome if moderation else None
    shown_again = isinstance(outcome, ModerationApplied) and outcome.action == "unhide"
    looked_since = outcome is None or fact.occurred_at > outcome.occurred_at
    return isinstance(fact, CommentRemoved) and (looked_since or not shown_again)


def _hiding(moderation: Moderation) -> CommentState | None:
    applied = isinstance(moderation.outcome, ModerationApplied)
    if moderation.asked.action == "unhide":
        return None if applied else CommentState.HIDDEN
    if moderation.outcome is None:
        return CommentState.HIDE_ASKED
    return CommentState.HIDDEN if applied else CommentState.HIDE_FAILED
