"""How Mastodon measures a text and turns it into HTML."""

import re
import unicodedata
from html import escape

URL_LENGTH = 23
_URL = re.compile(r"(?<!\w)https?://[^\s<>\"']+", re.IGNORECASE)
_REMOTE_MENTION = re.compile(r"(?<![\w/])(@\w+)@[\w.-]*\w")
_SPECIAL = re.compile(
    r"(?<!\w)(?P<url>https?://[^\s<>\"']+)|(?<![\w/&])#(?P<tag>\w*[^\W\d]\w*)", re.IGNORECASE
)
_JOINER = "\u200d"


def length(text: str) -> int:
    """The length that the limit is about: a link is 23, a far mention loses its server."""
    links = sum(1 for _ in _URL.finditer(text))
    rest = _REMOTE_MENTION.sub(r"\1", _URL.sub(_after_link, text))
    return clusters(rest) + URL_LENGTH * links


def clusters(text: str) -> int:
    """Characters as a reader counts them: a family emoji is one, a flag is one."""
    count, joined, half_flag = 0, False, False
    for sign in text:
        flag = "\U0001f1e6" <= sign <= "\U0001f1ff"
        extends = unicodedata.category(sign) in {"Mn", "Me"} or "\U0001f3fb" <= sign <= "\U0001f3ff"
        if sign == _JOINER or extends:
            joined = sign == _JOINER
            continue
        if not joined and not (flag and half_flag):
            count += 1
            half_flag = flag
        else:
            half_flag = False
        joined = False
    return count


def hashtags(text: str) -> list[str]:
    """The hashtags of a text, each once, in their order."""
    found = (match["tag"] for match in _SPECIAL.finditer(text))
    return list(dict.fromkeys(tag for tag in found if tag))


def as_html(text: str, origin: str) -> str:
    """The text as a platform shows it: paragraphs, links and hashtags, all else escaped."""
    paragraphs = re.split(r"\n{2,}", text.replace("\r\n", "\n").strip())
    return "".join(f"<p>{_inline(paragraph, origin)}</p>" for paragraph in paragraphs if paragraph)


def _inline(paragraph: str, origin: str) -> str:
    parts, done = [], 0
    for match in _SPECIAL.finditer(paragraph):
        parts.append(_lines(paragraph[done : match.start()]))
        if match["url"]:
            address = _without_trailing_signs(match["url"])
            parts.append(_link(address))
            done = match.start() + len(address)
        else:
            parts.append(_tag(match["tag"], origin))
            done = match.end()
    parts.append(_lines(paragraph[done:]))
    return "".join(parts)


def _link(address: str) -> str:
    shown = address.split("://", 1)[1]
    ellipsis = ' class="ellipsis"' if len(shown) > 30 else ""
    return (
        f'<a href="{escape(address)}" target="_blank" rel="nofollow noopener" translate="no">'
        f'<span class="invisible">{escape(address[: -len(shown)])}</span>'
        f"<span{ellipsis}>{escape(shown[:30])}</span>"
        f'<span class="invisible">{escape(shown[30:])}</span></a>'
    )


def _tag(tag: str, origin: str) -> str:
    target = escape(f"{origin}/tags/{tag.lower()}")
    return f'<a href="{target}" class="mention hashtag" rel="tag">#<span>{escape(tag)}</span></a>'


def _lines(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br />")


def _without_trailing_signs(address: str) -> str:
    return address.rstrip(".,;:!?)]}…”")


def _after_link(match: re.Match[str]) -> str:
    return match[0][len(_without_trailing_signs(match[0])) :]
