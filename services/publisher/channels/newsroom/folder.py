"""A folder of public files: each is there whole or not at all."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

_PARTIAL = ".part"


class Folder:
    """Writes files so that no reader, and no power cut, ever sees half of one."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, content: bytes) -> bool:
        """Put a file in its place; False if the same already stood there."""
        if self.read(name) == content:
            return False
        with self._writing(name) as file:
            file.write(content)
        return True

    async def write_pieces(self, name: str, pieces: AsyncIterator[bytes]) -> None:
        """Put a large file in its place, a piece at a time."""
        with self._writing(name) as file:
            async for piece in pieces:
                await asyncio.to_thread(file.write, piece)

    @contextmanager
    def _writing(self, name: str) -> Iterator[BinaryIO]:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{uuid4().hex}{_PARTIAL}")
        try:
            with partial.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        _make_lasting(path.parent)

    def remove(self, name: str) -> None:
        """Take a file away for good; one that is not there is gone already."""
        path = self.path / name
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return
        _make_lasting(path.parent)

    def read(self, name: str) -> bytes | None:
        """Give a file's content; None if it is not there."""
        try:
            return (self.path / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def has(self, name: str) -> bool:
        """Whether a file is there."""
        return (self.path / name).is_file()

    def try_writing(self) -> None:
        """Raise `OSError` if files cannot be written here now."""
        self.path.mkdir(parents=True, exist_ok=True)
        trial = self.path / f".{uuid4().hex}{_PARTIAL}"
        try:
            trial.write_bytes(b"\0")
        finally:
            trial.unlink(missing_ok=True)

    def clear_partial(self) -> None:
        """Take away what a killed writer of ours left half done."""
        for partial in self.path.rglob(f".*{_PARTIAL}"):
            with suppress(FileNotFoundError):
                partial.unlink()


def _make_lasting(folder: Path) -> None:
    """Let the new name survive a power cut, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
