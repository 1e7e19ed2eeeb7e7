"""How X measures a text, and what it makes of one: short addresses and three escaped signs."""

import hashlib
import re
import unicodedata
from typing import Any

_ADDRESS = re.compile(
    r"(?<![\w@.-])(?:https?://[^\s<>\"']+|(?:[\w-]+\.)+(?:se|nu|eu|com|org|net|info)\b(?:/\S*)?)",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)]}…”"
_ADDRESS_COUNTS = 23
_SHOWN = 26
_NARROW = [(0, 4351), (8192, 8205), (8208, 8223), (8242, 8247)]
_JOINER, _AS_PICTURE = "\u200d", "\ufe0f"


def weight(text: str) -> int:
    """The length that the limit is about."""
    text = unicodedata.normalize("NFC", text)
    addresses = [match[0].rstrip(_TRAILING) for match in _ADDRESS.finditer(text)]
    for address in addresses:
        text = text.replace(address, "", 1)
    return _ADDRESS_COUNTS * len(addresses) + _signs(text)


def _signs(text: str) -> int:
    total, joined = 0, False
    for sign in text:
        extends = sign in (_JOINER, _AS_PICTURE) or "\U0001f3fb" <= sign <= "\U0001f3ff"
        if not (extends or joined):
            total += 1 if any(low <= ord(sign) <= high for low, high in _NARROW) else 2
        joined = sign == _JOINER
    return total


def kept(text: str, picture: str | None) -> tuple[str, dict[str, Any]]:
    """The text as the API gives it back, and what stands in it; `picture` is where one is shown."""
    urls: list[dict[str, Any]] = []

    def shorten(match: re.Match[str]) -> str:
        written = match[0].rstrip(_TRAILING)
        urls.append(_link(written if "://" in written else f"http://{written}"))
        return str(urls[-1]["url"]) + match[0][len(written) :]

    short = _ADDRESS.sub(shorten, text)
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        short = short.replace(sign, name)
    if picture is not None:
        urls.append({**_link(picture), "media_key": "3_1"})
        short = f"{short} {urls[-1]['url']}"
    return short, {"urls": urls}


def _link(address: str) -> dict[str, Any]:
    shown = address.partition("://")[2].removeprefix("www.")
    short = hashlib.sha256(address.encode()).hexdigest()[:10]
    return {
        "url": f"https://t.co/{short}",
        "expanded_url": address,
        "display_url": shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…",
    }
