"""Alerts for tests, with only what matters said."""

from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.alerts import AlertConfirmed, AlertFact, Area, Bulletin, Info, Issued, Kind
from services.publisher.siren.cap.writing import Sender
from tests.crisis import ALERT, ENGLISH, SWEDISH

NIGHT = datetime(2026, 11, 22, 2, 12, tzinfo=UTC)
SENDER = Sender("larm@region-exempel.se", "SE-REGEX", "Region Exempel")
BORAS = Area(name="Borås kommun", codes=("1490",))


def said(headline: str, other: str) -> tuple[Info, Info]:
    return (
        SWEDISH.model_copy(update={"headline": headline}),
        ENGLISH.model_copy(update={"headline": other}),
    )


def bulletin(kind: Kind = "alert", **given: Any) -> Bulletin:
    over = kind == "all_clear"
    usual: dict[str, Any] = {
        "kind": kind,
        "status": "actual",
        "reference": "2026-7",
        "template": "boil-water",
        "written_at": NIGHT,
        "expires": NIGHT + timedelta(days=1),
        "category": "Health",
        "response": "AllClear" if over else "Execute",
        "urgency": "Past" if over else "Immediate",
        "severity": "Severe",
        "certainty": "Likely",
        "areas": (BORAS,),
        "infos": (SWEDISH, ENGLISH),
        "contents": {},
        "web": "https://larm.region-exempel.se/2026-7",
        "contact": "1177",
    }
    return Bulletin(**usual | given)


def alert(*bulletins: Bulletin, **given: Any) -> AlertFact:
    """Make an alert whose bulletins were accepted five minutes after each other."""
    issued = tuple(
        Issued(
            number=number,
            bulletin=each,
            accepted_at=NIGHT + timedelta(minutes=5 * number),
            release_at=NIGHT + timedelta(minutes=5 * number),
            by=("astrid", "bo"),
            way="two",
        )
        for number, each in enumerate(bulletins, 1)
    )
    first = bulletins[0] if bulletins else bulletin()
    usual: dict[str, Any] = {
        "occurred_at": NIGHT + timedelta(minutes=5 * len(issued)),
        "trace": ALERT,
        "alert": ALERT,
        "version": len(issued) + 1,
        "reference": first.reference,
        "status": first.status,
        "by": "bo",
        "issued": issued,
    }
    return AlertConfirmed(**usual | given)
