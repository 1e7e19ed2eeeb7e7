"""Our alerts as CAP 1.2: the same bulletin gives the same bytes, whenever it is written."""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from schemas.alerts import AlertFact, Area, Bulletin, Info, Issued, Status
from services.kit.languages import language
from services.publisher.channels.prose import legible
from services.publisher.siren.areas.polygons import written
from services.publisher.siren.cap.words import (
    COUNTY,
    LANGUAGES,
    MESSAGES,
    MUNICIPALITY,
    NAMESPACE,
    STATUSES,
)

_NAME = re.compile(r"[^\s,<>&]+")
_COUNTY_DIGITS = 2
_LOCALE = Path(__file__).parents[2] / "locale"
_NOTES: dict[Status, str] = {
    "exercise": "EXERCISE: nothing has happened, people are practising.",
    "test": "TEST: nothing has happened, machines are being tested.",
}
_MARKS: dict[Status, str] = {"exercise": "EXERCISE", "test": "TEST"}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who our alerts come from. Address and prefix never change: others know messages by them."""

    address: str
    """For example kris@exempelkommun.se."""
    prefix: str
    """What our identifiers begin with, for example SE-EXKOM."""
    name: str
    """As people say it."""
    zone: str = "Europe/Stockholm"

    def __post_init__(self) -> None:
        for word in (self.address, self.prefix):
            if not _NAME.fullmatch(word):
                raise ValueError(f"{word!r} may not be empty or hold spaces, commas, <, > or &")


def identifier_of(fact: AlertFact, number: int, sender: Sender) -> str:
    """Name one bulletin for ever, for example SE-EXKOM-2026-7-1."""
    return f"{_incident(fact, sender)}-{number}"


def marked(headline: str, status: Status, code: str) -> str:
    """Give a headline that nobody can take for a real one when it is not."""
    if status not in _MARKS:
        return headline
    mark = language(code, _LOCALE)(_MARKS[status])
    return headline if headline.upper().startswith(mark) else f"{mark}: {headline}"


def cap_of(fact: AlertFact, number: int, sender: Sender) -> bytes:
    """Write one issued bulletin of an alert."""
    issued = _issued(fact, number)
    bulletin = issued.bulletin
    alert = ET.Element("alert", {"xmlns": NAMESPACE})
    _say(alert, "identifier", identifier_of(fact, number, sender))
    _say(alert, "sender", sender.address)
    _say(alert, "sent", _moment(issued.accepted_at, sender))
    _say(alert, "status", STATUSES[bulletin.status])
    _say(alert, "msgType", MESSAGES[bulletin.kind])
    _say(alert, "scope", "Public")
    _say(alert, "note", _note(bulletin.status))
    _say(alert, "references", " ".join(_references(fact, number, sender)))
    _say(alert, "incidents", _incident(fact, sender))
    for info in bulletin.infos:
        _tell(alert, bulletin, info, sender)
    ET.indent(alert)
    body: bytes = ET.tostring(alert, "utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


def _tell(alert: ET.Element, bulletin: Bulletin, info: Info, sender: Sender) -> None:
    told = ET.SubElement(alert, "info")
    over = bulletin.kind == "all_clear"
    _say(told, "language", LANGUAGES[info.language])
    _say(told, "category", bulletin.category)
    _say(told, "event", info.event)
    _say(told, "responseType", "AllClear" if over else bulletin.response)
    _say(told, "urgency", "Past" if over else bulletin.urgency)
    _say(told, "severity", bulletin.severity)
    _say(told, "certainty", bulletin.certainty)
    _say(told, "expires", _moment(bulletin.expires, sender))
    _say(told, "senderName", sender.name)
    _say(told, "headline", marked(info.headline, bulletin.status, info.language))
    _say(told, "description", info.description)
    _say(told, "instruction", info.instruction)
    _say(told, "web", bulletin.web)
    _say(told, "contact", bulletin.contact)
    for area in bulletin.areas:
        _place(told, area)


def _place(told: ET.Element, area: Area) -> None:
    place = ET.SubElement(told, "area")
    _say(place, "areaDesc", area.name)
    for polygon in area.polygons:
        _say(place, "polygon", " ".join(map(written, polygon)))
    for code in area.codes:
        geocode = ET.SubElement(place, "geocode")
        _say(geocode, "valueName", COUNTY if len(code) == _COUNTY_DIGITS else MUNICIPALITY)
        _say(geocode, "value", code)


def _note(status: Status) -> str | None:
    """Say in all our languages what a message is, if nobody is to act on it."""
    if status not in _NOTES:
        return None
    return " ".join(language(code, _LOCALE)(_NOTES[status]) for code in LANGUAGES)


def _references(fact: AlertFact, number: int, sender: Sender) -> list[str]:
    """Name all earlier messages of the alert: this one takes the place of each."""
    return [
        ",".join(
            (
                sender.address,
                identifier_of(fact, earlier.number, sender),
                _moment(earlier.accepted_at, sender),
            )
        )
        for earlier in fact.issued
        if earlier.number < number
    ]


def _issued(fact: AlertFact, number: int) -> Issued:
    for issued in fact.issued:
        if issued.number == number:
            return issued
    raise LookupError(f"alert {fact.reference} has no bulletin {number}")


def _incident(fact: AlertFact, sender: Sender) -> str:
    return f"{sender.prefix}-{fact.reference}"


def _moment(at: datetime, sender: Sender) -> str:
    """Write a moment as CAP wants it: whole seconds, with the offset of the sender's zone."""
    local = at.astimezone(ZoneInfo(sender.zone)).isoformat(timespec="seconds")
    return local.removesuffix("+00:00") + "-00:00" if local.endswith("+00:00") else local


def _say(parent: ET.Element, name: str, text: str | None) -> None:
    """Add an element, unless there is nothing to say in it."""
    if text and (kept := legible(text).replace("\r\n", "\n").replace("\r", "\n").strip()):
        ET.SubElement(parent, name).text = kept
