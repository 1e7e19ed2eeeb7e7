"""What the siren tells, for tests of those who only look on."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.alerts import (
    AlertConfirmed,
    AlertFact,
    Area,
    Bulletin,
    HoldActivated,
    HoldFact,
    HoldReleased,
    Info,
    Issued,
    Kind,
)
from schemas.posts import Content

ALERT = UUID("8d0d5c0a-6f0f-4c58-9c0e-7a3f1b6f2a01")
WEB = "https://larm.region-exempel.se/2026-7"
HOUR = timedelta(hours=1)

SWEDISH = Info(
    language="sv",
    event="Dricksvatten",
    headline="Koka dricksvattnet i Tunadal",
    description="Dricksvattnet i Tunadal kan innehålla bakterier.",
    instruction="Koka vattnet innan du dricker det.",
)
ENGLISH = Info(
    language="en",
    event="Drinking water",
    headline="Boil the drinking water in Tunadal",
    description="The drinking water in Tunadal may contain bacteria.",
    instruction="Boil the water before you drink it.",
)


def bulletin(at: datetime, kind: Kind = "alert", **said: Any) -> Bulletin:
    """Write what an alert says at a moment; it holds for a day."""
    words: dict[str, Any] = {
        "status": "actual",
        "reference": "2026-7",
        "template": "boil-water",
        "written_at": at,
        "expires": at + 24 * HOUR,
        "category": "Health",
        "response": "Execute",
        "urgency": "Immediate",
        "severity": "Severe",
        "certainty": "Likely",
        "areas": (Area(name="Borås kommun", codes=("1490",)),),
        "infos": (SWEDISH, ENGLISH),
        "contents": {"newsroom": Content(text=SWEDISH.headline, language="sv")},
        "web": WEB,
    }
    return Bulletin(kind=kind, **words | said)


def issued(number: int, word: Bulletin, release_at: datetime | None = None) -> Issued:
    """Accept a bulletin at the time that it names."""
    at = word.written_at
    return Issued(
        number=number,
        bulletin=word,
        accepted_at=at,
        release_at=release_at or at,
        by=("astrid", "bo"),
        way="two",
    )


def alert(
    *words: Issued,
    kind: type[AlertFact] = AlertConfirmed,
    at: datetime | None = None,
    **said: Any,
) -> Any:
    """Tell an alert with what was accepted of it."""
    told: dict[str, Any] = {
        "occurred_at": at or words[-1].accepted_at,
        "trace": ALERT,
        "alert": ALERT,
        "version": len(words) + 1,
        "reference": "2026-7",
        "status": "actual",
        "by": "bo",
        "issued": words,
    }
    return kind(**told | said)


def hold(at: datetime, version: int = 1) -> HoldFact:
    """Hold normal posts, or with an even version let them go."""
    kind = HoldActivated if version % 2 else HoldReleased
    return kind(
        occurred_at=at,
        trace=ALERT,
        version=version,
        by="astrid",
        alert=ALERT,
        why="2026-7: Koka dricksvattnet i Tunadal",
        since=at,
    )
