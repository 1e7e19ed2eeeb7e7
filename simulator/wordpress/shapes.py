"""Posts, files and users as the API shows them, and a post's words as a reader sees them."""

import re
from html import escape, unescape
from typing import Any

from simulator.posts import Post
from simulator.remarks import Line
from simulator.wordpress.names import UPLOADS, account_path, slug_path, user_of
from simulator.wordpress.shelf import Medium, Written
from simulator.world import World

_AUTHOR = (
    "upload_files",
    "edit_posts",
    "edit_published_posts",
    "publish_posts",
    "read",
    "delete_posts",
    "delete_published_posts",
    "author",
)
_TAG = re.compile(r"(<[^>]*>)")
_REWORKED = (
    (re.compile(r"\[(?:gallery|audio|video|caption|embed)\b[^\]]*\]"), ""),
    (re.compile(r"\.\.\."), "…"),
    (re.compile(r"--"), "–"),
    (re.compile(r"(?<!\S)-(?!\S)"), "–"),
    (re.compile(r"(?<!\S):\)(?!\S)"), "🙂"),
)
"""What the site makes of signs that were typed, as long as they are not written by number."""


def words(html: str) -> str:
    """The words of a post as its page shows them."""
    pieces = _TAG.split(html)
    for place, piece in enumerate(pieces):
        if place % 2:
            pieces[place] = "\n\n" if piece == "</p>" else "\n" if piece.startswith("<br") else ""
        else:
            for sign, instead in _REWORKED:
                piece = sign.sub(instead, piece)  # noqa: PLW2901 - one after the other
            pieces[place] = unescape(piece)
    return "".join(pieces).strip()


def post(world: World, written: Written, *, owned: bool) -> dict[str, Any]:
    """A post; its owner also sees what was written."""
    origin, public = world.settings.origin, written.status == "publish"
    place = slug_path(written.slug) if public else f"/wordpress/?p={written.id}"
    own = {"raw": written.content} if owned else {}
    own_title = {"raw": written.title} if owned else {}
    moment = written.at.strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "id": int(written.id),
        "date_gmt": moment,
        "slug": written.slug,
        "status": written.status,
        "type": "post",
        "link": f"{origin}{place}",
        "title": {**own_title, "rendered": written.title},
        "content": {**own, "rendered": written.content, "protected": False},
        "author": author_id(written.account),
        "featured_media": written.featured,
        "comment_status": "open",
    }


def media(world: World, medium: Medium, *, owned: bool) -> dict[str, Any]:
    """A file of the library."""
    picture, stem = medium.picture, medium.file.rpartition(".")[0]
    return {
        "id": int(picture.id),
        "slug": stem,
        "status": "inherit",
        "type": "attachment",
        "title": {**({"raw": stem} if owned else {}), "rendered": stem},
        "alt_text": picture.alt,
        "media_type": "image",
        "mime_type": picture.mime,
        "media_details": {"width": picture.width, "height": picture.height, "file": medium.file},
        "post": int(medium.parent) if medium.parent else None,
        "source_url": f"{world.settings.origin}{UPLOADS}/{medium.file}",
    }


def user(world: World, account: str) -> dict[str, Any]:
    """A user who may publish, as that user sees it."""
    name = user_of(account)
    return {
        "id": author_id(account),
        "username": name,
        "name": name,
        "slug": name,
        "link": f"{world.settings.origin}{account_path(account)}",
        "roles": ["author"],
        "capabilities": dict.fromkeys(_AUTHOR, True),
    }


def comments(world: World, shown: Post) -> list[dict[str, Any]]:
    """What stands beneath a post, the newest first."""
    return [_comment(world, shown, line) for line in reversed(world.thread(shown))]


def _comment(world: World, shown: Post, line: Line) -> dict[str, Any]:
    place = slug_path(str((shown.value or {}).get("slug")))
    moment = line.at.strftime("%Y-%m-%dT%H:%M:%S")
    return {
        "id": int(line.id),
        "post": int(shown.id),
        "parent": int(line.parent) if line.parent != shown.id else 0,
        "author": author_id(line.answer.account) if line.answer else 0,
        "author_name": user_of(line.answer.account) if line.answer else line.name,
        "author_url": "",
        "date": moment,
        "date_gmt": moment,
        "content": {"rendered": f"<p>{escape(line.text)}</p>\n"},
        "link": f"{world.settings.origin}{place}#comment-{line.id}",
        "status": "approved",
        "type": "comment",
        "meta": [],
    }


def author_id(account: str) -> int:
    """The number of a user: always the same for the same account."""
    return int.from_bytes(account.encode()) % 100_003 + 2
