"""What pages refer to: style, script and icon, under addresses that name their edition."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from mimetypes import guess_type
from pathlib import Path

from starlette.responses import Response

_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Statics:
    """The files of one folder, as they were when they were first asked for."""

    files: Mapping[str, bytes]
    stamp: str
    """Names this edition, so that browsers may keep it for good."""

    def answer(self, name: str) -> Response | None:
        """Give a file; None: there is none of this name."""
        content = self.files.get(name)
        if content is None:
            return None
        return Response(
            content,
            media_type=guess_type(name)[0],
            headers={"Cache-Control": _FOR_GOOD, "X-Content-Type-Options": "nosniff"},
        )


@cache
def statics(folder: Path) -> Statics:
    """Read a folder, once."""
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    return Statics(files, hashlib.sha256(b"".join(files.values())).hexdigest()[:12])
