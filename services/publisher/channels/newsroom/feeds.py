"""The newsroom for readers and programs that follow it: what Atom and JSON Feed need."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from services.publisher.channels.newsroom.alerts import Mirrored, body, heading
from services.publisher.channels.newsroom.items import Item, film_path, language_of, picture_path

if TYPE_CHECKING:
    from services.publisher.channels.newsroom.site import Site

MOST = 50
"""Posts in a feed: the newest ones."""

MOST_ALERTS = 20
"""Bulletins in a feed, before the posts: the newest ones."""

ALERTS_SINCE = timedelta(days=30)
"""How far back bulletins are in a feed."""

_NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)


def feed_id(public_url: str) -> str:
    """Name the feed for ever."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, public_url)}"


def entry_id(item: Item) -> str:
    """Name a post for ever: a corrected one keeps it."""
    return f"urn:uuid:{item.post}"


def moment(at: datetime) -> str:
    """Write a moment as RFC 3339, in whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def changed(item: Item) -> datetime:
    """Say when a post came to be as it is."""
    return item.changed_at or item.published_at


def updated(items: Sequence[Item], alerts: Sequence[Mirrored]) -> str:
    """Say when the last of these was published or changed."""
    moments = [*map(changed, items), *(each.release_at for each in alerts)]
    return moment(max(moments, default=_NOTHING_YET))


def json_feed(site: "Site", items: Sequence[Item], alerts: Sequence[Mirrored]) -> bytes:
    """Draw the JSON Feed 1.1 of these posts and alerts."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.title,
        "home_page_url": f"{site.public_url}/",
        "feed_url": f"{site.public_url}/feed.json",
        "language": site.language,
        "authors": [{"name": site.title, "url": f"{site.public_url}/"}],
        "items": [
            *(_alert(site, each) for each in alerts),
            *(_entry(site, item) for item in items),
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode() + b"\n"


def _alert(site: "Site", word: Mirrored) -> dict[str, Any]:
    info = word.info(site.language)
    return {
        "id": word.entry_id,
        "url": word.web or f"{site.public_url}/",
        "title": heading(word, site.speech),
        "content_html": str(body(word, site.speech)),
        "content_text": f"{info.description}\n\n{info.instruction}".strip(),
        "date_published": moment(word.release_at),
        "language": info.language,
    }


def _entry(site: "Site", item: Item) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": str(item.post),
        "url": site.address(item.slug),
        "title": item.heading,
        "content_html": str(site.body(item, f"{site.public_url}/")),
        "content_text": item.content.text,
        "date_published": moment(item.published_at),
        "language": language_of(item, site.language),
        "_budkavle": {"post": str(item.post), "revision": item.revision},
    }
    if item.changed_at is not None:
        entry["date_modified"] = moment(item.changed_at)
    if item.content.pictures:
        entry["image"] = f"{site.public_url}/{picture_path(item.content.pictures[0])}"
    if (video := item.content.video) is not None:
        attached = {
            "url": f"{site.public_url}/{film_path(video)}",
            "mime_type": video.media_type,
            "size_in_bytes": video.size,
            "duration_in_seconds": video.seconds,
        }
        entry["attachments"] = [attached]
    if (series := site.series(item)) is not None:
        entry["tags"] = [series]
    return entry
