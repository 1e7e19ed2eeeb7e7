"""What Mastodon's answers look like."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.images import EXTENSIONS, FILES
from simulator.posts import Post, Upload
from simulator.record import Picture
from simulator.remarks import Line
from simulator.text import as_html, hashtags
from simulator.world import World

BASE = "/mastodon"
MAX_CHARACTERS = 500
MAX_FILES = 4
MAX_PINS = 5
DESCRIPTION_LIMIT = 1500
IMAGE_SIZE_LIMIT = 16 * 1024 * 1024
IMAGE_MATRIX_LIMIT = 33_177_600

_ACCOUNTS_BEGAN = "2026-01-01T00:00:00.000Z"

Shape = dict[str, Any]


def instant(at: datetime) -> str:
    """A time as Mastodon writes it: UTC, three decimals, Z."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def account_id(name: str) -> str:
    """The id of an account: always the same for the same name."""
    return str(10**17 + int.from_bytes(hashlib.sha256(name.encode()).digest()[:6]))


def media_path(picture: Picture) -> str:
    """Where anyone can fetch the bytes of an image."""
    return f"{BASE}/system/media/{picture.digest}.{FILES[picture.mime]}"


def account_path(name: str) -> str:
    """Where a stranger reads an account's posts."""
    return f"{BASE}/@{name}"


def page_path(post: Post) -> str:
    """Where a stranger reads a post."""
    return f"{account_path(post.account)}/{post.id}"


@dataclass(frozen=True)
class Shapes:
    """Turns what the world knows into what Mastodon would say about it."""

    world: World

    @property
    def _base(self) -> str:
        return self.world.settings.origin + BASE

    def instance(self) -> Shape:
        """The server and its limits."""
        return {
            "domain": self.world.settings.origin.split("://", 1)[-1],
            "title": "Simulator",
            "version": "4.6.0 (simulated)",
            "description": "Not a real server: stands in for Mastodon in tests and exercises.",
            "languages": ["sv", "en"],
            "configuration": {
                "accounts": {"max_featured_tags": 10, "max_pinned_statuses": MAX_PINS},
                "statuses": {
                    "max_characters": MAX_CHARACTERS,
                    "max_media_attachments": MAX_FILES,
                    "characters_reserved_per_url": 23,
                },
                "media_attachments": {
                    "supported_mime_types": list(EXTENSIONS),
                    "description_limit": DESCRIPTION_LIMIT,
                    "image_size_limit": IMAGE_SIZE_LIMIT,
                    "image_matrix_limit": IMAGE_MATRIX_LIMIT,
                },
            },
            "registrations": {"enabled": False, "approval_required": False, "message": None},
            "rules": [],
            "api_versions": {"mastodon": 10},
        }

    def older_instance(self) -> Shape:
        """The server and its limits as the first version of the API tells them."""
        shape = self.instance()
        same = {name: shape[name] for name in ("title", "version", "languages", "configuration")}
        return {
            **same,
            "uri": shape["domain"],
            "short_description": shape["description"],
            "description": "",
            "email": "",
            "urls": {},
            "stats": {},
            "thumbnail": None,
            "registrations": False,
            "approval_required": False,
            "invites_enabled": False,
            "rules": [],
        }

    def account(self, name: str) -> Shape:
        """An account as everyone sees it."""
        posts = self.world.posts
        last_at = posts.last_at.get(name)
        return {
            "id": account_id(name),
            "username": name,
            "acct": name,
            "display_name": name,
            "locked": False,
            "bot": False,
            "group": False,
            "created_at": _ACCOUNTS_BEGAN,
            "note": "",
            "url": f"{self._base}/@{name}",
            "uri": f"{self._base}/users/{name}",
            "avatar": f"{self.world.settings.origin}/static/icon.svg",
            "header": f"{self.world.settings.origin}/static/icon.svg",
            "followers_count": 0,
            "following_count": 0,
            "statuses_count": posts.standing[name],
            "last_status_at": last_at.date().isoformat() if last_at else None,
            "emojis": [],
            "fields": [],
        }

    def own_account(self, name: str) -> Shape:
        """An account as its owner sees it."""
        source = {"privacy": "public", "sensitive": False, "language": None, "note": ""}
        return {**self.account(name), "source": {**source, "fields": []}}

    def media(self, upload: Upload) -> Shape:
        """An upload; without a url while it is not ready."""
        picture = upload.picture
        url = self.world.settings.origin + media_path(picture) if self.ready(upload) else None
        size = {"width": picture.width, "height": picture.height}
        original = {
            **size,
            "size": f"{picture.width}x{picture.height}",
            "aspect": picture.width / picture.height,
        }
        return {
            "id": picture.id,
            "type": "image",
            "url": url,
            "preview_url": url,
            "remote_url": None,
            "text_url": None,
            "meta": {"original": original},
            "description": picture.alt or None,
            "blurhash": None,
        }

    def ready(self, upload: Upload) -> bool:
        """Whether the server has finished with an upload."""
        age = self.world.now() - upload.at
        return age.total_seconds() >= self.world.settings.media_seconds

    def status(self, post: Post) -> Shape:
        """A post with what the audience has done with it."""
        response = self.world.response(post)
        uploads = [self.world.posts.upload(picture.id) for picture in post.media]
        own_replies = self.world.posts.replies_to(post.id, self.world.now())
        return self._status(
            post.id,
            self.account(post.account),
            post.text,
            post.created_at,
            url=self.world.settings.origin + page_path(post),
            in_reply_to_id=post.in_reply_to_id,
            edited_at=post.edited_at,
            language=post.language,
            replies_count=len(response.comments) + len(own_replies),
            reblogs_count=response.reblogs,
            favourites_count=response.favourites,
            media_attachments=[self.media(upload) for upload in uploads if upload],
            pinned=post.id in self.world.moderation.pinned(post.account),
        )

    def comment(self, comment: Line, parent: Post) -> Shape:
        """A reader's reply."""
        name = comment.name.lower()
        account = {
            **self.account(name),
            "acct": f"{name}@example.invalid",
            "display_name": f"{comment.name} (simulerad)",
            "url": f"https://example.invalid/@{name}",
            "uri": f"https://example.invalid/users/{name}",
        }
        return self._status(
            comment.id,
            account,
            comment.text,
            comment.at,
            url=f"https://example.invalid/@{name}/{comment.id}",
            in_reply_to_id=comment.parent,
            in_reply_to_account_id=account_id(parent.account),
            edited_at=comment.edited_at,
            language="sv",
        )

    def _status(
        self, post_id: str, account: Shape, text: str, created_at: datetime, **rest: Any
    ) -> Shape:
        edited_at: datetime | None = rest.pop("edited_at", None)
        return {
            "id": post_id,
            "uri": f"{account['uri']}/statuses/{post_id}",
            "account": account,
            "in_reply_to_id": None,
            "in_reply_to_account_id": None,
            "reblog": None,
            "content": as_html(text, self._base),
            "created_at": instant(created_at),
            "edited_at": instant(edited_at) if edited_at else None,
            "replies_count": 0,
            "reblogs_count": 0,
            "favourites_count": 0,
            "quotes_count": 0,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": "public",
            "media_attachments": [],
            "mentions": [],
            "tags": [
                {"name": tag.lower(), "url": f"{self._base}/tags/{tag.lower()}"}
                for tag in hashtags(text)
            ],
            "emojis": [],
            "card": None,
            "poll": None,
            "application": None,
            **rest,
        }
