"""A post as the content of an event, and what a call is known by."""

from typing import Any
from urllib.parse import quote

from schemas.posts import Content
from services.publisher.channels.prose import paragraphs
from services.publisher.channels.wording import with_link
from services.publisher.ports import PictureFile

DELIVERY = "se.budkavle.delivery"
"""Where an event names its delivery. No reader is shown it, and no server drops what it signs."""

Shown = tuple[PictureFile, str]
"""A picture, and the address that the server gave it."""


def published(content: Content, key: str, picture: Shown | None) -> dict[str, Any]:
    """Make the event of a post."""
    made = {**_message(content, picture), DELIVERY: key}
    if content.answers is not None:
        made["m.relates_to"] = {"m.in_reply_to": {"event_id": content.answers.external_id}}
    return made


def corrected(content: Content, event: str, picture: Shown | None) -> dict[str, Any]:
    """Make the event that stands in the place of another, and says so to who cannot replace it."""
    new = _message(content, picture)
    shown = {name: said for name, said in new.items() if name not in {"format", "formatted_body"}}
    return {
        **shown,
        "body": f"* {new['body']}",
        "m.new_content": new,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event},
    }


def segment(name: str) -> str:
    """Write an id of a room or an event as one segment of a path."""
    return quote(name, safe="")


def _message(content: Content, picture: Shown | None) -> dict[str, Any]:
    text = with_link(content)
    kind: dict[str, Any] = {"msgtype": "m.text"}
    if picture is not None:
        # There is no place for an alt text: it stands in brackets under the words.
        text = f"{text}\n\n[{picture[0].picture.alt}]"
        kind = _image(*picture)
    return {
        **kind,
        "body": text,
        "format": "org.matrix.custom.html",
        "formatted_body": str(paragraphs(text)),
        # Nobody is to be rung up because a name stands in the text.
        "m.mentions": {},
    }


def _image(file: PictureFile, address: str) -> dict[str, Any]:
    picture = file.picture
    return {
        "msgtype": "m.image",
        "url": address,
        # Only beside another file name is the body a caption.
        "filename": f"{picture.digest[:16]}.{picture.media_type.rpartition('/')[2]}",
        "info": {
            "mimetype": picture.media_type,
            "size": picture.size,
            "w": picture.width,
            "h": picture.height,
        },
    }
