"""What users, rooms and events are called. In the record a room is its name and `.room`."""

import base64
import hashlib

from simulator.posts import Post

BASE = "/matrix"
SERVER = "simulator.test"

_ROOM = ".room"


def user_of(name: str) -> str:
    """Who writes with a token."""
    return f"@{name}:{SERVER}"


def rooms_of(name: str) -> dict[str, str]:
    """The rooms that a user is in: an open one, one to listen in, and an encrypted one."""
    return {kind: f"!{kind}{name}:{SERVER}" for kind in ("", "muted-", "sealed-")}


def account_of(room: str) -> str:
    """What the record calls a room."""
    return room.removeprefix("!").partition(":")[0] + _ROOM


def device_of(token: str) -> str:
    """The device that a token was given to: another token is another device."""
    return hashlib.sha256(token.encode()).hexdigest()[:10].upper()


def event_id(n: int) -> str:
    """What the event of an entry of the record is called."""
    digest = hashlib.sha256(f"event {n}".encode()).digest()
    return "$" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def reader_event(comment_id: str) -> str:
    """What the event of a made-up reader is called; its number can be read again."""
    return f"$reader{comment_id}"


def comment_id(event: str) -> str:
    """Which comment has this name; nothing that is a comment's if none has."""
    return event.removeprefix("$reader") if event.startswith("$reader") else ""


def account_path(account: str) -> str:
    """Where a room is read. Its members' programs show it; here a page does."""
    return f"{BASE}/room/{account}"


def page_path(post: Post) -> str:
    """Where one post is read."""
    return f"{account_path(post.account)}/{post.id}"
