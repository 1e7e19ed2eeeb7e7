"""What an account, a blob and a record are called. In the record an account is its handle."""

import hashlib
import json
import re
from base64 import b32encode
from datetime import datetime
from typing import Any

from simulator.posts import Post

BASE = "/bluesky"
COLLECTION = "app.bsky.feed.post"
TID = re.compile(r"[234567abcdefghij][234567a-z]{12}")

_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
_RAW, _CBOR = 0x55, 0x71
_SHA256 = bytes([0x12, 0x20])


def did_of(handle: str) -> str:
    """The lasting name of an account: always the same for the same handle."""
    return "did:plc:" + b32encode(hashlib.sha256(handle.encode()).digest())[:24].decode().lower()


def handle_of(name: str) -> str:
    """The handle of whoever a token opens; it has to be a domain."""
    return f"{name.replace('_', '-').lower()}.test"


def reader_handle(name: str) -> str:
    """The handle of a made-up reader."""
    return f"{name.replace(' ', '-').lower()}.invalid"


def uri_of(handle: str, key: str) -> str:
    """The address of a post among programs."""
    return f"at://{did_of(handle)}/{COLLECTION}/{key}"


def account_path(handle: str) -> str:
    """Where a stranger reads an account's posts."""
    return f"{BASE}/profile/{handle}"


def page_path(post: Post) -> str:
    """Where a stranger reads a post."""
    return f"{account_path(post.account)}/post/{post.key}"


def tid(at: datetime) -> str:
    """The key of a record whose writer has chosen none: 53 bits of microseconds, 10 of a clock."""
    number = int(at.timestamp() * 1_000_000) << 10
    return "".join(_SORTABLE[number >> shift & 31] for shift in range(60, -1, -5))


def comment_key(comment_id: str) -> str:
    """The key of a made-up reader's record, out of which its number can be read again."""
    return "".join(_SORTABLE[int(comment_id) >> shift & 31] for shift in range(60, -1, -5))


def comment_id(key: str) -> str:
    """Which comment has this key; nothing that is a comment's if none has."""
    number = 0
    for sign in key if TID.fullmatch(key) else "":
        number = number << 5 | _SORTABLE.index(sign)
    return str(number)


def blob_cid(digest: str) -> str:
    """What a blob is called: the same for the same bytes."""
    return _cid(_RAW, bytes.fromhex(digest))


def record_cid(value: dict[str, Any]) -> str:
    """What a record is called; the real one is made of its CBOR, ours of its JSON."""
    said = json.dumps(value, sort_keys=True, ensure_ascii=False).encode()
    return _cid(_CBOR, hashlib.sha256(said).digest())


def _cid(codec: int, digest: bytes) -> str:
    whole = bytes([1, codec]) + _SHA256 + digest
    return "b" + b32encode(whole).decode().lower().rstrip("=")
