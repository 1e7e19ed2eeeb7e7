"""What needs a person, as it is found on the board, and the notice that it leads to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from schemas.codes import Code
from schemas.envelope import Parameters
from schemas.notices import Kind, NoticeFact, NoticeRaised, NoticeSettled
from services.kit.messages import Told

_PROBLEMS = UUID("2f6d8c52-0f7b-4f3e-9d0b-6d3a3f7e9c11")


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that does not go on without a person."""

    kind: Kind
    about: str
    """Subject of what is in trouble."""
    mark: str
    """Tells this time from another time that the same thing is in trouble."""
    trace: UUID
    stream: str
    post: UUID | None = None
    channel: str | None = None
    code: Code | None = None
    parameters: Parameters = field(default_factory=dict)

    @property
    def problem(self) -> UUID:
        """Name the problem; the same one has the same name in every replica."""
        return uuid5(_PROBLEMS, f"{self.kind}/{self.about}/{self.mark}")


@dataclass(frozen=True, slots=True)
class Ladder:
    """Which roles are told, one after the other, and how long each has to read it."""

    roles: tuple[str, ...]
    patience: timedelta


def raised(
    trouble: Trouble,
    ladder: Ladder,
    positions: Mapping[str, int],
    before: Told[NoticeFact] | None,
    now: datetime,
) -> NoticeRaised | None:
    """Say that a person is needed; None if that has been said, or may be over by now.

    A board that has read less than another replica's had when the trouble was over shows what
    was, not what is.
    """
    position = positions.get(trouble.stream, 0)
    if before is not None and not (
        isinstance(before.fact, NoticeSettled) and position > before.fact.sequence
    ):
        return None
    return NoticeRaised(
        occurred_at=now,
        trace=trouble.trace,
        problem=trouble.problem,
        kind=trouble.kind,
        about=trouble.about,
        stream=trouble.stream,
        sequence=position,
        since=now,
        post=trouble.post,
        channel=trouble.channel,
        code=trouble.code,
        parameters=trouble.parameters,
        roles=ladder.roles,
        patience=ladder.patience,
        follows=before.sequence if before else 0,
    )


def settled(
    before: Told[NoticeFact], positions: Mapping[str, int], now: datetime
) -> NoticeSettled | None:
    """Say that a trouble is over; None if this board has not read as far as the finder's had.

    That is so of the planner's own stream when it has come past the notice: a board that does not
    know the post yet shows no trouble either.
    """
    notice = before.fact
    position = positions.get(notice.stream, 0)
    is_behind = position < notice.sequence or positions.get("PLANNER", 0) < before.sequence
    if isinstance(notice, NoticeSettled) or is_behind:
        return None
    return NoticeSettled(**state_of(before, now) | {"sequence": position})


def state_of(before: Told[NoticeFact], now: datetime) -> dict[str, object]:
    """Give what the next fact of a notice takes over from the one before."""
    kept = {name: getattr(before.fact, name) for name in NoticeFact.model_fields if name != "type"}
    return kept | {"occurred_at": now, "follows": before.sequence}
