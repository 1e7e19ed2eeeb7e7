"""Looks at what is written: keys, tokens, people, channels."""

import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

from budkavle.doctor.findings import Finding, fine, wrong
from budkavle.folder import Folder
from schemas.flow import SERVICES
from services.kit.unfit import Unfit
from services.provision.channels import channel_names


def look(folder: Folder) -> Iterator[Finding]:
    """Look at every secret that a system needs, and at its channels."""
    yield from _channels(folder)
    wanted = [
        *(folder.secrets / name / "nkey" for name in (*SERVICES, "provision")),
        *(
            folder.secrets / name / paper
            for name in SERVICES
            for paper in ("signing.key", "signed-by.toml", "tellers.toml")
        ),
        folder.secrets / "planner" / "session.key",
        folder.secrets / "planner" / "people.toml",
        folder.secrets / "siren" / "officers.toml",
        folder.secrets / "broker" / "users.conf",
    ]
    problems = [found for path in wanted if (found := _missing(folder, path))]
    kept = sorted(path for path in folder.secrets.rglob("*") if path.is_file())
    problems += [found for path in kept if (found := _open_to_others(path))]
    yield from problems
    if not problems:
        yield fine("Secrets", "{count} files, closed to others", count=len(kept))


def _missing(folder: Folder, path: Path) -> Finding | None:
    if path.exists() and path.stat().st_size:
        return None
    return wrong(
        "Secrets",
        "{path} is missing. Make it: python -m services.provision keys --secrets {secrets}",
        path=path,
        secrets=folder.secrets,
    )


def _open_to_others(path: Path) -> Finding | None:
    if stat.S_IMODE(path.stat().st_mode) == 0o600:
        return None
    return wrong("Secrets", "{path} has the wrong mode. Run: chmod 600 {path}", path=path)


def _channels(folder: Folder) -> Iterator[Finding]:
    try:
        names = channel_names(folder.channels)
    except Unfit as error:
        yield wrong("Channels", "{words}", words=str(error))
        return
    yield fine("Channels", "{path}: {names}", path=folder.channels, names=", ".join(names))
    settings = tomllib.loads(folder.channels.read_text())["channels"]
    for name, channel in settings.items():
        if channel.get("kind") == "newsroom":
            continue
        token = folder.secrets / "publisher" / channel.get("token_file", f"{name}.token")
        if not token.exists():
            yield wrong(
                "Channels",
                "{name} has no token. Write it into {path} and run: chmod 600 {path}",
                name=name,
                path=token,
            )
