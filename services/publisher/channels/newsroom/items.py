"""What the newsroom shows: published posts, each with an address that follows from its content."""

import re
import unicodedata
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator

from schemas.deliveries import DeliveryCorrected, DeliveryPublished, DeliveryRetracted
from schemas.envelope import Fact, Instant, Part
from schemas.posts import Content, Picture, Video
from services.kit.texts import opening
from services.publisher.channels.prose import legible

_LONGEST_SLUG = 60
_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
_PLACE = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def _legible(content: Content) -> Content:
    pictures = tuple(
        picture.model_copy(update={"alt": legible(picture.alt)}) for picture in content.pictures
    )
    video = content.video and content.video.model_copy(
        update={"description": legible(content.video.description)}
    )
    texts = {"text": legible(content.text), "title": legible(content.title)}
    return content.model_copy(update={**texts, "pictures": pictures, "video": video})


class Item(Part):
    """One post as the newsroom shows it."""

    post: UUID
    revision: int
    content: Annotated[Content, AfterValidator(_legible)]
    published_at: Instant
    series: Annotated[str, AfterValidator(legible)] | None = None
    changed_at: Instant | None = None
    """When its words were corrected, if they were."""
    place: str | None = None
    """Its part of the address, as it was when it was published; a new heading moves nothing."""

    @property
    def heading(self) -> str:
        """What the post is called: its title, or else its first words."""
        first_words = opening(self.content.text)
        if first_words != " ".join(self.content.text.split()):
            first_words += " …"
        return " ".join(self.content.title.split()) or first_words or str(self.post)

    @property
    def slug(self) -> str:
        """The post's part of its address: given once, by the heading that it had then."""
        if self.place is not None:
            return self.place
        words = _plain_letters(self.heading)
        if len(words) > _LONGEST_SLUG:
            words = words[: _LONGEST_SLUG + 1].rpartition("-")[0] or words[:_LONGEST_SLUG]
        return f"{words}-{self.post.hex[:8]}".lstrip("-")


class Gone(Part):
    """A post that was taken back: its address says so, for ever."""

    post: UUID
    slug: str | None
    """None: it is where the shelf says."""


def change_of(fact: Fact) -> Item | Gone | None:
    """Read what a fact changes here; None if it changes nothing, or carries no content."""
    match fact:
        case DeliveryPublished(content=Content() as content):
            return Item(
                post=fact.post,
                revision=fact.revision,
                content=content,
                published_at=fact.published_at,
                series=fact.series,
                place=place_of(fact.external_id),
            )
        case DeliveryCorrected(content=Content() as content):
            return Item(
                post=fact.post,
                revision=fact.revision,
                content=content,
                published_at=fact.proof.published_at if fact.proof else fact.corrected_at,
                series=fact.series,
                changed_at=fact.corrected_at,
                place=place_of(fact.external_id),
            )
        case DeliveryRetracted():
            return Gone(post=fact.post, slug=place_of(fact.external_id))
        case _:
            return None


def place_of(external_id: str) -> str | None:
    """Take a page's own id as its place in the folder, if it is one of ours."""
    return external_id if _PLACE.fullmatch(external_id) else None


def picture_path(picture: Picture) -> str:
    """Say where a picture lies in the folder: the same picture always in the same place."""
    return f"pictures/{picture.digest}.{_EXTENSIONS[picture.media_type]}"


def film_path(video: Video) -> str:
    """Say where a video lies in the folder: beside the pictures, under its own name."""
    return f"pictures/{video.digest}.mp4"


def media_paths(content: Content) -> list[str]:
    """List where everything lies that a post shows."""
    films = [film_path(content.video)] if content.video else []
    return [*(picture_path(picture) for picture in content.pictures), *films]


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
