"""Sweden's 21 counties and 290 municipalities: by code, and by what people type."""

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from schemas.alerts import Area

_LIST = Path(__file__).with_name("sweden.toml")
_COUNTY = 2
_TAKES_NO_S = tuple("aeiouyåäösxz")


@dataclass(frozen=True, slots=True)
class Place:
    """A county or a municipality."""

    code: str
    name: str
    """As people say it: Västra Götalands län, Borås kommun."""
    county: str
    """The county's name, for a municipality and for the county itself."""

    @property
    def is_county(self) -> bool:
        """Whether it is a county, with municipalities in it."""
        return len(self.code) == _COUNTY


@cache
def places() -> Mapping[str, Place]:
    """Give all of them by their codes; each county comes before its municipalities."""
    with _LIST.open("rb") as file:
        listed = tomllib.load(file)
    counties, others = listed["counties"], listed["kommun"]
    made = [Place(code, name, name) for code, name in counties.items()]
    for code, name in listed["municipalities"].items():
        made.append(Place(code, others.get(code) or _kommun(name), counties[code[:_COUNTY]]))
    return {place.code: place for place in sorted(made, key=lambda place: place.code)}


def area_of(code: str) -> Area | None:
    """Give the area with this code; None if Sweden has none."""
    place = places().get(code)
    return Area(name=place.name, codes=(place.code,)) if place else None


def within(inner: str, outer: str) -> bool:
    """Whether the one lies in the other, or is the same: 1490 lies in 14."""
    return inner.startswith(outer)


def meet(one: str, other: str) -> bool:
    """Whether what holds in the one concerns the other: either lies in the other."""
    return within(one, other) or within(other, one)


def find(typed: str, most: int = 8) -> tuple[Place, ...]:
    """Give places that begin as was typed, whatever the case and the accents; counties first."""
    wanted = _plain(typed)
    if not wanted:
        return ()
    ranked = {place: _rank(place, wanted) for place in places().values()}
    found = [place for place, rank in ranked.items() if rank]
    found.sort(key=lambda place: (ranked[place], not place.is_county, _plain(place.name)))
    return tuple(found[:most])


def _rank(place: Place, wanted: str) -> int:
    """Say how well a place fits: 1 is best, 0 is not at all."""
    name = _plain(place.name)
    if place.code == wanted or name.startswith(wanted):
        return 1
    return 2 if f" {wanted}" in name or place.code.startswith(wanted) else 0


def _kommun(name: str) -> str:
    """Make Lund into Lunds kommun, and Borås into Borås kommun."""
    return f"{name} kommun" if name.endswith(_TAKES_NO_S) else f"{name}s kommun"


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(letters.replace("-", " ").split())
