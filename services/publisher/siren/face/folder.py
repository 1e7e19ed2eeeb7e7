"""The folder that the public reads: each file is there whole or not at all."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock, get_ident

_PARTIAL = ".part"


class PublicFolder:
    """Puts drawn files in their places, and leaves alone what has not changed.

    What is lost with the power is drawn again at the next start, so nothing waits for the disk.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._standing: dict[str, bytes] = {}
        self._tidying = Lock()
        self._tidy = False

    def put(self, files: Mapping[str, bytes]) -> tuple[str, ...]:
        """Write what has changed, in the order given; gives the names of what was written.

        Several threads may do so at once, each its own files.
        """
        with self._tidying:
            if not self._tidy:
                self._clear_partial()
                self._tidy = True
        return tuple(name for name, content in files.items() if self._put(name, content))

    def _clear_partial(self) -> None:
        """Take away what a killed writer left half done."""
        for partial in self.path.rglob(f".*{_PARTIAL}"):
            with suppress(FileNotFoundError):
                partial.unlink()

    def _put(self, name: str, content: bytes) -> bool:
        standing = self._standing.get(name)
        if standing == content:
            return False
        path = self.path / name
        self._standing[name] = content
        if standing is None and _read(path) == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{get_ident()}{_PARTIAL}")
        try:
            partial.write_bytes(content)
            partial.replace(path)
        except OSError:
            del self._standing[name]
            partial.unlink(missing_ok=True)
            raise
        return True


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
