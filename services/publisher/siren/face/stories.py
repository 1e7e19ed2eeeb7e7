"""What the public is told, in one language: an alert as people read it, its newest word first."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from markupsafe import Markup

from schemas.alerts import AlertFact, Info, Issued, Kind
from services.kit.languages import Language
from services.publisher.channels.prose import legible, paragraphs, web_address
from services.publisher.siren.cap.writing import Sender, identifier_of, marked

_LABELS: dict[Kind, str] = {
    "alert": "Alert",
    "update": "Updated alert",
    "correction": "Correction",
    "all_clear": "The danger is over",
}
_WHYS: dict[Kind, str] = {
    "update": "This replaces what was said before.",
    "correction": "What was said before was wrong. This holds instead.",
    "all_clear": "What was said before no longer holds.",
}
_VERDICTS: dict[Kind, str] = {
    "alert": "No longer holds",
    "update": "Replaced",
    "correction": "This was wrong",
    "all_clear": "No longer holds",
}
_NUMBER = re.compile(r"\+?[0-9][0-9\s-]{2,18}")
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Told:
    """One message of an alert, in one language."""

    id: UUID
    number: int
    reference: str
    identifier: str
    slug: str
    kind: Kind
    language: str
    label: str
    heading: str
    title: str
    """Heading and kind in one line, for a list that shows no more."""
    description: Markup
    instruction: Markup
    plain: str
    places: str
    sent: datetime
    written: datetime
    written_said: str
    expires: datetime
    expires_said: str
    web: str | None
    contact: str
    phone: str | None

    @property
    def warns(self) -> bool:
        """Whether it tells of a danger, and not that there is none."""
        return self.kind in {"alert", "update"}

    @property
    def why(self) -> str:
        """What it does to the messages before it; empty if it is the first word."""
        return _WHYS.get(self.kind, "")

    @property
    def verdict(self) -> str:
        """What is to be thought of the messages before it."""
        return _VERDICTS[self.kind]


@dataclass(frozen=True, slots=True)
class Story:
    """One alert, newest message first."""

    slug: str
    newest: Told
    earlier: tuple[Told, ...]

    @property
    def all(self) -> tuple[Told, ...]:
        """Every message, oldest first."""
        return (*reversed(self.earlier), self.newest)


def slug_of(name: str) -> str:
    """Make a reference or an identifier into what may stand in an address."""
    return _UNSAFE.sub("-", name).strip(".-") or "-"


def story_of(fact: AlertFact, words: Language, sender: Sender, address: str) -> Story:
    """Tell an alert that has at least one issued bulletin, and a page at this address."""
    newest, *earlier = [
        _told(fact, issued, words, sender, address)
        for issued in sorted(fact.issued, key=lambda issued: -issued.number)
    ]
    return Story(newest.slug, newest, tuple(earlier))


def _told(fact: AlertFact, issued: Issued, words: Language, sender: Sender, address: str) -> Told:
    bulletin = issued.bulletin
    info = _in(bulletin.infos, words)
    heading = legible(marked(info.headline, bulletin.status, words.code))
    label = words(_LABELS[bulletin.kind])
    known = label.casefold() in heading.casefold() or bulletin.kind == "alert"
    zone = ZoneInfo(sender.zone)
    form = words("d MMMM y, HH:mm")
    return Told(
        id=uuid5(fact.alert, str(issued.number)),
        number=issued.number,
        reference=fact.reference,
        identifier=slug_of(identifier_of(fact, issued.number, sender)),
        slug=slug_of(fact.reference),
        kind=bulletin.kind,
        language=info.language,
        label=_LABELS[bulletin.kind],
        heading=heading,
        title=heading
        if known
        else marked(f"{label}: {info.headline}", bulletin.status, words.code),
        description=paragraphs(legible(info.description)),
        instruction=paragraphs(legible(info.instruction)),
        plain=legible("\n\n".join(filter(None, (info.description, info.instruction)))),
        places=", ".join(legible(area.name) for area in bulletin.areas),
        sent=issued.accepted_at,
        written=bulletin.written_at.astimezone(zone),
        written_said=format_datetime(bulletin.written_at, form, zone, words.code),
        expires=bulletin.expires.astimezone(zone),
        expires_said=format_datetime(bulletin.expires, form, zone, words.code),
        web=_elsewhere(bulletin.web, address),
        contact=legible(bulletin.contact),
        phone=_phone(bulletin.contact),
    )


def _in(infos: tuple[Info, ...], words: Language) -> Info:
    return next((info for info in infos if info.language == words.code), infos[0])


def _elsewhere(web: str | None, address: str) -> str | None:
    """Give the link to more, unless it leads to where the reader is."""
    return None if web is None or web.rstrip("/") == address.rstrip("/") else web_address(web)


def _phone(contact: str) -> str | None:
    """Give a number that a phone can call; None: the contact is something else."""
    return re.sub(r"[\s-]", "", contact) if _NUMBER.fullmatch(contact) else None
