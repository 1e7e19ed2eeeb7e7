"""Whether an alert concerns us: our counties and municipalities against those that it names."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from schemas.alerts import Area

SWEDEN = "00"

_CODE = re.compile(r"\d{2}(?:\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Region:
    """The counties and municipalities that are ours, by their codes; none: all of Sweden."""

    codes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, said: Iterable[str]) -> Self:
        """Read codes as a setting gives them: two digits for a county, four a municipality."""
        codes = frozenset(said)
        if wrong := sorted(code for code in codes if not _CODE.fullmatch(code)):
            raise ValueError(
                f"{', '.join(wrong)}: give two digits for a county or four for a municipality,"
                " as in 14 or 1490"
            )
        return cls(codes)

    def chosen(self, areas: Sequence[Area]) -> tuple[str, ...]:
        """Give those of their codes that concern us; our own where they name none, or Sweden."""
        named = dict.fromkeys(code for area in areas for code in area.codes)
        if SWEDEN in named or not named:
            return tuple(sorted(self.codes))
        found = tuple(code for code in named if any(_meet(ours, code) for ours in self.codes))
        return found or tuple(named)

    def concerns(self, areas: Sequence[Area]) -> bool:
        """Say whether any of it is ours; where it names no code, people have to look."""
        named = {code for area in areas for code in area.codes}
        if not self.codes or not named or not all(area.codes for area in areas):
            return True
        return any(_meet(ours, theirs) for ours in self.codes for theirs in named)


def _meet(ours: str, theirs: str) -> bool:
    """A county holds its municipalities, and whatever is said to a part is said of the whole."""
    return SWEDEN in {ours, theirs} or ours.startswith(theirs) or theirs.startswith(ours)
