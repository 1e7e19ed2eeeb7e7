"""The file that somebody signs with at the command line: whoever has it signs in their name."""

import base64
import json
import os
import stat
import tomllib
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from schemas.envelope import Name
from services.kit.seals import Signer
from services.kit.secret_files import write
from services.kit.settings import MissingSecret


class KeyFile(NamedTuple):
    """Whose it is, and what signs."""

    officer: str
    signer: Signer


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    officer: Name
    seed: str


def write_key(path: Path, officer: str, seed: bytes) -> None:
    """Write a key for its owner's eyes alone."""
    said = base64.b64encode(seed).decode()
    write(path, f"officer = {json.dumps(officer)}\nseed = {json.dumps(said)}\n")


def read_key(path: Path) -> KeyFile:
    """Read a key, if nobody else can."""
    try:
        text = path.read_text(encoding="utf-8")
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        raise MissingSecret(
            f"the key {path} cannot be read ({error.strerror}); ask ops for one: "
            "python -m services.provision officers key"
        ) from error
    except UnicodeDecodeError:
        raise _broken(path) from None
    if mode & (stat.S_IRGRP | stat.S_IROTH) and os.name == "posix":
        raise MissingSecret(f"the key {path} can be read by others; run: chmod 600 {path}")
    try:
        read = _File.model_validate(tomllib.loads(text))
        return KeyFile(read.officer, Signer(base64.b64decode(read.seed, validate=True)))
    except ValueError:
        # What stands there is a secret, so that no more is said of it.
        raise _broken(path) from None


def _broken(path: Path) -> MissingSecret:
    return MissingSecret(
        f"{path} is no officer's key; put the file back as it was made, or ask ops for another: "
        "python -m services.provision officers key"
    )
