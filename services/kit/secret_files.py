"""Writes secret files that only their owner can read, whole or not at all."""

import os
from datetime import datetime
from pathlib import Path


def make_folder(path: Path) -> None:
    """Make a folder that only its owner can open; one that is there is closed to others."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.chmod(0o700)


def write(path: Path, content: str | bytes, *, dated: datetime | None = None) -> None:
    """Put a file in place with its whole content, readable by its owner alone."""
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    # Made with its mode, not changed to it: there is no moment when others could open it.
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        if dated is not None:
            os.utime(file.fileno(), (dated.timestamp(), dated.timestamp()))
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        # Until then a power cut could take the name away again.
        os.fsync(folder)
    finally:
        os.close(folder)


def write_once(path: Path, text: str) -> bool:
    """Write a secret that is never changed afterwards; False if it was there already."""
    if path.exists():
        return False
    write(path, text)
    return True
