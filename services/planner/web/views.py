"""What the board and a post show, made of the same answers that the API gives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.kit.languages import Language
from services.planner.answers import ChannelAnswer, PostAnswer, StrangerAnswer, VariantAnswer
from services.planner.domain.transitions import State
from services.planner.web.choices import PostView
from services.planner.web.week import Week

FAMILIES = {
    "draft": "writing",
    "submitted": "asking",
    "approved": "coming",
    "scheduled": "coming",
    "attempted": "coming",
    "waiting": "troubled",
    "uncertain": "troubled",
    "held": "troubled",
    "correcting": "coming",
    "retracting": "coming",
    "published": "out",
    "corrected": "out",
    "retracted": "gone",
    "failed": "stopped",
    "expired": "stopped",
    "missed": "stopped",
    "withdrawn": "gone",
    "cancelled": "gone",
}
"""Statuses that look alike; words tell them apart."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A post's variant at its place on the board."""

    post: PostAnswer
    variant: VariantAnswer
    at: datetime

    @property
    def family(self) -> str:
        """Say what it looks like."""
        return family(self.variant)


@dataclass(frozen=True, slots=True)
class Day:
    """A row of the board: what goes out on one day, a cell for each channel."""

    day: date
    today: bool
    cells: tuple[tuple[Entry, ...], ...]

    @property
    def empty(self) -> bool:
        """Whether nothing goes out on it."""
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Need:
    """Something that goes no further until a person acts."""

    about: str
    channel: str | None
    post: PostAnswer | None
    label: str
    sentence: str
    remedy: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class BoardView:
    """Everything on the week board."""

    week: Week
    channels: tuple[ChannelAnswer | str, ...]
    """The columns; a name alone where the publisher tells of no such channel."""
    days: tuple[Day, ...]
    waiting: tuple[PostView, ...]
    drafts: tuple[PostAnswer, ...]
    """Drafts without a time, which have no place in the week."""
    cut: bool
    """There are more posts than are shown."""


def family(variant: VariantAnswer) -> str:
    """Say what a variant's status looks like; what needs a person is trouble, public or not."""
    found = FAMILIES.get(variant.status, "gone")
    return "troubled" if variant.needs_person and found in {"coming", "out"} else found


def board_view(
    week: Week,
    posts: Sequence[PostAnswer],
    coming: Sequence[PostView],
    channels: Sequence[ChannelAnswer],
    today: date,
    *,
    cut: bool,
) -> BoardView:
    """Lay out a week: days by channels, and beside them what has no time or waits for people."""
    entries = [entry for post in posts for entry in _entries(post, week)]
    names = [channel.channel for channel in channels]
    unknown = sorted({entry.variant.channel for entry in entries} - set(names))
    days = tuple(
        Day(day, day == today, tuple(_cell(entries, day, name) for name in [*names, *unknown]))
        for day in week.days
    )
    return BoardView(
        week=week,
        channels=(*channels, *unknown),
        days=days,
        waiting=tuple(view for view in coming if view.post.state == State.SUBMITTED),
        drafts=tuple(view.post for view in coming if _undated_draft(view.post)),
        cut=cut,
    )


def needs(posts: Iterable[PostAnswer], speech: Language) -> list[Need]:
    """List the variants that go no further by themselves, or that nobody can see."""
    found: list[Need] = []
    for post in posts:
        for variant in post.variants:
            if not variant.needs_person:
                continue
            unseen = variant.witness is not None and not variant.witness.seen
            # A post is missed as a whole; its channels add nothing.
            whole = variant.status == State.MISSED
            said = variant.problem
            found.append(
                Need(
                    about=post.title,
                    channel=None if whole else variant.channel_title,
                    post=post,
                    label=speech("Unseen") if unseen else variant.status_label,
                    sentence=said.detail if said else "",
                    remedy=variant.next_step.sentence,
                    url=variant.url,
                )
            )
            if whole:
                break
    return found


def unready(channels: Iterable[ChannelAnswer], speech: Language) -> list[Need]:
    """List the channels that cannot take posts just now."""
    return [
        Need(
            about=channel.title,
            channel=None,
            post=None,
            label=speech("Not ready"),
            sentence=channel.problem.detail if channel.problem else "",
            remedy=channel.problem.remedy if channel.problem else "",
        )
        for channel in channels
        if not channel.ready
    ]


def expiring(channels: Iterable[ChannelAnswer], speech: Language) -> list[Need]:
    """List the channels whose token ends soon."""
    return [
        Need(
            about=channel.title,
            channel=None,
            post=None,
            label=speech("Token ends soon") + f" ({_days(channel.token_days or 0, speech)})",
            sentence=channel.warning.detail,
            remedy=channel.warning.remedy,
        )
        for channel in channels
        if channel.warning
    ]


def strangers(found: Iterable[StrangerAnswer], speech: Language) -> list[Need]:
    """List what stands on our accounts and did not come from here."""
    return [
        Need(
            about=stranger.channel_title,
            channel=None,
            post=None,
            label=speech("Stands there twice") if stranger.twin else speech("Stranger"),
            sentence=stranger.problem.detail,
            remedy=stranger.problem.remedy,
            url=stranger.url,
        )
        for stranger in found
    ]


def _days(days: int, speech: Language) -> str:
    return speech("1 day left") if days == 1 else speech("{days} days left", days=days)


def _entries(post: PostAnswer, week: Week) -> Iterable[Entry]:
    for variant in post.variants:
        if variant.out_at is None:
            continue
        at = variant.out_at.instant.astimezone(ZoneInfo(week.zone))
        if at.date() in week.days:
            yield Entry(post, variant, at)


def _cell(entries: Iterable[Entry], day: date, channel: str) -> tuple[Entry, ...]:
    found = [e for e in entries if e.at.date() == day and e.variant.channel == channel]
    return tuple(sorted(found, key=lambda entry: (entry.at, entry.post.title, entry.post.id)))


def _undated_draft(post: PostAnswer) -> bool:
    return post.state == State.DRAFT and all(v.out_at is None for v in post.variants)
