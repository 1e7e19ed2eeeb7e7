"""A PostgreSQL of a test's own, on 127.0.0.1, that is gone afterwards."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import chown, which

from tests.harness.ports import free_port

_DEBIAN = Path("/usr/lib/postgresql")
_START_LIMIT = 20.0
_STOP_LIMIT = 10.0


def programs() -> Path | None:
    """Where its programs are; None: it is not installed."""
    found = sorted(_DEBIAN.glob("*/bin/postgres")) or [Path(which("postgres") or "")]
    return found[-1].parent if found[-1].name else None


@contextmanager
def running_postgres() -> Iterator[str]:
    """Run one with an empty database; gives its address."""
    programs_ = programs()
    assert programs_ is not None, "apt-get install --no-install-recommends postgresql"
    # It refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="budkavle-postgres-") as made:
        folder, port = Path(made), free_port()
        if user:
            chown(folder, user)
        data = folder / "data"
        making: list[str | Path] = [
            programs_ / "initdb",
            "--pgdata",
            data,
            "--auth=trust",
            "--username=postgres",
        ]
        subprocess.run(making, check=True, user=user, stdout=subprocess.DEVNULL, cwd=folder)
        told = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off")
        options = [word for each in told for word in ("-c", each)]
        argv: list[str | Path] = [programs_ / "postgres", "-D", data, "-p", str(port), *options]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(argv, user=user, stdout=log, stderr=log, cwd=folder)
        try:
            _wait(programs_, port, server, folder / "log")
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            # An orderly end that does not wait for whoever is still connected.
            server.send_signal(signal.SIGINT)
            try:
                server.wait(_STOP_LIMIT)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(programs_: Path, port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    asking: list[str | Path] = [programs_ / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    give_up = time.monotonic() + _START_LIMIT
    while subprocess.run(asking, check=False).returncode:
        if server.poll() is not None or time.monotonic() > give_up:
            raise AssertionError(log.read_text())
        time.sleep(0.05)
