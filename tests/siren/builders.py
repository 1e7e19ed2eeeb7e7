"""Alerts as officers write them, small enough to read."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from schemas.alerts import Act, Area, Bulletin, Info, Kind, Later, Response, Status, Urgency
from schemas.envelope import now
from schemas.posts import Content
from services.publisher.siren.desk import Word
from services.publisher.siren.domain.statements import Statement, digest_of

RESPONSES: dict[Kind, Response] = {
    "alert": "Execute",
    "update": "Execute",
    "correction": "None",
    "all_clear": "AllClear",
}
WORDS: dict[Kind, str] = {
    "alert": "Koka dricksvattnet.",
    "update": "Koka dricksvattnet, också i Tunadal.",
    "correction": "Rättelse: vattnet är bra.",
    "all_clear": "Faran över: vattnet är bra igen.",
}


def bulletin(
    kind: Kind = "alert",
    channels: Iterable[str] = ("torget",),
    *,
    status: Status = "actual",
    reference: str = "2026-7",
    at: datetime | None = None,
    words: str = "",
) -> Bulletin:
    written_at = at or now()
    said = words or WORDS[kind]
    urgency: Urgency = "Immediate" if kind in {"alert", "update"} else "Past"
    return Bulletin(
        kind=kind,
        status=status,
        reference=reference,
        template="boil-water",
        written_at=written_at,
        expires=written_at + timedelta(hours=24),
        category="Health",
        response=RESPONSES[kind],
        urgency=urgency,
        severity="Severe",
        certainty="Likely",
        areas=(Area(name="Borås kommun", codes=("1490",)),),
        infos=(Info(language="sv", event="Dricksvatten", headline=said, description=said),),
        contents={name: Content(text=f"{said} Nr {reference}.") for name in channels},
    )


def prepared(channels: Iterable[str] = ("torget",), **more: str) -> dict[Later, Bulletin]:
    kinds: tuple[Later, ...] = ("correction", "all_clear")
    return {kind: bulletin(kind, channels, **more) for kind in kinds}  # type: ignore[arg-type]


def word(
    officer: str,
    act: Act,
    alert: UUID | None = None,
    content: Bulletin | None = None,
    later: dict[Later, Bulletin] | None = None,
) -> Word:
    digest = digest_of(content, later) if content else None
    said = Statement(officer, act, alert, digest, now(), uuid4().hex)
    return Word(said, "key", "proof")
