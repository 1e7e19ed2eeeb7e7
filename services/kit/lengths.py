"""How long a text is as its channel counts it."""

import re
import unicodedata
from collections.abc import Callable, Sequence

from schemas.channels import Limits
from services.kit.littletext import escaped

_LINK = re.compile(r"https?://\S+")

_NAME = re.compile(r"(?<![\w@.-])(?:[\w-]+\.)+(?!ex\b)[^\W\d_]{2,}(?:/\S*)?")
"""What a platform may take for an address, though it has no `https://`; never `t.ex`."""
_NAME_COUNTS = 23
_NARROW = re.compile("[\0-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
_EMOJI_AMONG_THEM = "©®"

_BEFORE_ALT = "\n\nImage 10: "
"""The most that a description in the text begins with."""
_BEFORE_TOLD = "\n\nVideo: "
_HASHTAG = re.compile(r"(?<!\w)#\w+")


def counted(
    text: str, link: str | None, limits: Limits, alts: Sequence[str] = (), told: str = ""
) -> int:
    """Count characters; never fewer than the channel does, so that nothing is refused at 18:00."""
    if link and limits.link_in_text and link not in text:
        text = f"{text}\n\n{link}"
    if limits.alt_in_text:
        text = "".join([text, *(f"{_BEFORE_ALT}{alt}" for alt in alts)])
    if told and limits.video and limits.video.described_in_text:
        text = f"{text}{_BEFORE_TOLD}{told}"
    composed = unicodedata.normalize("NFC", text)
    if limits.link_characters is not None:
        composed = _LINK.sub("x" * limits.link_characters, composed)
    return _WAYS[limits.counting](composed)


def links_in(text: str, link: str | None) -> set[str]:
    """List the different links of a post."""
    return {*_LINK.findall(text), *([link] if link else [])}


def hashtags_in(text: str) -> list[str]:
    """List the hashtags of a text, each as often as it stands there."""
    return _HASHTAG.findall(_LINK.sub(" ", text))


def _escaped(text: str) -> int:
    """Count what LinkedIn's format makes of a text."""
    return len(escaped(text))


def _weighted(text: str) -> int:
    """Count as X does: signs outside the alphabets as two, and each part of an emoji so."""
    named = _NAME.sub(lambda name: "x" * max(_NAME_COUNTS, len(name[0])), text)
    wide = len(named) - len(_NARROW.findall(named))
    return len(named) + wide + sum(named.count(sign) for sign in _EMOJI_AMONG_THEM)


def _bytes_for_emoji(text: str) -> int:
    """Count an emoji as the bytes that it takes, every other sign as one."""
    return sum(len(sign.encode()) if _may_be_emoji(sign) else 1 for sign in text)


def _may_be_emoji(sign: str) -> bool:
    """Whether a sign is an emoji, or what one is put together of; rather one too many."""
    symbol = unicodedata.category(sign) in {"So", "Sk", "Cf", "Cn"}
    return symbol or sign > "\uffff" or "\u2190" <= sign <= "\u2bff" or sign in _PARTS


_PARTS = "\ufe0f\u20e3\u203c\u2049\u3030\u303d"
"""What makes a sign an emoji, and signs that are one beside being punctuation."""

_WAYS: dict[str, Callable[[str], int]] = {
    "characters": len,
    "bytes_for_emoji": _bytes_for_emoji,
    "weighted": _weighted,
    "escaped": _escaped,
}
