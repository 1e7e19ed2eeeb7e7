"""What the newsroom shows: published posts, each with an address that follows from its content."""

import re
import unicodedata
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator

from schemas.deliveries import DeliveryPublished
from schemas.envelope import Instant, Part
from schemas.posts import Content, Picture
from services.publisher.channels.newsroom.prose import legible
from services.publisher.domain import opening

_LONGEST_SLUG = 60
_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def _legible(content: Content) -> Content:
    pictures = tuple(
        picture.model_copy(update={"alt": legible(picture.alt)}) for picture in content.pictures
    )
    texts = {"text": legible(content.text), "title": legible(content.title)}
    return content.model_copy(update={**texts, "pictures": pictures})


class Item(Part):
    """One post as the newsroom shows it."""

    post: UUID
    revision: int
    content: Annotated[Content, AfterValidator(_legible)]
    published_at: Instant
    series: Annotated[str, AfterValidator(legible)] | None = None

    @property
    def heading(self) -> str:
        """What the post is called: its title, or else its first words."""
        first_words = opening(self.content)
        if first_words != " ".join(self.content.text.split()):
            first_words += " …"
        return " ".join(self.content.title.split()) or first_words or str(self.post)

    @property
    def slug(self) -> str:
        """The post's part of its address: the same for the same post and heading."""
        words = _plain_letters(self.heading)
        if len(words) > _LONGEST_SLUG:
            words = words[: _LONGEST_SLUG + 1].rpartition("-")[0] or words[:_LONGEST_SLUG]
        return f"{words}-{self.post.hex[:8]}".lstrip("-")


def item_of(published: DeliveryPublished) -> Item | None:
    """Make an item of a fact; None if the fact does not carry its content."""
    if published.content is None:
        return None
    return Item(
        post=published.post,
        revision=published.revision,
        content=published.content,
        published_at=published.published_at,
        series=published.series,
    )


def picture_path(picture: Picture) -> str:
    """Say where a picture lies in the folder: the same picture always in the same place."""
    return f"pictures/{picture.digest}.{_EXTENSIONS[picture.media_type]}"


def language_of(item: Item, otherwise: str) -> str:
    """Give the language of a post's words as HTML and XML want it."""
    tag = item.content.language
    return tag if _LANGUAGE_TAG.fullmatch(tag) else otherwise


def mark(item: Item) -> str:
    """Give what a page says of itself, so that a look-up knows whose page it is."""
    return f"{item.post}/{item.revision}"


def _plain_letters(text: str) -> str:
    parted = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in parted if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
