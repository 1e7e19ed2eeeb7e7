"""The site's posts and files as their owner sees them, rebuilt from the record and nothing else."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from simulator.record import Entry, Picture

_SHOWN = re.compile(r"wp-image-(\d+)")


@dataclass(frozen=True)
class Written:
    """A post, whatever has become of it."""

    id: str
    account: str
    status: str
    slug: str
    title: str
    content: str
    featured: int
    at: datetime

    @property
    def value(self) -> dict[str, str | int]:
        """What the record keeps of it beside its words."""
        return {
            "status": self.status,
            "slug": self.slug,
            "title": self.title,
            "content": self.content,
            "featured": self.featured,
        }

    @property
    def shows(self) -> list[str]:
        """The ids of the pictures that a reader sees, the one above the post first."""
        featured = [str(self.featured)] if self.featured else []
        return [*featured, *_SHOWN.findall(self.content)]


@dataclass(frozen=True)
class Medium:
    """A file of the library, part of a post or of none."""

    picture: Picture
    account: str
    parent: str
    file: str


class Shelf:
    """Every post and file of the site; changed only by entries of the record."""

    def __init__(self) -> None:
        self._posts: dict[str, Written] = {}
        self._media: dict[str, Medium] = {}

    def post(self, post_id: str) -> Written | None:
        """The post with this id, also in the trash."""
        return self._posts.get(post_id)

    def posts(self) -> Iterator[Written]:
        """Every post, the newest first."""
        return reversed(self._posts.values())

    def placed(self, slug: str) -> Written | None:
        """The post at this place."""
        return next((post for post in self._posts.values() if post.slug == slug), None)

    def slug_for(self, wanted: str, post_id: str = "") -> str:
        """The slug that a post gets: another one is not refused, it is renamed."""
        taken = {post.slug for post in self._posts.values() if post.id != post_id}
        number, slug = 1, wanted
        while slug in taken:
            number += 1
            slug = f"{wanted}-{number}"
        return slug

    def medium(self, media_id: str) -> Medium | None:
        """The file with this id."""
        return self._media.get(media_id)

    def media(self) -> Iterator[Medium]:
        """Every file, the newest first."""
        return reversed(self._media.values())

    def file_for(self, wanted: str) -> str:
        """The name that a file gets."""
        taken = {medium.file for medium in self._media.values()}
        stem, dot, ending = wanted.rpartition(".")
        number, name = 0, wanted
        while name in taken:
            number += 1
            name = f"{stem}-{number}{dot}{ending}"
        return name

    def apply(self, entry: Entry) -> None:
        """Let one entry of the record become true."""
        name, value = entry.id or "", entry.value or {}
        if entry.in_reply_to_id:
            # An answer to a comment is no post of the site.
            return
        match entry.what:
            case "drafted" | "published" | "edited" | "deleted" | "discarded" if value:
                known = self._posts.get(name)
                # A draft has no date of its own until it is published.
                at = known.at if known and known.status == "publish" else entry.at
                self._posts[name] = Written(id=name, account=entry.account or "", at=at, **value)
            case "deleted" | "discarded" | "purged":
                self._posts.pop(name, None)
            case "uploaded":
                [picture] = entry.media
                self._media[name] = Medium(
                    picture, entry.account or "", str(value["parent"]), str(value["file"])
                )
            case "described":
                self._media[name] = replace(self._media[name], picture=entry.media[0])
            case "unloaded":
                del self._media[name]
