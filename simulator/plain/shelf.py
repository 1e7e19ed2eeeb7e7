"""The posts and drafts of the plain platform, rebuilt from the record and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulator.record import Entry

PLAIN = "plain"


@dataclass(slots=True)
class Note:
    """One post on one account; a removed one keeps its place, so that paging goes on from it."""

    id: str
    text: str
    created_at: datetime
    seen_from: datetime
    place: int
    stands: bool = True


@dataclass(slots=True)
class Draft:
    """A post that nobody sees until it is published, once."""

    text: str
    post_id: str | None = None
    seen_from: datetime | None = None


@dataclass(slots=True)
class _Account:
    notes: list[Note] = field(default_factory=list)
    by_id: dict[str, Note] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    keys: dict[str, tuple[str, datetime]] = field(default_factory=dict)


class Shelf:
    """Every account of the platform; changed only by entries of the record."""

    def __init__(self, key_window: timedelta) -> None:
        self._key_window = key_window
        self._accounts: dict[str, _Account] = {}

    def known(self, account: str, post_id: str) -> Note | None:
        """The post that has or had this id, as its owner knows it."""
        return self._of(account).by_id.get(post_id)

    def seen(self, account: str, post_id: str, now: datetime) -> Note | None:
        """The post with this id, if a reader sees it."""
        note = self.known(account, post_id)
        return note if note is not None and _is_seen(note, now) else None

    def before(self, account: str, note: Note | None, now: datetime) -> Iterator[Note]:
        """What a reader sees, the newest first, from the newest or from under one post."""
        notes = self._of(account).notes
        for place in range(len(notes) if note is None else note.place, 0, -1):
            if _is_seen(notes[place - 1], now):
                yield notes[place - 1]

    def draft(self, account: str, handle: str) -> Draft | None:
        """The draft with this handle."""
        return self._of(account).drafts.get(handle)

    def remembered(self, account: str, key: str, now: datetime) -> str | None:
        """The id of the post that this key made, while the platform still remembers it."""
        found = self._of(account).keys.get(key)
        if found is None or now - found[1] >= self._key_window:
            return None
        return found[0]

    def apply(self, entry: Entry) -> None:
        """Let one entry of the record become true."""
        account = self._accounts.setdefault(entry.account or "", _Account())
        post_id, text = entry.id or "", entry.text
        match entry.what:
            case "published":
                self._publish(account, entry)
            case "edited":
                account.by_id[post_id].text = text or ""
            case "deleted":
                account.by_id[post_id].stands = False
            case "drafted":
                account.drafts[entry.draft or ""] = Draft(text or "")

    def _of(self, account: str) -> _Account:
        # Reading an account that never wrote must not make one.
        return self._accounts.get(account) or _Account()

    def _publish(self, account: _Account, entry: Entry) -> None:
        post_id, seen_from = entry.id or "", entry.at + timedelta(seconds=entry.lag or 0)
        note = Note(post_id, entry.text or "", entry.at, seen_from, len(account.notes))
        account.notes.append(note)
        account.by_id[post_id] = note
        if entry.draft:
            draft = account.drafts[entry.draft]
            draft.post_id, draft.seen_from = post_id, seen_from
        if entry.key:
            self._forget_old_keys(account, entry.at)
            account.keys[entry.key] = (post_id, entry.at)

    def _forget_old_keys(self, account: _Account, now: datetime) -> None:
        # Keys are kept in the order they came, so the old ones are all in front.
        while account.keys:
            oldest = next(iter(account.keys))
            if now - account.keys[oldest][1] < self._key_window:
                return
            del account.keys[oldest]


def _is_seen(note: Note, now: datetime) -> bool:
    return note.stands and note.seen_from <= now
