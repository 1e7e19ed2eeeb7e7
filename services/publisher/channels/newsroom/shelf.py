"""What a newsroom's board keeps between restarts: the posts in order, what is drawn and gone."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC
from pathlib import Path
from uuid import UUID

from services.kit.boards import Position
from services.publisher.channels.newsroom.alerts import Mirrored
from services.publisher.channels.newsroom.items import Gone, Item, media_paths

_VERSION = 3
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
CREATE TABLE gone (slug TEXT PRIMARY KEY, drawn INTEGER NOT NULL DEFAULT 0);
CREATE TABLE loose (path TEXT PRIMARY KEY);
CREATE TABLE alert (alert TEXT, number INTEGER, release_at TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (alert, number));
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

    def keep(
        self, stream: str, changes: Iterable[tuple[int, Item | Gone]], position: Position
    ) -> bool:
        """Note changes and the position; True if something that stood there is changed or gone."""
        again = False
        with self._rows:
            for sequence, change in changes:
                before = self._item(change.post)
                again = again or before is not None
                if isinstance(change, Gone):
                    self._take_off(change, before)
                else:
                    self._put_on(sequence, change, before)
            self._rows.execute("INSERT OR REPLACE INTO place VALUES (?, ?, ?)", (stream, *position))
        return again

    def keep_alerts(
        self,
        stream: str,
        changes: Iterable[tuple[UUID, Sequence[Mirrored]]],
        position: Position,
    ) -> None:
        """Note all that is public of some alerts, in the place of what was, and the position."""
        with self._rows:
            for alert, words in changes:
                self._rows.execute("DELETE FROM alert WHERE alert = ?", (str(alert),))
                self._rows.executemany(
                    "INSERT INTO alert VALUES (?, ?, ?, ?)",
                    [
                        (
                            str(alert),
                            word.number,
                            word.release_at.astimezone(UTC).isoformat(timespec="microseconds"),
                            word.model_dump_json(),
                        )
                        for word in words
                    ],
                )
            self._rows.execute("INSERT OR REPLACE INTO place VALUES (?, ?, ?)", (stream, *position))

    def alerts(self, most: int) -> list[Mirrored]:
        """Give the newest bulletins, released or about to be."""
        rows = self._rows.execute(
            "SELECT body FROM alert ORDER BY release_at DESC, number DESC LIMIT ?", (most,)
        )
        return [Mirrored.model_validate_json(body) for (body,) in rows]

    def _put_on(self, sequence: int, item: Item, before: Item | None) -> None:
        # A correction leaves a post where it is among the others.
        self._rows.execute(
            "INSERT INTO item (post, sequence, body) VALUES (?, ?, ?) ON CONFLICT (post)"
            " DO UPDATE SET body = excluded.body, drawn = 0, pictured = 0, tries = 0",
            (str(item.post), sequence, item.model_dump_json()),
        )
        self._rows.execute("DELETE FROM gone WHERE slug = ?", (item.slug,))
        self._let_loose(before)

    def _take_off(self, gone: Gone, before: Item | None) -> None:
        self._rows.execute("DELETE FROM item WHERE post = ?", (str(gone.post),))
        slug = gone.slug or (before.slug if before else None)
        if slug is not None:
            self._rows.execute("INSERT OR REPLACE INTO gone (slug) VALUES (?)", (slug,))
        self._let_loose(before)

    def _let_loose(self, before: Item | None) -> None:
        for path in media_paths(before.content) if before else ():
            self._rows.execute("INSERT OR IGNORE INTO loose VALUES (?)", (path,))

    def clear(self) -> None:
        """Forget everything."""
        with self._rows:
            for table in ("item", "gone", "loose", "alert", "place"):
                self._rows.execute(f"DELETE FROM {table}")  # noqa: S608 – our own names

    def redraw(self) -> None:
        """Count every post as not drawn."""
        with self._rows:
            self._rows.execute("UPDATE item SET drawn = 0, pictured = 0, tries = 0")
            self._rows.execute("UPDATE gone SET drawn = 0")

    def undrawn(self, most: int) -> list[Item]:
        """Give the oldest posts that are not drawn."""
        return self._items("WHERE NOT drawn ORDER BY sequence LIMIT ?", most)

    def undrawn_gone(self, most: int) -> list[str]:
        """Give addresses that do not yet say that their post is gone."""
        rows = self._rows.execute("SELECT slug FROM gone WHERE NOT drawn LIMIT ?", (most,))
        return [slug for (slug,) in rows]

    def mark_gone(self, slugs: Sequence[str]) -> None:
        """Count these addresses as saying so."""
        with self._rows:
            self._rows.executemany(
                "UPDATE gone SET drawn = 1 WHERE slug = ?", [(slug,) for slug in slugs]
            )

    def unused(self, most: int) -> list[str]:
        """Give pictures of changed and gone posts that no post shows any more."""
        with self._rows:
            # Whoever shows one still will let it loose in turn.
            self._rows.execute(
                "DELETE FROM loose WHERE EXISTS"
                " (SELECT 1 FROM item WHERE instr(body, substr(path, 10, 64)))"
            )
        rows = self._rows.execute("SELECT path FROM loose LIMIT ?", (most,))
        return [path for (path,) in rows]

    def mark_removed(self, path: str) -> None:
        """Forget a picture that has been taken away."""
        with self._rows:
            self._rows.execute("DELETE FROM loose WHERE path = ?", (path,))

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

    def _item(self, post: UUID) -> Item | None:
        found = self._rows.execute("SELECT body FROM item WHERE post = ?", (str(post),)).fetchone()
        return Item.model_validate_json(found[0]) if found else None

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
