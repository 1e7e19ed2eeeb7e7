"""Ports of 127.0.0.1 that nobody uses."""

import os
import random
import socket
from collections.abc import Iterator
from itertools import count, islice

_FROM = 20_000
_SHARE = 1_500
"""Each worker has ports of its own: what one was given is not listened on yet."""

_WORKERS = 8
"""So that all shares are below the ports that outgoing connections get, and a stopped server finds
its own again."""


def _own_ports() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
    begin = random.randrange(_SHARE)  # noqa: S311 – not a secret
    return (_FROM + worker * _SHARE + step % _SHARE for step in count(begin))


_ports = _own_ports()


def free_port() -> int:
    """Give a port on which nothing listens, and which was not given for a long time."""
    return free_row(1)


def free_row(length: int) -> int:
    """Give the first of so many such ports in a row."""
    for _ in range(_SHARE):
        row = list(islice(_ports, length))
        if row[-1] - row[0] == length - 1 and all(map(_free, row)):
            return row[0]
    raise RuntimeError(f"no {length} free ports from {_FROM} on")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
