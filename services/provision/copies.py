"""The file that keeps a system's whole memory: a tar of snapshots, and a list of what is in it."""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.envelope import Digest, Instant
from services.kit.secret_files import make_folder, write

FORMAT = 1
"""Of the file; a newer one is left alone."""

_LIST = "manifest.json"
_PIECE = 1 << 20
_FRAMES_BEGIN = b"\xff\x06\x00\x00S2sTwO"


class Failed(Exception):
    """A copy could not be made or put back; the message says why, in the broker's words if any."""


class Spoilt(Exception):
    """A file is not a whole copy; the message says what is wrong and what to do."""


class _Listed(BaseModel):
    model_config = ConfigDict(frozen=True)

    size: int
    sha256: Digest


class StreamCopy(_Listed):
    """One stream, as the broker has packed it."""

    name: str
    created: str
    messages: int
    last_seq: int
    config: dict[str, Any]
    state: dict[str, Any]
    heard: dict[str, int] = Field(
        description="how far each durable had surely come when the copy was begun"
    )

    @property
    def member(self) -> str:
        """Give the snapshot's name in the file."""
        return f"streams/{self.name}"


class SecretCopy(_Listed):
    """A secret file, by its path in the folder of all secrets."""

    path: str

    @property
    def member(self) -> str:
        """Give the secret's name in the file."""
        return f"secrets/{self.path}"


class Manifest(BaseModel):
    """What a copy holds, and what it takes to use it."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    budkavle: str
    broker: str
    begun_at: Instant = Field(description="nothing that was stored before this is missing")
    tellers: dict[str, tuple[str, ...]] = Field(
        description="names of the keys that each service has signed with"
    )
    channels: str = Field(default="", description="the file of channels, as it was")
    streams: tuple[StreamCopy, ...]
    secrets: tuple[SecretCopy, ...] = ()


class Draft:
    """A copy that is being written; it gets its name when it is whole and on the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draft = path.with_name(f".{path.name}.draft")
        self._spool = path.with_name(f".{path.name}.part")

    def __enter__(self) -> Self:
        # Drafts and posts that nobody has seen yet are in it: nobody else may read it, ever.
        self._file = _closed_to_others(self._draft)
        self._tar = tarfile.open(fileobj=self._file, mode="w")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        for left in (self._draft, self._spool):
            left.unlink(missing_ok=True)

    @contextmanager
    def spool(self) -> Iterator[IO[bytes]]:
        """Give a file for a member whose size is not known before its end."""
        with _closed_to_others(self._spool) as file:
            yield file

    def add_spooled(self, member: str) -> tuple[int, str]:
        """Take in what was spooled; gives its size and digest."""
        with self._spool.open("rb") as file:
            digest = _digest(file)
            size = file.tell()
            file.seek(0)
            self._add(member, size, file)
        self._spool.unlink()
        return size, digest

    def add(self, member: str, content: bytes) -> tuple[int, str]:
        """Take in a small member; gives its size and digest."""
        self._add(member, len(content), io.BytesIO(content))
        return len(content), hashlib.sha256(content).hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Write the list, read everything back, and put the file in place."""
        self.add(_LIST, manifest.model_dump_json(indent=1).encode())
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        examine(self._draft)
        self._draft.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _add(self, member: str, size: int, content: IO[bytes]) -> None:
        entry = tarfile.TarInfo(member)
        entry.size, entry.mode = size, 0o600
        self._tar.addfile(entry, content)


def examine(path: Path) -> Manifest:
    """Read a whole copy, and give its list; `Spoilt` if a byte is not as it was written."""
    try:
        with tarfile.open(path, mode="r:") as tar:
            manifest = _list_of(tar, path)
            kept: tuple[StreamCopy | SecretCopy, ...] = (*manifest.streams, *manifest.secrets)
            for listed in kept:
                with opened(tar, listed.member) as file:
                    if _digest(file) != listed.sha256 or file.tell() != listed.size:
                        raise Spoilt(f"{path}: {listed.member} is damaged; use another copy")
            for stream in manifest.streams:
                with opened(tar, stream.member) as file:
                    if not _frames_are_whole(file, stream.size):
                        raise Spoilt(f"{path}: {stream.member} is cut off; use another copy")
    except OSError as error:
        raise Spoilt(f"{path} cannot be read ({error.strerror}); give the right file") from error
    except tarfile.TarError as error:
        raise Spoilt(f"{path} is not a whole copy of a system ({error}); use another") from error
    return manifest


@contextmanager
def opened(tar: tarfile.TarFile, member: str) -> Iterator[IO[bytes]]:
    """Open one member of a copy."""
    try:
        file = tar.extractfile(member)
    except KeyError:
        file = None
    if file is None:
        raise Spoilt(f"{tar.name!s}: {member} is missing; use another copy")
    with file:
        yield file


def take_secrets(path: Path, manifest: Manifest, folder: Path) -> list[Path]:
    """Write the secrets of a copy that are missing here; another one in a place is an error."""
    if not manifest.secrets:
        raise Failed(f"{path} holds no secrets; it was made without --with-secrets")
    found: dict[Path, str] = {}
    with tarfile.open(path, mode="r:") as tar:
        for secret in manifest.secrets:
            if ".." in (parts := PurePosixPath(secret.path).parts) or parts[0] == "/":
                raise Failed(f"{path} names a secret outside of the folder: {secret.path}")
            with opened(tar, secret.member) as file:
                found[folder.joinpath(*parts)] = file.read().decode()
    for place, text in found.items():
        if place.exists() and place.read_text() != text:
            raise Failed(
                f"{place} is there and is another than in the copy; move the folder {folder} away "
                "if the copy's secrets shall be used"
            )
    missing = [place for place in found if not place.exists()]
    for place in missing:
        make_folder(place.parent)
        write(place, found[place])
    return missing


def _list_of(tar: tarfile.TarFile, path: Path) -> Manifest:
    with opened(tar, _LIST) as file:
        text = file.read()
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise Spoilt(f"{path}: its list cannot be read; use another copy") from error
    if manifest.format > FORMAT:
        raise Spoilt(
            f"{path} was made by a newer Budkavle (format {manifest.format}; this one knows "
            f"{FORMAT}); restore it with that one"
        )
    return manifest


def _frames_are_whole(file: IO[bytes], size: int) -> bool:
    """Follow a snapshot's frames (S2, as the broker packs it) to see that none is cut off."""
    if file.read(len(_FRAMES_BEGIN)) != _FRAMES_BEGIN:
        return False
    place = len(_FRAMES_BEGIN)
    while place < size:
        head = file.read(4)
        place += 4 + int.from_bytes(head[1:], "little")
        file.seek(place)
    return place == size


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _closed_to_others(path: Path) -> IO[bytes]:
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
