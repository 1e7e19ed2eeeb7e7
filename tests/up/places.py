"""Where a test's own system can listen."""

import random
from dataclasses import astuple

from budkavle.ports import Ports, free

_FROM, _TO = 20_000, 32_000
"""Below the ports that outgoing connections get."""


def free_base() -> int:
    """Give a port base with all its ports free just now."""
    for _ in range(1000):
        base = random.randrange(_FROM, _TO)  # noqa: S311 – not a secret
        if all(map(free, astuple(Ports.on(base)))):
            return base
    raise RuntimeError(f"no free ports between {_FROM} and {_TO}")
