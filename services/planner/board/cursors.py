"""Where the next page of a list begins, as a word that clients hand back unread."""

import base64

from schemas.codes import Code
from services.planner.domain.refusals import refused

_END = 2**62


def write(at: int, key: str) -> str:
    """Name a place in a list that is ordered by time."""
    return base64.urlsafe_b64encode(f"{at}/{key}".encode()).decode()


def read(cursor: str) -> tuple[int, str]:
    """Find the place again; a refusal if it is none of ours."""
    try:
        at, _, key = base64.b64decode(cursor, altchars=b"-_", validate=True).decode().partition("/")
        if 0 <= int(at) < _END:
            return int(at), key
    except ValueError:
        pass
    raise refused(Code.BODY_UNREADABLE, where="cursor", why="it is not from a list of ours")
