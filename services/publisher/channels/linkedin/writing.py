"""A post as LinkedIn wants it: its words escaped, and what it shows beneath them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from schemas.posts import Content
from services.kit.littletext import escaped
from services.publisher.channels.wording import with_link


def written(author: str, content: Content, images: Sequence[str]) -> dict[str, Any]:
    """Make the body of a public post; `images` with what the platform calls them."""
    post = {
        "author": author,
        "commentary": commentary(content),
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    shown = _shown(content, images)
    return {**post, "content": shown} if shown else post


def commentary(content: Content) -> str:
    """Give the words; a link beside pictures stands among them, for a post shows one or other."""
    return escaped(with_link(content) if content.pictures else content.text)


def card(content: Content) -> str | None:
    """Give the link that stands beneath the words."""
    return None if content.pictures else content.link


def _shown(content: Content, images: Sequence[str]) -> dict[str, Any] | None:
    pictures = [
        {"id": image, "altText": picture.alt}
        for image, picture in zip(images, content.pictures, strict=True)
    ]
    if len(pictures) > 1:
        return {"multiImage": {"images": pictures}}
    if pictures:
        return {"media": pictures[0]}
    if (link := card(content)) is None:
        return None
    return {"article": {"source": link, "title": urlsplit(link).hostname or link}}
