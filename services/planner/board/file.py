"""The board's file: its tables, and what happens when it is broken or of another version."""

import sqlite3
from pathlib import Path

import structlog

from services.kit.unfit import Unfit

log = structlog.get_logger()

VERSION = 5

_TABLES = """
CREATE TABLE positions (stream TEXT PRIMARY KEY, created TEXT NOT NULL, sequence INTEGER NOT NULL);
CREATE TABLE posts (post TEXT PRIMARY KEY, sequence INTEGER NOT NULL, fact TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE slots (at INTEGER, post TEXT, PRIMARY KEY (at, post)) WITHOUT ROWID;
CREATE INDEX slots_of_post ON slots (post, at);
CREATE TABLE deliveries (post TEXT, channel TEXT, sequence INTEGER NOT NULL,
    since INTEGER NOT NULL, doubt INTEGER NOT NULL, fact TEXT NOT NULL,
    PRIMARY KEY (post, channel)) WITHOUT ROWID;
CREATE TABLE orders (post TEXT, channel TEXT, sequence INTEGER NOT NULL,
    revision INTEGER NOT NULL, approved INTEGER NOT NULL, retract INTEGER NOT NULL,
    told_at INTEGER NOT NULL, PRIMARY KEY (post, channel)) WITHOUT ROWID;
CREATE TABLE decisions (post TEXT, channel TEXT, sequence INTEGER NOT NULL,
    entry INTEGER NOT NULL, choice TEXT NOT NULL, person TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (post, channel)) WITHOUT ROWID;
CREATE TABLE unsettled (post TEXT, part TEXT, since INTEGER NOT NULL, PRIMARY KEY (post, part))
    WITHOUT ROWID;
CREATE INDEX unsettled_since ON unsettled (since);
CREATE TABLE witnesses (post TEXT, channel TEXT, sequence INTEGER NOT NULL, fact TEXT NOT NULL,
    PRIMARY KEY (post, channel)) WITHOUT ROWID;
CREATE TABLE insights (post TEXT, channel TEXT, age INTEGER, sequence INTEGER NOT NULL,
    fact TEXT NOT NULL, PRIMARY KEY (post, channel, age)) WITHOUT ROWID;
CREATE INDEX deliveries_held ON deliveries (sequence)
    WHERE json_extract(fact, '$.type') = 'delivery.held.v1';
CREATE TABLE comments (comment TEXT, channel TEXT, post TEXT, written_at INTEGER NOT NULL,
    state TEXT NOT NULL, sequence INTEGER NOT NULL, fact TEXT NOT NULL,
    PRIMARY KEY (comment, channel, post)) WITHOUT ROWID;
CREATE INDEX comments_newest ON comments (written_at, comment, post, channel);
CREATE INDEX comments_in_state ON comments (state, written_at, comment, post, channel);
CREATE INDEX comments_in_channel ON comments (channel, written_at, comment, post);
CREATE INDEX comments_of_post ON comments (post, written_at, comment, channel);
CREATE TABLE answers (comment TEXT, channel TEXT, post TEXT, approved INTEGER NOT NULL,
    PRIMARY KEY (comment, channel, post)) WITHOUT ROWID;
CREATE INDEX answers_of_post ON answers (post);
CREATE TABLE asked (thing TEXT, channel TEXT, sequence INTEGER NOT NULL, fact TEXT NOT NULL,
    PRIMARY KEY (thing, channel)) WITHOUT ROWID;
CREATE TABLE moderated (thing TEXT, channel TEXT, sequence INTEGER NOT NULL, fact TEXT NOT NULL,
    PRIMARY KEY (thing, channel)) WITHOUT ROWID;
CREATE TABLE publishing (one INTEGER PRIMARY KEY CHECK (one = 1), fact TEXT NOT NULL);
CREATE TABLE alerts (alert TEXT PRIMARY KEY, sequence INTEGER NOT NULL, until INTEGER NOT NULL,
    fact TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX alerts_newest ON alerts (sequence);
CREATE INDEX alerts_on ON alerts (until);
CREATE TABLE alert_deliveries (alert TEXT, post TEXT, channel TEXT, sequence INTEGER NOT NULL,
    fact TEXT NOT NULL, PRIMARY KEY (alert, channel, post)) WITHOUT ROWID;
CREATE TABLE hold (one INTEGER PRIMARY KEY CHECK (one = 1), fact TEXT NOT NULL);
CREATE TABLE channels (channel TEXT PRIMARY KEY, fact TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE rests (channel TEXT PRIMARY KEY, fact TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE strangers (stranger TEXT PRIMARY KEY, stored_at INTEGER NOT NULL, fact TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE parked (parked TEXT PRIMARY KEY, stored_at INTEGER NOT NULL, fact TEXT NOT NULL)
    WITHOUT ROWID;
"""

TABLES = (
    "positions",
    "posts",
    "slots",
    "deliveries",
    "orders",
    "decisions",
    "unsettled",
    "witnesses",
    "insights",
    "comments",
    "answers",
    "asked",
    "moderated",
    "channels",
    "rests",
    "strangers",
    "parked",
    "publishing",
    "alerts",
    "alert_deliveries",
    "hold",
)


def opened(path: Path) -> sqlite3.Connection:
    """Open the board's file; one that is broken or of another version is deleted and made anew."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _opened(path) or _made(path)
    except (OSError, sqlite3.OperationalError) as error:
        raise Unfit(
            f"the board {path} cannot be written ({error}); give the planner a folder of its own "
            "with PLANNER_DATA"
        ) from error


def _opened(path: Path) -> sqlite3.Connection | None:
    if not path.exists():
        return None
    file = sqlite3.connect(path, isolation_level=None, timeout=1.0)
    try:
        # The streams are the truth: after a power cut the board may be drawn anew.
        file.execute("PRAGMA synchronous = OFF")
        version = file.execute("PRAGMA user_version").fetchone()[0]
        fit = version == VERSION and file.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    except sqlite3.DatabaseError as error:
        log.warning("board.broken", path=str(path), why=str(error))
        fit = False
    if fit:
        return file
    file.close()
    return None


def _made(path: Path) -> sqlite3.Connection:
    for left in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        left.unlink(missing_ok=True)
    file = sqlite3.connect(path, isolation_level=None, timeout=1.0)
    file.execute("PRAGMA synchronous = OFF")
    file.execute("PRAGMA journal_mode = WAL")
    file.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {VERSION}; COMMIT;")
    return file
