"""Servers that are programs of others, run for a while."""

import asyncio
import getpass
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.harness.waiting import eventually

REAL = Path(__file__).parents[2] / "real"


@contextmanager
def running_process(
    folder: Path,
    command: list[str],
    environment: dict[str, str],
    address: str,
    cwd: Path | None = None,
) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=out, stderr=out, cwd=cwd
        )
    try:
        asyncio.run(eventually(lambda: process.poll() is not None or _answers(address), within=60))
        assert process.poll() is None, log.read_text()
        yield
    finally:
        # Nothing of it is wanted later, and a hanging request would hold up an orderly end.
        process.kill()
        process.wait(10)


@contextmanager
def running_database(folder: Path) -> Iterator[None]:
    """Run a MariaDB of its own, reached by the socket in this folder and by nothing else."""
    person = getpass.getuser()
    data = ["--no-defaults", f"--user={person}", f"--datadir={folder / 'database'}"]
    install = ["mariadb-install-db", *data, "--auth-root-authentication-method=normal"]
    subprocess.run(install, check=True, capture_output=True)
    made = folder / "made.sql"
    made.write_text("CREATE DATABASE wordpress CHARACTER SET utf8mb4;")
    socket = folder / "database.sock"
    here = [f"--socket={socket}", f"--pid-file={folder / 'pid'}", f"--init-file={made}"]
    small = ["--skip-networking", "--innodb-buffer-pool-size=32M", "--performance-schema=OFF"]
    log = folder / "database.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["/usr/sbin/mariadbd", *data, *here, *small], stdout=out, stderr=out
        )
    try:
        asyncio.run(eventually(lambda: process.poll() is not None or socket.exists(), within=60))
        assert process.poll() is None, log.read_text()
        yield
    finally:
        process.kill()
        process.wait(10)


def _answers(address: str) -> bool:
    try:
        return httpx.get(address, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
