"""Where a test's own system can listen."""

from dataclasses import astuple

from budkavle.ports import Ports
from tests.harness.ports import free_row

_ROOM = max(astuple(Ports.on(1024))) - 1024 + 1
"""How many ports in a row a system needs."""


def free_base() -> int:
    """Give a port base with all its ports free just now."""
    return free_row(_ROOM)
