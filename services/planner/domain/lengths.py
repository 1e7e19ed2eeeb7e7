"""How long a text is as its channel counts it."""

import re
import unicodedata

from schemas.channels import Limits

_LINK = re.compile(r"https?://\S+")
_BETWEEN = 2
"""Characters that part the text from a link that is put after it: an empty line."""


def counted(text: str, link: str | None, limits: Limits) -> int:
    """Count characters; never fewer than the channel does, so that nothing is refused at 18:00."""
    composed = unicodedata.normalize("NFC", text)
    per_link = limits.link_characters
    if per_link is not None:
        composed = _LINK.sub("x" * per_link, composed)
    length = len(composed)
    if link and limits.link_in_text and link not in text:
        length += _BETWEEN + (len(link) if per_link is None else per_link)
    return length
