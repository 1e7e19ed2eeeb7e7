"""Codes that stand for posts in addresses: a post's id cannot be read there."""

import base64

_BYTES, _LETTERS = 9, 12


def code_of(post: str) -> str:
    """The code of the post with this id."""
    return base64.urlsafe_b64encode(int(post).to_bytes(_BYTES)).decode().lstrip("A")


def id_of(code: str) -> str:
    """Which post a code is for; nothing that is a post's if it is for none."""
    try:
        number = base64.b64decode(code.rjust(_LETTERS, "A"), b"-_", validate=True)
    except ValueError:
        return ""
    return str(int.from_bytes(number))
