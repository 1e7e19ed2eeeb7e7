"""A week as the board shows it: Monday to Sunday on the clocks of one zone."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_ADDRESS = re.compile(r"(\d{4})-W(\d{2})")
_YEARS = range(1971, 2199)


@dataclass(frozen=True, slots=True)
class Week:
    """One ISO week."""

    monday: date
    zone: str

    @property
    def name(self) -> str:
        """Give its name in addresses, such as `2026-W48`."""
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02}"

    @property
    def number(self) -> int:
        """Say what people call it."""
        return self.monday.isocalendar().week

    @property
    def days(self) -> tuple[date, ...]:
        """List its seven days."""
        return tuple(self.monday + timedelta(days=number) for number in range(7))

    @property
    def start(self) -> datetime:
        """Give the instant at which its Monday begins."""
        return self._midnight(self.monday)

    @property
    def end(self) -> datetime:
        """Give the instant at which the next Monday begins."""
        return self._midnight(self.monday + timedelta(days=7))

    def shifted(self, weeks: int) -> "Week":
        """Give the week that is so many weeks later."""
        return Week(self.monday + timedelta(weeks=weeks), self.zone)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, ZoneInfo(self.zone)).astimezone(UTC)


def week_of(moment: datetime, zone: str) -> Week:
    """Find the week of an instant."""
    day = moment.astimezone(ZoneInfo(zone)).date()
    return Week(day - timedelta(days=day.weekday()), zone)


def week_named(name: str, zone: str) -> Week | None:
    """Find the week of a name such as `2026-W48`; None if there is no such week."""
    found = _ADDRESS.fullmatch(name)
    if found is None or int(found[1]) not in _YEARS:
        return None
    try:
        return Week(date.fromisocalendar(int(found[1]), int(found[2]), 1), zone)
    except ValueError:
        return None
