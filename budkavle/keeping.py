"""Makes a copy of a system, and puts one back."""

import contextlib
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from budkavle import programs
from budkavle.alone import broker_alone, run_once
from budkavle.folder import Folder
from budkavle.programs import Plan
from budkavle.terminal import Terminal, command_in
from budkavle.trouble import Trouble
from services.provision.copies import Failed, Manifest, Spoilt, examine, take_secrets


@dataclass(frozen=True, slots=True)
class Put:
    """How a copy is to be put back."""

    copy: Path | None
    """None: what the folder holds is taken for a copy."""
    replace: bool = False


async def backup(terminal: Terminal, plan: Plan, to: Path | None, *, with_secrets: bool) -> int:
    """Copy everything into one file, whether the system runs or not."""
    folder = plan.folder
    if folder.read_version() is None:
        raise Trouble(
            "There is no system in {folder} yet. Start one: budkavle up", folder=folder.root
        )
    path = _place(folder, to)
    async with AsyncExitStack() as stack:
        if not folder.in_use():
            stack.enter_context(folder.claimed())
            await stack.enter_async_context(broker_alone(terminal, plan))
        ended = await run_once(
            terminal, plan, programs.backup(plan, path, with_secrets=with_secrets)
        )
    if ended.status:
        raise Trouble("The copy could not be made: {words}", words=ended.words)
    terminal.good("Copied everything to {path}, and read it back.", path=path)
    terminal.line("A copy on the same disk goes with the disk: keep it elsewhere too.")
    if not with_secrets:
        terminal.line(
            "The keys are not in it. Keep {secrets} as well: a copy is of no use without.",
            secrets=folder.secrets,
        )
    return 0


async def restore(terminal: Terminal, plan: Plan, put: Put) -> int:
    """Put a copy back into a system that is stopped; nothing of it goes out twice."""
    folder = plan.folder
    if folder.in_use():
        raise Trouble(
            "Budkavle runs in {folder}. Stop it with Ctrl-C, then restore again.",
            folder=folder.root,
        )
    manifest = _read(put.copy)
    with folder.claimed(), _cleared(terminal, folder, put):
        if put.copy and manifest:
            _furnish(folder, put.copy, manifest)
        async with broker_alone(terminal, plan):
            why = _why(terminal, manifest)
            ended = await run_once(terminal, plan, programs.restore(plan, put.copy, why))
        if ended.status:
            raise Trouble("Nothing was restored: {words}", words=ended.words)
    terminal.good("Restored in {folder}.", folder=folder.root)
    terminal.line(
        "Publishing is paused, and what may have gone out since is looked up instead of sent."
    )
    terminal.line(
        "Start with {command}, look at what is held, then resume.",
        command=command_in(folder.root, "up"),
    )
    return 0


def _place(folder: Folder, to: Path | None) -> Path:
    name = f"budkavle-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"
    if to is None:
        to = folder.root / "backups"
        to.mkdir(mode=0o700, exist_ok=True)
    return (to / name if to.is_dir() else to).resolve()


def _read(copy: Path | None) -> Manifest | None:
    try:
        return examine(copy) if copy else None
    except Spoilt as error:
        raise Trouble("{words}", words=str(error)) from error


def _why(terminal: Terminal, manifest: Manifest | None) -> str:
    if manifest is None:
        return terminal.say("Restored from an earlier state of the disk.")
    return terminal.say(
        "Restored from a copy of {time}.", time=f"{manifest.begun_at:%Y-%m-%d %H:%M} UTC"
    )


@contextlib.contextmanager
def _cleared(terminal: Terminal, folder: Folder, put: Put) -> Iterator[None]:
    """Move aside what the broker remembers; it comes back if the block does not succeed."""
    if put.copy is None or not any(folder.broker.iterdir()):
        yield
        return
    if not put.replace:
        raise Trouble(
            "The system in {folder} remembers something already. Choose a new folder with --data, "
            "or say --replace: then that is moved aside and kept.",
            folder=folder.root,
        )
    aside = folder.root / f"broker.replaced-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    folder.broker.rename(aside)
    folder.broker.mkdir(mode=0o700)
    try:
        yield
    except BaseException:
        folder.broker.rename(aside.with_name(f"{aside.name}.failed"))
        aside.rename(folder.broker)
        raise
    terminal.line("What was there before lies in {aside}.", aside=aside)


def _furnish(folder: Folder, copy: Path, manifest: Manifest) -> None:
    """Bring what belongs to the copy: keys that are missing, and its channels."""
    try:
        if manifest.secrets:
            take_secrets(copy, manifest, folder.secrets)
    except Failed as error:
        raise Trouble("{words}", words=str(error)) from error
    if manifest.channels and not folder.channels.exists():
        folder.channels.write_text(manifest.channels)
