"""The ports that a system takes on 127.0.0.1, and whether they are free."""

import socket
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Self

from budkavle.trouble import Trouble

HOST = "127.0.0.1"
_HIGHEST_BASE = 65_000
_PLACES = (0, 1, 2, 3, 4, 10, 22, 23)
"""How far after the base each program listens."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where each program of one system listens."""

    planner: int = 8080
    publisher: int = 8081
    siren: int = 8082
    metrics: int = 8083
    alerts: int = 8084
    """Where strangers read alerts."""
    simulator: int = 8090
    broker: int = 4222
    monitor: int = 8222

    @classmethod
    def on(cls, base: int | None) -> Self:
        """Place all of them after one port, in the same order; None means the usual ones."""
        if base is None:
            return cls()
        if not 1024 <= base <= _HIGHEST_BASE:
            raise Trouble(
                "--port-base has to be between 1024 and {highest}.", highest=_HIGHEST_BASE
            )
        return cls(*(base + place for place in _PLACES))

    def of(self, names: Iterable[str]) -> dict[str, int]:
        """Give the ports of the programs with these names."""
        every = asdict(self)
        return {name: every[name] for name in names}

    def url(self, name: str) -> str:
        """Give the address of a program, as a browser on this machine wants it."""
        return f"http://{HOST}:{self.of([name])[name]}"

    @property
    def nats_url(self) -> str:
        """Give the address of the broker."""
        return f"nats://{HOST}:{self.broker}"


def free(port: int) -> bool:
    """Tell whether a program could listen on this port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen(1)
        except OSError:
            return False
    return True


def demand_free(ports: dict[str, int]) -> None:
    """Stop with a clear sentence if a port that we need is taken."""
    for name, port in ports.items():
        if not free(port):
            raise Trouble(
                "Port {port}, which {name} needs, is taken by another program. Stop that program, "
                "or choose other ports: --port-base 18080",
                port=port,
                name=name,
            )
