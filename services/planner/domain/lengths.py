"""How long a text is as its channel counts it."""

import re
import unicodedata
from collections.abc import Callable

from schemas.channels import Limits

_LINK = re.compile(r"https?://\S+")
_HASHTAG = re.compile(r"(?<!\w)#\w+")
_BETWEEN = 2
"""Characters that part the text from a link that is put after it: an empty line."""


def counted(text: str, link: str | None, limits: Limits) -> int:
    """Count characters; never fewer than the channel does, so that nothing is refused at 18:00."""
    composed = unicodedata.normalize("NFC", text)
    per_link = limits.link_characters
    if per_link is not None:
        composed = _LINK.sub("x" * per_link, composed)
    length = _COUNTINGS[limits.counting](composed)
    if link and limits.link_in_text and link not in text:
        length += _BETWEEN + (len(link) if per_link is None else per_link)
    return length


def links_in(text: str, link: str | None) -> set[str]:
    """List the different links of a post."""
    return {*_LINK.findall(text), *([link] if link else [])}


def hashtags_in(text: str) -> list[str]:
    """List the hashtags of a text, each as often as it stands there."""
    return _HASHTAG.findall(_LINK.sub(" ", text))


def _bytes_for_emoji(text: str) -> int:
    """Count an emoji as the bytes that it takes, every other sign as one."""
    return sum(len(sign.encode()) if _may_be_emoji(sign) else 1 for sign in text)


def _may_be_emoji(sign: str) -> bool:
    """Whether a sign is an emoji, or what one is put together of; rather one too many."""
    symbol = unicodedata.category(sign) in {"So", "Sk", "Cf", "Cn"}
    return symbol or sign > "\uffff" or "\u2190" <= sign <= "\u2bff" or sign in _PARTS


_PARTS = "\ufe0f\u20e3\u203c\u2049\u3030\u303d"
"""What makes a sign an emoji, and signs that are one beside being punctuation."""

_COUNTINGS: dict[str, Callable[[str], int]] = {
    "characters": len,
    "bytes_for_emoji": _bytes_for_emoji,
}
