"""How test processes share the files of tests, so that none of them is left with a long one."""

from collections.abc import Collection

import pytest
from xdist.scheduler import LoadFileScheduling

UP = "tests/up"


class Files(LoadFileScheduling):  # type: ignore[misc] # it comes without types
    """Gives each file to one process. Whole systems, which are many programs, run one at a time."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return UP if file.startswith(f"{UP}/") else file


def longest_first(items: Collection[pytest.Item]) -> list[pytest.Item]:
    """Order whole files: systems, then those with slow tests, then the others."""
    long = {item.path for item in items if item.get_closest_marker("slow")}

    def rank(item: pytest.Item) -> int:
        if item.get_closest_marker("up"):
            return 0
        return 1 if item.path in long else 2

    return sorted(items, key=rank)
