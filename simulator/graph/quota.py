"""How many calls a Page may make in an hour, and what each answer tells of it."""

import json
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_WINDOW = timedelta(hours=1)


@dataclass
class Quota:
    """The calls of the last hour, by Page. It is not kept: a restart begins a new hour."""

    most: int
    _calls: dict[str, deque[datetime]] = field(default_factory=dict)

    def take(self, page: str, now: datetime) -> bool:
        """Count a call; False when there were too many already."""
        calls = self._calls.setdefault(page, deque())
        while calls and now - calls[0] >= _WINDOW:
            calls.popleft()
        if len(calls) >= self.most:
            return False
        calls.append(now)
        return True

    def used(self, page: str) -> int:
        """Give the percentage that is used."""
        return len(self._calls.get(page, ())) * 100 // self.most

    def regained_in(self, page: str, now: datetime) -> timedelta:
        """Say after how long a call is taken again."""
        calls = self._calls.get(page)
        return calls[0] + _WINDOW - now if calls else timedelta()

    def header(self, page: str) -> str:
        """Write the usage of a Page as every answer carries it."""
        usage = {
            "type": "pages",
            "call_count": self.used(page),
            "total_cputime": 1,
            "total_time": 1,
            "estimated_time_to_regain_access": 0,
        }
        return json.dumps({page: [usage]})
