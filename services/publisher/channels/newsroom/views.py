"""How often each page has been read: counted in memory, kept in a small file every few seconds."""

import asyncio
import re
import sqlite3
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import structlog

from schemas.envelope import now

log = structlog.get_logger()

_FLUSH_EVERY = 5.0
_NOT_A_READER = re.compile(
    r"bot|crawl|spider|slurp|preview|fetch|monitor|headless|scan|feed|http|witness", re.IGNORECASE
)


def is_reader(headers: Mapping[str, str]) -> bool:
    """Whether a request looks like a person's browser that shows the page, not a program."""
    agent = headers.get("user-agent", "")
    if not agent.startswith("Mozilla/") or _NOT_A_READER.search(agent):
        return False
    return "prefetch" not in (headers.get("sec-purpose") or headers.get("purpose") or "")


class Views:
    """The counts of one newsroom. Nothing about the reader is kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pending: Counter[str] = Counter()
        self._rows = self._open()
        self._since = self._began()

    @property
    def since(self) -> datetime:
        """When counting began; an older view is not in the counts."""
        return self._since

    def count(self, slug: str) -> None:
        """Add one view of a page."""
        self._pending[slug] += 1

    def of(self, slug: str) -> int:
        """Say how often a page has been read."""
        row = self._rows.execute("SELECT views FROM page WHERE slug = ?", (slug,)).fetchone()
        return (int(row[0]) if row else 0) + self._pending[slug]

    async def run(self) -> None:
        """Keep the counts every five seconds."""
        while True:
            await asyncio.sleep(_FLUSH_EVERY)
            self.flush()

    def flush(self) -> None:
        """Keep the counts; where the file is lost, counting begins anew from this moment."""
        try:
            if not self._path.exists():
                log.warning("views.lost", path=str(self._path), since=self._since.isoformat())
                self._pending.clear()
                self._rows.close()
                self._rows = self._open()
                self._since = self._began()
            with self._rows:
                self._rows.executemany(
                    "INSERT INTO page VALUES (?, ?)"
                    " ON CONFLICT (slug) DO UPDATE SET views = views + excluded.views",
                    list(self._pending.items()),
                )
            self._pending.clear()
        except (OSError, sqlite3.Error) as error:
            # They stay in memory and are kept the next time.
            log.warning("views.not_kept", why=str(error))

    def close(self) -> None:
        """Keep the counts and close the file."""
        self.flush()
        self._rows.close()

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _opened(self._path)
        except sqlite3.DatabaseError as error:
            log.warning("views.unreadable", path=str(self._path), why=str(error))
            self._path.unlink(missing_ok=True)
            return _opened(self._path)

    def _began(self) -> datetime:
        row = self._rows.execute("SELECT since FROM counting").fetchone()
        return datetime.fromisoformat(row[0])


def _opened(path: Path) -> sqlite3.Connection:
    rows = sqlite3.connect(path)
    try:
        with rows:
            rows.execute("CREATE TABLE IF NOT EXISTS page (slug TEXT PRIMARY KEY, views INTEGER)")
            rows.execute("CREATE TABLE IF NOT EXISTS counting (since TEXT NOT NULL)")
            rows.execute(
                "INSERT INTO counting SELECT ? WHERE NOT EXISTS (SELECT 1 FROM counting)",
                (now().isoformat(),),
            )
    except sqlite3.DatabaseError:
        rows.close()
        raise
    return rows
