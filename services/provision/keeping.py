"""The verbs `backup` and `restore`: what an operator may say, and what is said back."""

import argparse
import tarfile
from contextlib import AbstractAsyncContextManager
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from schemas.envelope import now
from services.kit.connection import Connection
from services.kit.secret_files import make_folder, write
from services.provision.backup import back_up
from services.provision.copies import Manifest, examine, opened
from services.provision.doubts import Doubts
from services.provision.entrance import inside
from services.provision.permissions import PROVISION
from services.provision.restore import Restorer, Tell
from services.provision.settings import Settings
from services.provision.snapshots import Failed

_PINGS = 1200
"""Unanswered ones, at two a second: the broker answers none while it writes what it is sent."""


class Wish(NamedTuple):
    """What was asked for beside the settings."""

    to: Path | None = None
    with_secrets: bool = False
    source: Path | None = None
    in_place: bool = False
    secrets_only: bool = False
    replace: bool = False
    why: str = ""


def add_verbs(verbs: Any) -> None:
    """Say which verbs there are, and their flags."""
    backup = verbs.add_parser(
        "backup",
        help="copy everything that the broker remembers into one file, while all runs",
        argument_default=argparse.SUPPRESS,
    )
    backup.add_argument("--to", type=Path, required=True, help="a file, or a folder for it")
    backup.add_argument("--channels", help="the file of channels, which is kept with the rest")
    backup.add_argument(
        "--with-secrets", action="store_true", help="also all keys and tokens; guard it like them"
    )
    restore = verbs.add_parser(
        "restore",
        help="put a copy back into a broker, with all services stopped; what may have gone out "
        "since is looked up and not sent, and publishing is paused",
        argument_default=argparse.SUPPRESS,
    )
    what = restore.add_mutually_exclusive_group(required=True)
    what.add_argument("--from", dest="source", type=Path, metavar="FILE", help="the copy")
    what.add_argument(
        "--in-place",
        action="store_true",
        help="take for a copy what the broker has: its disk was put back to an earlier day",
    )
    restore.add_argument(
        "--secrets-only",
        action="store_true",
        help="take only the keys and tokens that are in the copy; before the broker starts",
    )
    restore.add_argument(
        "--replace", action="store_true", help="take away what is there, after a copy of it"
    )
    restore.add_argument("--why", help="what people read beside the pause")
    restore.add_argument("--replicas", choices=("1", "3"), help="copies of every stream")
    for verb in (backup, restore):
        verb.add_argument("--secrets", help="the folder of all secrets")
        verb.add_argument("--nats-url", help="for example nats://127.0.0.1:4222")


def wish_of(asked: dict[str, Any]) -> Wish:
    """Take out of the flags what is no setting."""
    return Wish(**{name: asked.pop(name) for name in Wish._fields if name in asked})


async def back_up_to(settings: Settings, wish: Wish, tell: Tell) -> None:
    """Make a copy, and say where it is."""
    path = wish.to or Path()
    if path.is_dir():
        path /= f"budkavle-{now():%Y%m%dT%H%M%SZ}.tar"
    if path.exists():
        raise Failed(f"{path} is there already; give another name, copies are never overwritten")
    if not path.parent.is_dir():
        raise Failed(f"the folder {path.parent} is not there; make it, or give another")
    channels = settings.channels.read_text() if settings.channels.exists() else ""
    async with _inside(settings) as connection:
        await back_up(
            connection,
            settings.secrets,
            path,
            tell,
            channels=channels,
            with_secrets=wish.with_secrets,
        )
    tell(f"wrote {path}, read it back, and found it whole")
    if not wish.with_secrets:
        tell("the keys are not in it; keep a copy of the secrets too, without them it is of no use")


async def restore_from(settings: Settings, wish: Wish, tell: Tell) -> None:
    """Restore, and say what was found doubtful."""
    manifest = examine(wish.source) if wish.source else None
    if wish.secrets_only:
        if manifest is None or wish.source is None:
            raise Failed("--secrets-only needs a copy: give it with --from")
        for path in take_secrets(wish.source, manifest, settings.secrets):
            tell(f"wrote {path}")
        return
    async with _inside(settings) as connection:
        restorer = Restorer(connection, settings, tell)
        if wish.source is None or manifest is None:
            doubts = await restorer.restore_in_place(
                wish.why or "its own store, from an earlier day"
            )
        else:
            why = wish.why or f"restored from a copy of {manifest.begun_at:%Y-%m-%d %H:%M} UTC"
            doubts = await restorer.restore(wish.source, manifest, replace=wish.replace, why=why)
    _say(doubts, tell)


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


def _say(doubts: Doubts, tell: Tell) -> None:
    for thing in doubts.unreadable:
        tell(f"cannot be read and is left as it is, nothing is sent of it: {thing}")
    tell(f"{doubts.marked} deliveries may have gone out since; they will be looked up, not sent")
    tell("publishing is paused; start the services, look at what is held, then resume")


def _inside(settings: Settings) -> AbstractAsyncContextManager[Connection]:
    connection = Connection(settings.nats_url, PROVISION, settings.seed, pings=_PINGS)
    return inside(connection, settings.nats_url)
