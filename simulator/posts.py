"""The posts as they stand, rebuilt from the record and nothing else."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from simulator.record import Entry, Picture

# Low bits of a post's id are left to the comments beneath it.
COMMENT_ROOM = 1024
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Post:
    """One public post on one account."""

    id: str
    dialect: str
    account: str
    text: str
    first_text: str
    created_at: datetime
    seen_from: datetime
    pictured: bool = False
    edited_at: datetime | None = None
    media: tuple[Picture, ...] = ()
    language: str | None = None
    in_reply_to_id: str | None = None
    key: str | None = None
    value: dict[str, Any] | None = None

    @property
    def is_story(self) -> bool:
        """Whether it is shown for a day alone."""
        return bool((self.value or {}).get("story"))

    def is_over(self, now: datetime) -> bool:
        """Whether its day is over."""
        return self.is_story and now >= self.created_at + _DAY


@dataclass(frozen=True)
class Upload:
    """An image that an account has handed over, attached to a post or not yet."""

    picture: Picture
    account: str
    at: datetime
    post_id: str | None = None


class Posts:
    """Every post, upload and remembered key; changed only by entries of the record."""

    def __init__(self, key_window: timedelta) -> None:
        self._posts: dict[str, Post] = {}
        self._drafts: dict[str, Post] = {}
        self._made: dict[str, str] = {}
        self._uploads: dict[str, Upload] = {}
        self._keys: dict[tuple[str, str], tuple[str, datetime]] = {}
        self._key_window = key_window
        self._standing: dict[tuple[str, str], str] = {}
        self._replies: dict[int, list[str]] = {}
        self._last_id = 0
        self.standing: Counter[str] = Counter()
        self.last_at: dict[str, datetime] = {}
        self.names: set[str] = set()
        self.visited: set[str] = set()

    def new_id(self, now: datetime) -> str:
        """A larger id than any before it, that carries the time as Mastodon's ids do."""
        wanted = int(now.timestamp() * 1000) << 16
        least = (self._last_id // COMMENT_ROOM + 1) * COMMENT_ROOM
        self._last_id = max(wanted, least)
        return str(self._last_id)

    def post(self, post_id: str) -> Post | None:
        """The post with this id, if it stands."""
        return self._posts.get(post_id)

    def draft(self, post_id: str) -> Post | None:
        """The post with this id that lies ready and is not public."""
        return self._drafts.get(post_id)

    def made_of(self, draft_id: str) -> str | None:
        """The post that was made of what lay ready under another id, standing or not."""
        return self._made.get(draft_id)

    def seen(self, post_id: str, now: datetime) -> Post | None:
        """The post with this id, if a reader can see it yet."""
        post = self._posts.get(post_id)
        there = post is not None and post.seen_from <= now and not post.is_over(now)
        return post if there else None

    def keyed(self, account: str, key: str) -> Post | None:
        """The post that this key made, for as long as it stands."""
        return self._posts.get(self._standing.get((account, key), ""))

    def newest_first(self, now: datetime, account: str | None = None) -> Iterator[Post]:
        """What a reader sees, the newest first."""
        for post in reversed(self._posts.values()):
            if post.seen_from > now or post.is_over(now):
                continue
            if account in (None, post.account):
                yield post

    def of_their_own(self, now: datetime, account: str) -> Iterator[Post]:
        """An account's posts that answer nothing, the newest first."""
        return (post for post in self.newest_first(now, account) if not post.in_reply_to_id)

    def replies_to(self, post_id: str, now: datetime) -> list[Post]:
        """Posts that answer this one or a comment beneath it, the oldest first."""
        replies = (self.seen(reply_id, now) for reply_id in self._replies.get(_room(post_id), ()))
        return [reply for reply in replies if reply is not None]

    def upload(self, media_id: str) -> Upload | None:
        """The upload with this id."""
        return self._uploads.get(media_id)

    def remembered(self, account: str, key: str, now: datetime) -> str | None:
        """The id of the post that this key made, while the platform still remembers it."""
        found = self._keys.get((account, key))
        if found is None or now - found[1] >= self._key_window:
            return None
        return found[0]

    def apply(self, entry: Entry) -> None:
        """Let one entry of the record become true."""
        if entry.id and entry.id.isdecimal():
            self._last_id = max(self._last_id, int(entry.id))
        if entry.account:
            self.names.add(entry.account)
        match entry.what:
            case "published":
                self._publish(entry)
            case "drafted":
                self._drafts[entry.id or ""] = _post(entry)
            case "discarded":
                del self._drafts[entry.id or ""]
            case "edited":
                self._edit(entry)
            case "deleted":
                self._delete(entry)
            case "uploaded" | "described":
                self._keep_upload(entry)
            case "visited":
                self.visited.add(entry.id or "")

    def _publish(self, entry: Entry) -> None:
        post_id, account = entry.id or "", entry.account or ""
        self._drafts.pop(post_id, None)
        if entry.draft:
            self._made[entry.draft] = post_id
        self._posts[post_id] = _post(entry)
        self._attach(entry)
        self.standing[account] += 1
        self.last_at[account] = entry.at
        if entry.in_reply_to_id:
            self._replies.setdefault(_room(entry.in_reply_to_id), []).append(post_id)
        if entry.key:
            self._forget_old_keys(entry.at)
            self._keys[account, entry.key] = (post_id, entry.at)
            self._standing[account, entry.key] = post_id

    def _edit(self, entry: Entry) -> None:
        post_id = entry.id or ""
        self._posts[post_id] = replace(
            self._posts[post_id],
            text=entry.text or "",
            media=entry.media,
            language=entry.language,
            edited_at=entry.at,
            value=entry.value,
        )
        self._attach(entry)

    def _delete(self, entry: Entry) -> None:
        post = self._posts.pop(entry.id or "")
        self.standing[post.account] -= 1
        if post.key:
            self._standing.pop((post.account, post.key), None)
        for picture in post.media:
            upload = self._uploads.get(picture.id)
            if upload is not None:
                self._uploads[picture.id] = replace(upload, post_id=None)
        for media_id in entry.dropped:
            self._uploads.pop(media_id, None)

    def _attach(self, entry: Entry) -> None:
        for picture in entry.media:
            upload = self._uploads[picture.id]
            self._uploads[picture.id] = replace(upload, picture=picture, post_id=entry.id)

    def _keep_upload(self, entry: Entry) -> None:
        [picture] = entry.media
        known = self._uploads.get(picture.id)
        at, post_id = (known.at, known.post_id) if known else (entry.at, None)
        self._uploads[picture.id] = Upload(picture, entry.account or "", at, post_id)

    def _forget_old_keys(self, now: datetime) -> None:
        # Keys are kept in the order they came, so the old ones are all in front.
        while self._keys:
            oldest = next(iter(self._keys))
            if now - self._keys[oldest][1] < self._key_window:
                return
            del self._keys[oldest]


def _post(entry: Entry) -> Post:
    text = entry.text or ""
    return Post(
        id=entry.id or "",
        dialect=entry.dialect,
        account=entry.account or "",
        text=text,
        first_text=text,
        created_at=entry.at,
        seen_from=entry.at + timedelta(seconds=entry.lag or 0),
        pictured=bool(entry.media),
        media=entry.media,
        language=entry.language,
        in_reply_to_id=entry.in_reply_to_id,
        key=entry.key,
        value=entry.value,
    )


def _room(post_id: str) -> int:
    return int(post_id) // COMMENT_ROOM
