"""Little text as LinkedIn reads it: where a sign of the format stands alone, the post ends."""

import re

_RESERVED = re.escape(r"\|{}@[]()<>#*_~")
_PIECE = re.compile(
    rf"\\(?P<sign>[{_RESERVED}])"
    rf"|\{{hashtag\|\\?#\|(?P<tag>(?:\\[{_RESERVED}]|[^{_RESERVED}])+)\}}"
    r"|(?P<bare>#(?=\w))"
    rf"|(?P<plain>[^{_RESERVED}]+)"
)
_ESCAPE = re.compile(r"\\(.)")


def read(commentary: str) -> tuple[str, str]:
    """What readers see of it, and what is kept; the API says nothing of what is cut off."""
    shown, at = [], 0
    while match := _PIECE.match(commentary, at):
        tag = match["tag"]
        shown.append("#" + _ESCAPE.sub(r"\1", tag) if tag else match["sign"] or match[0])
        at = match.end()
    return "".join(shown), commentary[:at]
