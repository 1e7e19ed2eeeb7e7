"""How the officers' page says hours, faults and states."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from services.kit.languages import Language
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.showing import sentences
from services.publisher.siren.web.ports import Fault


def hour(at: datetime, zone: str, speech: Language) -> str:
    """Say a time of today."""
    return format_datetime(at, speech("HH:mm"), tzinfo=ZoneInfo(zone), locale=speech.code)


def moment(at: datetime, now: datetime, zone: str, speech: Language) -> str:
    """Say a time, and its day where that is not today."""
    local = ZoneInfo(zone)
    if at.astimezone(local).date() == now.astimezone(local).date():
        return hour(at, zone, speech)
    return format_datetime(at, speech("d MMMM y, HH:mm"), tzinfo=local, locale=speech.code)


def nonce() -> str:
    """Make a word that is signed once: a form that is sent twice is the same act."""
    return uuid4().hex


def fault(refusal: Refusal, speech: Language, titles: Mapping[str, str]) -> Fault:
    """Say what is wrong, with the names that officers read instead of our own."""
    given = refusal.parameters
    named = {
        key: titles.get(str(value), value) if key in {"field", "other", "channel"} else value
        for key, value in given.items()
    }
    said, remedy = sentences(refusal.code, named, speech)
    where = "areas" if refusal.code.value.startswith("area_") else ""
    return Fault(said, remedy, given, str(given.get("field") or given.get("channel") or where))


def faults(
    refusals: Iterable[Refusal], speech: Language, titles: Mapping[str, str]
) -> tuple[Fault, ...]:
    """Say everything that is wrong, each thing once."""
    told = {(each.said, each.where): each for each in (fault(r, speech, titles) for r in refusals)}
    return tuple(told.values())
