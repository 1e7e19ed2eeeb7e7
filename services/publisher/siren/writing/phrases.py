"""The words that stand in every text of an alert: its number, its time, its place, its status."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from schemas.alerts import Area, Bulletin, Kind, Status

Tongue = Literal["sv", "en"]

ZONE = ZoneInfo("Europe/Stockholm")

MARKS: Mapping[Status, Mapping[Tongue, str]] = {
    "actual": {"sv": "", "en": ""},
    "exercise": {"sv": "ÖVNING", "en": "EXERCISE"},
    "test": {"sv": "TEST", "en": "TEST"},
}
"""The word with which a text begins and ends that is not meant."""

OPENINGS: Mapping[Kind, Mapping[Tongue, str]] = {
    "alert": {"sv": "", "en": ""},
    "update": {"sv": "Nytt besked: ", "en": "Update: "},
    "correction": {"sv": "Rättelse: ", "en": "Correction: "},
    "all_clear": {"sv": "Faran över: ", "en": "Danger over: "},
}
"""With what the headline of each kind begins."""

_NAMED = 3


def clock(at: datetime, tongue: Tongue) -> str:
    """Say a time of day as people here read it."""
    local = at.astimezone(ZONE)
    return f"kl. {local:%H.%M}" if tongue == "sv" else f"at {local:%H:%M}"


def number_line(bulletin: Bulletin, organisation: str, tongue: Tongue) -> str:
    """Name the alert by number, time and sender; a later word says that it is about it."""
    first = bulletin.kind == "alert"
    if tongue == "sv":
        named = "Larm" if first else "Gäller larm"
    else:
        named = "Alert" if first else "About alert"
    parts = (f"{named} {bulletin.reference}", clock(bulletin.written_at, tongue), organisation)
    return ", ".join(part for part in parts if part)


def beginning(status: Status, tongue: Tongue) -> str:
    """Say before anything else that it is not meant, where it is not."""
    mark = MARKS[status][tongue]
    return f"{mark} – " if mark else ""


def begun(text: str, status: Status, tongue: Tongue) -> str:
    """Begin a text so, unless it does."""
    first = beginning(status, tongue)
    return text if text.startswith(first) else first + text


def headlined(headline: str, kind: Kind, status: Status, tongue: Tongue) -> str:
    """Begin a headline as its kind and status demand."""
    return beginning(status, tongue) + OPENINGS[kind][tongue] + bare(headline, tongue)


def bare(headline: str, tongue: Tongue) -> str:
    """Give a headline without what every one of its kind and status begins with."""
    before = [beginning(status, tongue) for status in MARKS]
    for first in (*before, *(opening[tongue] for opening in OPENINGS.values())):
        if first and headline.startswith(first):
            headline = headline.removeprefix(first)
            headline = headline[:1].upper() + headline[1:]
    return headline


def ending(status: Status, tongue: Tongue) -> str:
    """Say it once more at the end; empty where it is meant."""
    said = {"sv": "detta har inte hänt.", "en": "this has not happened."}
    mark = MARKS[status][tongue]
    return f"{mark} – {said[tongue]}" if mark else ""


def places(areas: Sequence[Area], tongue: Tongue) -> str:
    """Name where it holds."""
    return _listed([area.name for area in areas], tongue)


def few_places(areas: Sequence[Area], tongue: Tongue) -> str:
    """Name where it holds, and of many places only how many more there are."""
    names = [area.name for area in areas]
    if len(names) <= _NAMED:
        return _listed(names, tongue)
    more = len(names) - _NAMED + 1
    return _listed(
        [*names[: _NAMED - 1], f"{more} till" if tongue == "sv" else f"{more} more"], tongue
    )


def _listed(names: Sequence[str], tongue: Tongue) -> str:
    if len(names) < 2:
        return "".join(names)
    joined = " och " if tongue == "sv" else " and "
    return joined.join((", ".join(names[:-1]), names[-1]))
