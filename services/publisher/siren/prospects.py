"""What a newer word will do in each channel, said before anybody sends it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from schemas.deliveries import DeliveryRetracted
from services.publisher.domain.rules import Amends
from services.publisher.siren.domain.orders import OVER, Entries, may_be_public
from services.publisher.siren.office import Office

Newer = Literal["update", "correction", "all_clear"]

POSTED = "A new post goes out."
FIRST = "Nothing has gone out there yet: this goes out instead."
NEVER = "Nothing has gone out there, and nothing ever will."
UNKNOWN = "Nobody knows yet whether the old one is public there."
CHANGED = "The old one is changed to say so."
REMOVED = "The old one is taken away."
STAYS = "The old one stays as it is: it cannot be changed there."
TEXTS = (POSTED, FIRST, NEVER, UNKNOWN, CHANGED, REMOVED, STAYS)

_AMENDED = {"change": CHANGED, "remove": REMOVED, "nothing": STAYS}


@dataclass(frozen=True, slots=True)
class Prospect:
    """What will come of a newer word in one channel."""

    goes_out: bool
    sentences: tuple[str, ...]
    """In English, as the catalogue knows them."""


def prospect(kind: Newer, entries: Entries, amends: Amends) -> Prospect:
    """Foresee what `domain.orders` will make of it."""
    seen = [entry for entry in entries.values() if may_be_public(entry)]
    if not seen:
        goes_out = kind not in OVER
        return Prospect(goes_out, (FIRST if goes_out else NEVER,))
    return Prospect(goes_out=True, sentences=tuple(_said(kind, entries, amends)))


def _said(kind: Newer, entries: Entries, amends: Amends) -> Iterator[str]:
    seen = [entry for entry in entries.values() if may_be_public(entry)]
    standing = [entry for entry in seen if not isinstance(entry, DeliveryRetracted)]
    if standing and all(entry.proof is None for entry in standing):
        yield UNKNOWN
    yield POSTED
    if standing:
        # Only what was wrong is taken away; what is over, or was less, stays.
        takes_away = amends == "remove" and kind == "correction"
        yield _AMENDED["nothing" if amends == "remove" and not takes_away else amends]


def prospects(office: Office, alert: UUID, kind: Newer) -> Mapping[str, Prospect]:
    """Foresee it in every channel for which the alert was written."""
    fact = office.desk.alert(alert).fact
    names = sorted({name for issued in fact.issued for name in issued.bulletin.contents})
    return {
        name: prospect(kind, office.ledger.entries(fact, name), office.channels[name].amends)
        for name in names
        if name in office.channels
    }
