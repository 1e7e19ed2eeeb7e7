"""Ports of 127.0.0.1 that nobody uses."""

import random
import socket

_FROM, _TO = 20_000, 32_000
"""Below the ports that outgoing connections get, so that a stopped server finds its own again."""


def free_port() -> int:
    """Give a port on which nothing listens just now."""
    for _ in range(1000):
        port = random.randrange(_FROM, _TO)  # noqa: S311 – not a secret
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no free port between {_FROM} and {_TO}")
