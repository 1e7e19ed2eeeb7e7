"""What a newsroom's board keeps between restarts: the posts in order, and which are drawn."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

from services.kit.boards import Position
from services.publisher.channels.newsroom.items import Item

_VERSION = 1
_TABLES = """
CREATE TABLE place (stream TEXT PRIMARY KEY, created TEXT NOT NULL, sequence INTEGER NOT NULL);
CREATE TABLE item (
    post TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL,
    body TEXT NOT NULL,
    drawn INTEGER NOT NULL DEFAULT 0,
    pictured INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX item_in_order ON item (sequence);
CREATE INDEX item_undrawn ON item (sequence) WHERE NOT drawn;
CREATE INDEX item_unpictured ON item (tries, sequence) WHERE drawn AND NOT pictured;
"""


class Shelf:
    """A small file that can be thrown away: the facts are the truth, and it is filled from them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows = _open_or_replace(path)

    def is_lost(self) -> bool:
        """Whether somebody has taken the file away."""
        return not self._path.exists()

    def reopen(self) -> None:
        """Begin a new file."""
        self._rows.close()
        self._rows = _open_or_replace(self._path)

    def position(self, stream: str) -> Position | None:
        """Say how far this stream has been followed."""
        row = self._rows.execute(
            "SELECT created, sequence FROM place WHERE stream = ?", (stream,)
        ).fetchone()
        return Position(*row) if row else None

    def keep(self, stream: str, items: Iterable[tuple[int, Item]], position: Position) -> bool:
        """Put posts on the shelf and remember the position; True if one stood there already."""
        again = False
        with self._rows:
            for sequence, item in items:
                post, body = str(item.post), item.model_dump_json()
                fresh = self._rows.execute(
                    "INSERT INTO item (post, sequence, body) VALUES (?, ?, ?)"
                    " ON CONFLICT (post) DO NOTHING",
                    (post, sequence, body),
                ).rowcount
                if not fresh:
                    again = True
                    self._rows.execute(
                        "UPDATE item SET body = ?, drawn = 0, pictured = 0, tries = 0"
                        " WHERE post = ?",
                        (body, post),
                    )
            self._rows.execute("INSERT OR REPLACE INTO place VALUES (?, ?, ?)", (stream, *position))
        return again

    def clear(self) -> None:
        """Forget everything."""
        with self._rows:
            self._rows.execute("DELETE FROM item")
            self._rows.execute("DELETE FROM place")

    def redraw(self) -> None:
        """Count every post as not drawn."""
        with self._rows:
            self._rows.execute("UPDATE item SET drawn = 0, pictured = 0, tries = 0")

    def undrawn(self, most: int) -> list[Item]:
        """Give the oldest posts that are not drawn."""
        return self._items("WHERE NOT drawn ORDER BY sequence LIMIT ?", most)

    def unpictured(self, most: int) -> list[Item]:
        """Give posts whose pictures are not all in place, those tried least first."""
        return self._items("WHERE drawn AND NOT pictured ORDER BY tries, sequence LIMIT ?", most)

    def stretch(self, first: int, most: int) -> list[Item]:
        """Give drawn posts in the order in which they were published, from the `first` on."""
        return self._items("WHERE drawn ORDER BY sequence LIMIT ? OFFSET ?", most, first)

    def count(self, *, drawn: bool) -> int:
        """Say how many posts are drawn, or are not."""
        row = self._rows.execute(
            "SELECT COUNT(*) FROM item WHERE drawn = ?", (int(drawn),)
        ).fetchone()
        return int(row[0])

    def mark_drawn(self, items: Sequence[Item]) -> None:
        """Count these posts as drawn, unless they have changed meanwhile."""
        self._mark("drawn = 1", items)

    def mark_pictured(self, item: Item) -> None:
        """Count the pictures of a post as in place."""
        self._mark("pictured = 1", (item,))

    def mark_tried(self, item: Item) -> None:
        """Let the other posts' pictures come first the next time."""
        self._mark("tries = tries + 1", (item,))

    def close(self) -> None:
        """Close the file."""
        self._rows.close()

    def _mark(self, what: str, items: Sequence[Item]) -> None:
        with self._rows:
            self._rows.executemany(
                f"UPDATE item SET {what} WHERE post = ? AND body = ?",  # noqa: S608 – our own words
                [(str(item.post), item.model_dump_json()) for item in items],
            )

    def _items(self, which: str, *given: int) -> list[Item]:
        rows = self._rows.execute(f"SELECT body FROM item {which}", given)  # noqa: S608 – the same
        return [Item.model_validate_json(body) for (body,) in rows]


def _open_or_replace(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        try:
            rows = _open(path)
            if _version(rows) == _VERSION:
                return rows
            rows.close()
        except sqlite3.DatabaseError:
            pass
        # It cannot be read, or another version of us wrote it: the facts can fill a new one.
        for part in path.parent.glob(f"{path.name}*"):
            part.unlink()
    rows = _open(path)
    rows.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {_VERSION}; COMMIT;")
    return rows


def _open(path: Path) -> sqlite3.Connection:
    rows = sqlite3.connect(path)
    try:
        # A lost write is made again from the facts; only a torn file would be in the way.
        rows.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
    except sqlite3.DatabaseError:
        rows.close()
        raise
    return rows


def _version(rows: sqlite3.Connection) -> int:
    return int(rows.execute("PRAGMA user_version").fetchone()[0])
