"""The public files, held in memory as they are answered with; looked at again when they change."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path

from services.publisher.siren.face.answers import Answer, answer, unchanged

INDEX = "index.html"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".xml": "application/cap+xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".jpg": "image/jpeg",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_FOR_PLATFORMS = ".jpg"
"""Pictures that platforms fetch by an address that only we can make; no search engine is to."""

_LARGEST = 5_000_000
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Kept:
    """One file, and what is said about it."""

    content: bytes
    changed: int
    headers: Mapping[str, str]
    seen: tuple[int, int, int]
    """Inode, size and time of change: by these it is known without being read."""

    tag: bytes
    """Its strong entity tag."""
    found: Answer
    unchanged: Answer


class Shelf:
    """All files of a folder by the path that readers ask for; links out of it are not followed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.files: Mapping[str, Kept] = {}

    def look(self) -> None:
        """Read what has changed since the last look; what cannot be read now stays as it was.

        A folder that is away, as with a disk, is no word that there are no alerts.
        """
        found = {}
        for path, file in _walk(self._folder, "/", _DEEPEST):
            kept = fresh = self.files.get(path)
            with suppress(OSError):
                if kept is None or kept.seen != _seen(file.stat(follow_symlinks=False)):
                    fresh = _keep(Path(file.path))
            if fresh is not None:
                found[path] = fresh
        if found or self._folder.is_dir():
            self.files = found


def _walk(folder: Path, path: str, deeper: int) -> Iterator[tuple[str, os.DirEntry[str]]]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in found:
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir(follow_symlinks=False) and deeper:
            yield from _walk(Path(entry.path), f"{path}{entry.name}/", deeper - 1)
        elif entry.is_file(follow_symlinks=False) and Path(entry.name).suffix in _TYPES:
            yield f"{path}{'' if entry.name == INDEX else entry.name}", entry


def _keep(file: Path) -> Kept | None:
    """Read a file; None: too large to be one of ours."""
    # Opened first, so that what is read is what was looked at, and never through a link.
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    with os.fdopen(handle, "rb") as opened:
        stat = os.fstat(opened.fileno())
        if stat.st_size > _LARGEST:
            return None
        content = opened.read(_LARGEST)
    changed = int(stat.st_mtime)
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    known = {"ETag": tag, "Last-Modified": formatdate(changed, usegmt=True)}
    if file.suffix == _FOR_PLATFORMS:
        known["X-Robots-Tag"] = "noindex"
    headers = {"Content-Type": _TYPES[file.suffix], **known}
    found = answer(HTTPStatus.OK, headers, content)
    return Kept(content, changed, headers, _seen(stat), tag.encode(), found, unchanged(known))


def _seen(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_ino, stat.st_size, stat.st_mtime_ns
