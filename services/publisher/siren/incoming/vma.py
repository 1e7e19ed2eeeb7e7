"""Reads the list that Sveriges Radio tells VMA by: strict in what is needed, easy on the rest."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from schemas.alerts import Area, Info, Kind, Status
from services.publisher.siren.cap.reading import Incoming, Reference
from services.publisher.siren.incoming.model import MOST_BYTES

_MOST_RECORDS = 1000
_MOST_TEXT = 10_000
_MOST_NAME = 300
_MOST_AREAS = 320
"""Sweden has 290 municipalities and 21 counties."""
_CODE = re.compile(r"\d{2}(?:\d{2})?", re.ASCII)
_LINK = re.compile(r"https?://[^\s<>\"@\\]{1,2000}")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""Signs that show nothing, or turn the text around them."""
_LANGUAGES = {"sv": "sv", "en": "en"}
_STATUSES: Mapping[str, Status] = {
    "Actual": "actual",
    "Exercise": "exercise",
    "System": "test",
    "Test": "test",
    "Draft": "test",
}
_KINDS: Mapping[str, Kind] = {"Alert": "alert", "Update": "update", "Cancel": "all_clear"}
"""Sveriges Radio cancels a VMA when the danger is over. Others of CAP's kinds warn of nothing."""
_SENT = range(2000, 2200)


class Unreadable(Exception):
    """This is no list of alerts; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What was read of a list, and what is wrong with each record that was passed over."""

    messages: tuple[Incoming, ...]
    faults: tuple[str, ...] = ()


def _several(said: object) -> object:
    """Leave out what is no object: only a message's own fields must be there."""
    return [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []


def _text(said: object) -> object:
    return said if isinstance(said, str) else ""


def _perhaps(said: object, read: ValidatorFunctionWrapHandler) -> object:
    try:
        return read(said)
    except ValidationError:
        return None


_Text = Annotated[str, BeforeValidator(_text)]


class _Tolerant(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Geocode(_Tolerant):
    value: _Text = ""


class _Area(_Tolerant):
    name: _Text = Field(default="", alias="areaDesc")
    geocode: Annotated[list[_Geocode], BeforeValidator(_several)] = []


class _Info(_Tolerant):
    language: _Text = "sv-SE"
    event: _Text = ""
    headline: _Text = ""
    description: _Text = ""
    instruction: _Text = ""
    expires: Annotated[AwareDatetime | None, WrapValidator(_perhaps)] = None
    web: _Text = ""
    area: Annotated[list[_Area], BeforeValidator(_several)] = []


class _Record(_Tolerant):
    """One message. A category is not asked for: it was a word in version 2, and is a list now."""

    identifier: str = Field(min_length=1, max_length=200)
    sender: str = Field(min_length=1, max_length=500)
    sent: AwareDatetime
    status: Literal["Actual", "Exercise", "System", "Test", "Draft"]
    kind: Literal["Alert", "Update", "Cancel", "Ack", "Error"] = Field(alias="msgType")
    scope: Literal["Public", "Restricted", "Private"]
    references: Any = None
    info: Annotated[list[_Info], BeforeValidator(_several)] = []


class _List(_Tolerant):
    alerts: list[Any]


def read(body: bytes) -> Listing:
    """Read a list. One record that cannot be read does not hide the others."""
    if len(body) > MOST_BYTES:
        raise Unreadable(f"the list is larger than {MOST_BYTES} bytes")
    try:
        records = _List.model_validate_json(body).alerts
    except ValidationError as error:
        raise Unreadable(_complaint(error)) from None
    messages, faults = [], []
    for place, record in enumerate(records[:_MOST_RECORDS]):
        try:
            read_record = _Record.model_validate(record)
            if kind := _KINDS.get(read_record.kind):
                messages.append(_message(read_record, kind))
        except ValidationError as error:
            faults.append(f"alerts.{place}.{_complaint(error)}")
        except _Strange as strange:
            faults.append(f"alerts.{place}: {strange}")
    if len(records) > _MOST_RECORDS:
        faults.append(f"the list has {len(records)} records; {_MOST_RECORDS} were read")
    return Listing(tuple(messages), tuple(faults))


class _Strange(Exception):
    """A record is of the right shape and still says what cannot be."""


def _message(record: _Record, kind: Kind) -> Incoming:
    identifier, sender = _line(record.identifier), _line(record.sender)
    if not identifier or not sender:
        raise _Strange("identifier and sender must be words")
    expiries = [moment for info in record.info if (moment := _moment(info.expires))]
    sent = _sent(record.sent)
    return Incoming(
        sender=sender,
        identifier=identifier,
        sent=sent,
        status=_STATUSES[record.status],
        kind=kind,
        scope=record.scope,
        references=tuple(_references(record.references, sent)),
        areas=tuple(dict.fromkeys(_areas(record.info)))[:_MOST_AREAS],
        infos=tuple(_infos(record.info)),
        expires=max(expiries, default=None),
        web=next((link for info in record.info if (link := _link(info.web))), None),
    )


def _sent(said: datetime) -> datetime:
    moment = _moment(said)
    if moment is None:
        raise _Strange(f"sent names the year {said.year}")
    return moment


def _moment(said: datetime | None) -> datetime | None:
    # A year at the end of the calendar cannot be turned into another zone.
    return said.astimezone(UTC) if said and said.year in _SENT else None


def _references(said: object, sent: datetime) -> Iterator[Reference]:
    """Read CAP's `sender,identifier,sent` triplets; what is no triplet is passed over.

    The time in it counts for nothing: in the examples of Sveriges Radio itself it is two hours
    off that of the message it names.
    """
    spoken = said if isinstance(said, list) else [said]
    for triplet in " ".join(each for each in spoken if isinstance(each, str)).split():
        sender, identifier, *rest = (*triplet.split(","), "")
        if sender and identifier and len(rest) > 1:
            yield Reference(sender=sender, identifier=identifier, sent=sent)


def _infos(said: list[_Info]) -> Iterator[Info]:
    """Give what it says in each of our languages; a second block in one language adds nothing."""
    seen = set()
    for info in sorted(said, key=lambda info: info.language[:2].lower() != "sv"):
        language = _LANGUAGES.get(info.language[:2].lower())
        event, headline = _line(info.event), _line(info.headline)
        description = _words(info.description)
        if language is None or language in seen or not (event or headline or description):
            continue
        seen.add(language)
        called = event or headline or "VMA"
        yield Info(
            language="sv" if language == "sv" else "en",
            event=called,
            headline=headline or called,
            description=description or headline or called,
            instruction=_words(info.instruction),
        )


def _areas(said: list[_Info]) -> Iterator[Area]:
    for area in (area for info in said for area in info.area):
        found = (code.value.strip() for code in area.geocode)
        codes = tuple(dict.fromkeys(code for code in found if _CODE.fullmatch(code)))
        if name := _line(area.name) or ", ".join(codes[:20]):
            yield Area(name=name, codes=codes[:_MOST_AREAS])


def _link(said: str) -> str | None:
    # Some records were written for a page: `&amp;` stands where `&` is meant.
    link = html.unescape(said.strip())
    return link if _LINK.fullmatch(link) else None


def _line(said: str) -> str:
    return " ".join(_words(said).split())[:_MOST_NAME]


def _words(said: str) -> str:
    return _UNSEEN.sub("", said.replace("\r\n", "\n").replace("\r", "\n")).strip()[:_MOST_TEXT]


def _complaint(error: ValidationError) -> str:
    """Name the first fault; what was sent is not repeated."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in fault['loc']) or 'list'}: {fault['msg']}"
