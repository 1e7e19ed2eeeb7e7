"""Little text, the format of a post's words: an unescaped sign of it silently ends the post."""

import re
from collections.abc import Iterator

_SIGNS = r"\|{}@[]()<>#*_~"
_SIGN = re.compile(f"[{re.escape(_SIGNS)}]")
_MARKED = re.compile(r"(?<!\w)https?://\S+|(?<![\w/&#])#(?P<tag>\w*[^\W\d]\w*)", re.IGNORECASE)
_TAG = re.compile(r"\{hashtag\|\\?#\|((?:\\.|[^\\{}|])*)\}")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def escaped(text: str) -> str:
    """Write plain words so that readers see exactly these; tags stay tags."""
    return "".join(_pieces(text))


def unescaped(commentary: str) -> str:
    """Give the words that readers see."""
    return _ESCAPED.sub(r"\1", _TAG.sub(r"#\1", commentary))


def _pieces(text: str) -> Iterator[str]:
    done = 0
    for match in _MARKED.finditer(text):
        if match["tag"] is None:
            continue
        yield _plain(text[done : match.start()])
        yield rf"{{hashtag|\#|{_plain(match['tag'])}}}"
        done = match.end()
    yield _plain(text[done:])


def _plain(text: str) -> str:
    return _SIGN.sub(r"\\\g<0>", text)
