"""The accounts' tokens: the publisher's, and the siren's own copies in a place of its own."""

from collections.abc import Iterator
from pathlib import Path

from budkavle.channels import table
from budkavle.folder import Folder
from budkavle.trouble import Trouble
from services.kit.secret_files import make_folder, write

SPEAKERS = ("publisher", "siren")
"""Who speaks to accounts. Each can read its own secrets alone."""


def token_files(folder: Folder, file: str) -> tuple[Path, ...]:
    """Say where a token lies, the publisher's first."""
    return tuple(folder.secrets / speaker / file for speaker in SPEAKERS)


def share_tokens(folder: Folder) -> None:
    """Give the siren what the publisher has, unless it was given a newer one of its own."""
    for name in _files_of_channels(folder):
        theirs, ours = token_files(folder, name)
        if not theirs.exists():
            continue
        if not ours.exists() or ours.stat().st_mtime < theirs.stat().st_mtime:
            make_folder(ours.parent)
            write(ours, theirs.read_bytes())


def _files_of_channels(folder: Folder) -> Iterator[str]:
    """Name the secret files that the channels' tables speak of; what is wrong is told elsewhere."""
    try:
        channels = table.read(folder.channels)
    except Trouble:
        return
    for name, said in channels.items():
        yield Path(said.get("token_file") or f"{name}.token").name
        if recipients := said.get("recipients_file"):
            yield Path(recipients).name
