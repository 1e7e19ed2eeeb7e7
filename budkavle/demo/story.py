"""What became of each post in each channel, as the demo tells it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.table import Table

from budkavle.programs import BLUESKY, FACEBOOK, INSTAGRAM, MASTODON, NEWSROOM
from services.kit.languages import Language

DAYS = {
    "monday": "Mon",
    "tuesday": "Tue",
    "wednesday": "Wed",
    "thursday": "Thu",
    "friday": "Fri",
    "saturday": "Sat",
    "sunday": "Sun",
}

AGES = timedelta(seconds=4), timedelta(seconds=10)
"""How old a post is when the demo has its numbers read."""

BAD_ENDS = frozenset({"failed", "expired", "missed", "cancelled", "withdrawn"})
"""States in which a variant stays without being public."""

_OUT = "published"
_CHANNELS = {
    NEWSROOM: "Newsroom",
    MASTODON: "Mastodon",
    BLUESKY: "Bluesky",
    FACEBOOK: "Facebook",
    INSTAGRAM: "Instagram",
}
_SHORTEST_TITLE, _LONGEST_TITLE = 12, 48
_OTHER_COLUMNS = 64


@dataclass(frozen=True, slots=True)
class Row:
    """One variant of one post, from its planned time to its numbers."""

    slug: str
    title: str
    channel: str
    day: str
    time: str
    text: str
    post: str = ""
    state: str = "draft"
    label: str = ""
    """What people call the state."""
    publish_at: datetime | None = None
    published_at: datetime | None = None
    url: str = ""
    witnessed_after: timedelta | None = None
    unseen: bool = False
    read_at: timedelta = timedelta(0)
    """The age at which its newest numbers were read. An earlier one can be missed: an outage."""
    numbers: Mapping[str, int | None] | None = None
    """The newest numbers by name; None as a value: the channel does not say."""

    @property
    def out(self) -> bool:
        """Whether it is public, as far as we know."""
        return self.state == _OUT

    @property
    def measured(self) -> bool:
        """Whether its numbers have been read at the last age."""
        return self.read_at >= AGES[-1]

    @property
    def late(self) -> timedelta | None:
        """How long after its time it went out."""
        if self.published_at is None or self.publish_at is None:
            return None
        return max(self.published_at - self.publish_at, timedelta(0))


def table(say: Language, rows: Iterable[Row], width: int) -> Table:
    """Draw all rows as they stand, within a terminal's width."""
    drawn = Table(header_style="bold", box=None, padding=(0, 1, 0, 0))
    room = max(_SHORTEST_TITLE, min(_LONGEST_TITLE, width - _OTHER_COLUMNS))
    drawn.add_column(say("Post"), width=room, no_wrap=True, overflow="ellipsis")
    drawn.add_column(say("Channel"), width=9, no_wrap=True)
    drawn.add_column(say("Planned"), width=9, no_wrap=True)
    drawn.add_column(say("Out"), width=10, no_wrap=True, overflow="ellipsis")
    drawn.add_column(say("Late by"), width=8, justify="right")
    drawn.add_column(say("Witnessed after"), width=9, justify="right")
    drawn.add_column(say("Reach"), width=12, no_wrap=True, justify="right")
    before = ""
    for row in rows:
        drawn.add_row(
            row.title if row.slug != before else "",
            say(_CHANNELS.get(row.channel, row.channel)),
            f"{say(DAYS[row.day])} {row.time}",
            _out(row),
            seconds(row.late),
            say("not seen") if row.unseen else seconds(row.witnessed_after),
            reach(say, row.numbers),
            style=_style(row),
        )
        before = row.slug
    return drawn


def _style(row: Row) -> str:
    if row.state in BAD_ENDS:
        return "red"
    return "" if row.out else "dim"


def _out(row: Row) -> str:
    if row.published_at is not None:
        return row.published_at.astimezone().strftime("%H:%M:%S")
    return row.label


def seconds(duration: timedelta | None) -> str:
    """Write a duration as people read it in a table."""
    return "" if duration is None else f"{duration.total_seconds():.2f} s"


def reach(say: Language, numbers: Mapping[str, int | None] | None) -> str:
    """Say how far a post carried: views if the channel tells, else how often it was passed on."""
    if numbers is None:
        return ""
    if (views := numbers.get("views")) is not None:
        return say("1 view") if views == 1 else say("{count} views", count=views)
    if (shares := numbers.get("shares")) is not None:
        return say("1 share") if shares == 1 else say("{count} shares", count=shares)
    return "–"
