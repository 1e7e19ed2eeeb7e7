"""What the lexicon wants of a post's record."""

from datetime import datetime
from typing import Any

from simulator.bluesky.refusals import Refused, invalid
from simulator.posts import Posts
from simulator.record import Picture
from simulator.text import clusters

_GRAPHEMES = 300
_BYTES = 3000
_IMAGES = 4
_IMAGE_BYTES = 1_000_000
_LANGUAGES = 3
_ENDS = "root", "parent"


def checked(value: dict[str, Any], posts: Posts) -> tuple[str, tuple[Picture, ...]]:
    """The words and pictures of a record that may stand."""
    if value.get("$type") != "app.bsky.feed.post":
        raise invalid('Invalid $type: expected "app.bsky.feed.post"')
    text = value.get("text")
    if not isinstance(text, str):
        raise invalid('Invalid app.bsky.feed.post record: Record must have the property "text"')
    for what, most, got in (
        ("string", _BYTES, len(text.encode())),
        ("grapheme", _GRAPHEMES, clusters(text)),
    ):
        if got > most:
            said = f"{what} too big (maximum {most}, got {got}) at $.record.text"
            raise invalid(f"Invalid app.bsky.feed.post record: {said}")
    _check_moment(value.get("createdAt"))
    languages = value.get("langs", [])
    if not isinstance(languages, list) or len(languages) > _LANGUAGES:
        raise invalid(f"Record/langs must not have more than {_LANGUAGES} elements")
    _check_reply(value.get("reply"))
    _check_facets(value.get("facets", []), len(text.encode()))
    return text, _pictures(value.get("embed"), posts)


def _check_moment(created_at: object) -> None:
    try:
        known = isinstance(created_at, str) and datetime.fromisoformat(created_at).tzinfo
    except ValueError:
        known = None
    if not known:
        raise invalid("Record/createdAt must be a valid atproto datetime")


def _check_reply(reply: Any) -> None:
    if reply is None:
        return
    try:
        whole = all(isinstance(reply[end][name], str) for end in _ENDS for name in ("uri", "cid"))
    except (KeyError, TypeError):
        whole = False
    if not whole:
        raise invalid('Record/reply must have "root" and "parent", each with "uri" and "cid"')


def _check_facets(facets: Any, size: int) -> None:
    if not isinstance(facets, list):
        raise invalid("Record/facets must be an array")
    for facet in facets:
        try:
            start, end = facet["index"]["byteStart"], facet["index"]["byteEnd"]
            kinds = [feature["$type"] for feature in facet["features"]]
        except (KeyError, TypeError) as broken:
            raise invalid("Record/facets must have an index and features") from broken
        if not (0 <= start < end <= size) or not kinds:
            raise invalid("Record/facets/index is outside of the text")


def _pictures(embed: Any, posts: Posts) -> tuple[Picture, ...]:
    if embed is None:
        return ()
    if not isinstance(embed, dict) or not isinstance(embed.get("$type"), str):
        raise invalid("Record/embed must have a $type")
    if embed["$type"] == "app.bsky.embed.external":
        card = embed.get("external")
        if not isinstance(card, dict) or not {"uri", "title", "description"} <= card.keys():
            raise invalid('Record/embed/external must have "uri", "title" and "description"')
        return ()
    images = embed.get("images")
    if embed["$type"] != "app.bsky.embed.images" or not isinstance(images, list):
        raise invalid(f"The simulator shows no {embed['$type']}")
    if len(images) > _IMAGES:
        raise invalid(f"Record/embed/images must not have more than {_IMAGES} elements")
    return tuple(_picture(image, posts) for image in images)


def _picture(image: Any, posts: Posts) -> Picture:
    try:
        cid, size, alt = image["image"]["ref"]["$link"], image["image"]["size"], image["alt"]
    except (KeyError, TypeError) as broken:
        raise invalid('Record/embed/images must have "image" and "alt"') from broken
    if size > _IMAGE_BYTES:
        raise Refused(400, "BlobTooLarge", f"This file is too large. {size} bytes")
    upload = posts.upload(cid)
    if upload is None:
        raise Refused(400, "BlobNotFound", f"Could not find blob: {cid}")
    return upload.picture.model_copy(update={"alt": str(alt)})
