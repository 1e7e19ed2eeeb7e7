"""A post as a record: its place, its words with what is marked in them, and what hangs on it."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from schemas.posts import Content, Picture
from services.publisher.channels.wording import with_link

COLLECTION = "app.bsky.feed.post"

_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_BEFORE_ALL = int(datetime(2001, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
"""Microseconds. From here on 2^49 of them end in 2018: no other program's place lies there."""

_URL = re.compile(r"(?<!\w)https?://[^\s<>\"']+", re.IGNORECASE)
_TAG = re.compile(r"(?<![\w/&#])#(\w*[^\W\d]\w*)")
_MENTION = re.compile(r"(?<![\w@/.-])@((?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z][A-Za-z0-9-]{0,62})")
_MOST_MENTIONS = 10
_TRAILING = ".,;:!?)]}…”"


def record_key(key: str) -> str:
    """Give the place of a delivery's record: the same for every attempt, and for no other.

    It has the form of a TID (13 signs of sortable base 32: 53 bits of microseconds, 10 of a clock)
    because a server takes nothing else for a post. The time in it means nothing.
    """
    chance = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    microseconds = _BEFORE_ALL + (chance >> 15)
    number = microseconds << 10 | chance & 0x3FF
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))


def mentions(text: str) -> list[str]:
    """List the accounts that a text may name, each once, and not more than a text should."""
    names = dict.fromkeys(match[1].lower() for match in _MENTION.finditer(_URL.sub(" ", text)))
    return list(names)[:_MOST_MENTIONS]


def record(
    content: Content,
    images: Sequence[tuple[Picture, dict[str, object]]],
    at: datetime,
    known: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """Make the record of a post.

    `images` with what the server calls them; `known` are the accounts that it names, each with its
    lasting name.
    """
    text = with_link(content)
    made: dict[str, Any] = {
        "$type": COLLECTION,
        "text": text,
        "createdAt": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "langs": [content.language],
    }
    if marked := list(_facets(text, known)):
        made["facets"] = marked
    if embed := _embed(content, images):
        made["embed"] = embed
    return made


def _embed(
    content: Content, images: Sequence[tuple[Picture, dict[str, object]]]
) -> dict[str, Any] | None:
    """Give the pictures; without any, a card for the link, which no server makes by itself."""
    if images:
        shown = [
            {
                "image": blob,
                "alt": picture.alt,
                "aspectRatio": {"width": picture.width, "height": picture.height},
            }
            for picture, blob in images
        ]
        return {"$type": "app.bsky.embed.images", "images": shown}
    if content.link is None:
        return None
    title = content.title or urlsplit(content.link).hostname or content.link
    card = {"uri": content.link, "title": title, "description": ""}
    return {"$type": "app.bsky.embed.external", "external": card}


def _facets(text: str, known: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Mark links, tags and names, plain words otherwise. Places are counted in bytes."""
    taken: list[range] = []
    for match in _URL.finditer(text):
        address = match[0].rstrip(_TRAILING)
        taken.append(range(match.start(), match.end()))
        feature = {"$type": "app.bsky.richtext.facet#link", "uri": address}
        yield _facet(text, match.start(), match.start() + len(address), feature)
    for match in _TAG.finditer(text):
        if not any(match.start() in place for place in taken):
            feature = {"$type": "app.bsky.richtext.facet#tag", "tag": match[1]}
            yield _facet(text, match.start(), match.end(), feature)
    for match in _MENTION.finditer(text):
        did = known.get(match[1].lower())
        if did and not any(match.start() in place for place in taken):
            feature = {"$type": "app.bsky.richtext.facet#mention", "did": did}
            yield _facet(text, match.start(), match.end(), feature)


def _facet(text: str, start: int, end: int, feature: dict[str, str]) -> dict[str, Any]:
    before, inside = len(text[:start].encode()), len(text[start:end].encode())
    index = {"byteStart": before, "byteEnd": before + inside}
    return {"index": index, "features": [feature]}
