"""What a browser may do on our pages: show the one style that stands in them, and nothing else."""

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent


@cache
def style() -> str:
    """Give the style as it stands in every page, to the letter."""
    return (_HERE / "style.css").read_text(encoding="utf-8").strip()


@cache
def policy() -> str:
    """Give the content security policy that allows this style alone."""
    digest = b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'"
    )
