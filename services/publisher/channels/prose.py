"""Plain text as safe HTML: paragraphs, line breaks and links, and nothing that the writer typed."""

import re
from urllib.parse import urlsplit

from markupsafe import Markup, escape

_LINK = re.compile(r"https?://[^\s<>\"]+")
_AFTER_A_LINK = ".,;:!?'”’»…"
_NOT_TEXT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def paragraphs(text: str) -> Markup:
    """Give the text as HTML paragraphs, its web addresses as links."""
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return Markup("\n").join(Markup("<p>{}</p>").format(_lines(part)) for part in parts if part)


def excerpt(text: str, longest: int) -> str:
    """Give the first paragraph in one line, cut between two words if it is longer."""
    first = " ".join(re.split(r"\n\s*\n", text.strip(), maxsplit=1)[0].split())
    if len(first) <= longest:
        return first
    return first[:longest].rpartition(" ")[0].rstrip(" ,;:–-") + " …"


def legible(text: str) -> str:
    """Leave out what may stand neither in HTML nor in XML, such as control characters."""
    return _NOT_TEXT.sub("", text)


def web_address(link: str | None) -> str | None:
    """Give a link if a reader may be sent there; anything but http and https is left out."""
    if link is None:
        return None
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    return link if parts.scheme in {"http", "https"} and parts.hostname else None


def _lines(part: str) -> Markup:
    return Markup("<br>\n").join(_line(line) for line in part.split("\n"))


def _line(line: str) -> Markup:
    made, after = Markup(), 0
    for found in _LINK.finditer(line):
        address = _without_ending(found[0])
        if web_address(address) is None:
            continue
        made += escape(line[after : found.start()])
        made += Markup('<a href="{}">{}</a>').format(address, address)
        after = found.start() + len(address)
    return made + escape(line[after:])


def _without_ending(address: str) -> str:
    """Leave out the punctuation of the sentence in which an address stands."""
    while address:
        if address[-1] in _AFTER_A_LINK or (
            address[-1] == ")" and address.count(")") > address.count("(")
        ):
            address = address[:-1]
        else:
            break
    return address
