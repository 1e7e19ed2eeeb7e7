"""Reading lists of comments that may be anything: of any length, with anything in them."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from services.metrics.comments import Remark, Thread
from services.metrics.ports import CommentSource, NoAnswer
from services.metrics.publications import Publication
from services.metrics.sight import readable_texts

MOST = 500
"""Comments of one post, the newest, that are read at a time."""

PAGES = 12
"""Calls for one post; a list that goes on after them is not read to its end."""

_PATIENCE = timedelta(seconds=45)
"""Less than what keeps a timer from other replicas."""

_LONGEST_TEXT, _LONGEST_NAME, _LONGEST_ADDRESS = 20_000, 300, 2_000


class InTime:
    """A source that answers within a time, or has not answered."""

    def __init__(self, source: CommentSource) -> None:
        self._source = source

    async def comments(self, published: Publication) -> Thread:
        """Read them, however many calls it takes."""
        try:
            async with asyncio.timeout(_PATIENCE.total_seconds()):
                return await self._source.comments(published)
        except TimeoutError as late:
            raise NoAnswer(f"no end of the comments of {published.external_id}") from late


class Gathering:
    """The comments of one reading."""

    def __init__(self) -> None:
        self._remarks: dict[str, Remark] = {}
        self._whole = True

    @property
    def full(self) -> bool:
        """Whether as many have been read as are read at a time."""
        return len(self._remarks) >= MOST

    def take(self, remark: Remark | None) -> None:
        """Keep a comment; None: there was one that could not be read."""
        if remark is None:
            self._whole = False
        else:
            self._remarks[remark.external_id] = remark

    def break_off(self) -> None:
        """Say that there is more than has been read."""
        self._whole = False

    def thread(self) -> Thread:
        """Give the newest of them."""
        newest = sorted(self._remarks.values(), key=lambda each: each.written_at, reverse=True)
        return Thread(tuple(newest[:MOST]), self._whole and len(newest) <= MOST)


def remark(
    *,
    external_id: object,
    author: object,
    text: object,
    written_at: datetime | None,
    parent: object = "",
    url: object = "",
) -> Remark | None:
    """Make a comment of what was said; None if it has no time, or no name that can be kept."""
    if not isinstance(external_id, str) or written_at is None:
        return None
    if not external_id or external_id != _clean(external_id, _LONGEST_NAME):
        return None
    return Remark(
        external_id,
        _clean(parent, _LONGEST_NAME),
        _clean(author, _LONGEST_NAME),
        _clean(text, _LONGEST_TEXT),
        written_at,
        _clean(url, _LONGEST_ADDRESS),
    )


def instant(said: object) -> datetime | None:
    """Read a moment as platforms write it; without a zone it is in UTC."""
    try:
        moment = datetime.fromisoformat(said) if isinstance(said, str) else None
        # At the ends of the calendar there is no way to UTC.
        return moment and _aware(moment).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def moment_of(milliseconds: object) -> datetime | None:
    """Read a moment that is a count since 1970."""
    if not isinstance(milliseconds, int) or isinstance(milliseconds, bool):
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def plain(html: object) -> str:
    """Give what a reader sees of marked-up words."""
    return readable_texts(html)[0] if isinstance(html, str) else ""


def items(said: object) -> Iterator[dict[str, object]]:
    """Give the objects of a list, an empty one for whatever else stands there."""
    for each in said if isinstance(said, list) else ():
        yield each if isinstance(each, dict) else {}


def part(said: object, *path: str) -> object:
    """Give what stands at a path of names, if it is there."""
    for name in path:
        said = said.get(name) if isinstance(said, dict) else None
    return said


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _clean(said: object, most: int) -> str:
    """Take words that can be stored: half a letter pair cannot."""
    words = said if isinstance(said, str) else ""
    return words[:most].encode(errors="replace").decode()
