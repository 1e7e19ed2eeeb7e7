"""Others' alerts in CAP 1.2, read strictly: what is not exactly right is refused with a code."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal, get_args

from schemas.alerts import (
    Area,
    Category,
    Certainty,
    Info,
    Kind,
    Response,
    Severity,
    Status,
    Urgency,
)
from schemas.codes import Code
from schemas.envelope import Instant, Part
from services.publisher.channels.prose import web_address
from services.publisher.siren.cap.places import area_in
from services.publisher.siren.cap.tree import Element, parts, tree_of
from services.publisher.siren.cap.values import moment, name, one_of, perhaps, text_of
from services.publisher.siren.cap.words import ALERT, INFO
from services.publisher.siren.domain.refusals import Refusal

_MESSAGES = ("Alert", "Update", "Cancel", "Ack", "Error")
_FOR_MACHINES = {"Ack", "Error"}
_STATUSES: Mapping[str, Status] = {
    "Actual": "actual",
    "Exercise": "exercise",
    "System": "test",
    "Test": "test",
    "Draft": "test",
}
_SCOPES = ("Public", "Restricted", "Private")
_ADDRESSEES = {"Restricted": "restriction", "Private": "addresses"}


class Reference(Part):
    """An earlier message, by the three words that together are its name."""

    sender: str
    identifier: str
    sent: Instant


class Meaning(Part):
    """What an alert says in codes; the same in all its languages, or the first one's."""

    categories: tuple[Category, ...]
    responses: tuple[Response, ...]
    urgency: Urgency
    severity: Severity
    certainty: Certainty


class Incoming(Part):
    """Somebody else's alert, whole and free of contradictions. Whether it is true, people judge."""

    sender: str
    identifier: str
    sent: Instant
    status: Status
    kind: Kind
    scope: Literal["Public", "Restricted", "Private"]
    references: tuple[Reference, ...] = ()
    meaning: Meaning | None = None
    """None: a message that only takes others back."""
    areas: tuple[Area, ...] = ()
    infos: tuple[Info, ...] = ()
    """Swedish first; other languages than Swedish and English are left out."""
    expires: Instant | None = None
    web: str | None = None


def incoming(document: bytes) -> Incoming:
    """Read a message, or refuse it with the code that says why."""
    return understood(tree_of(document))


def understood(tree: Element) -> Incoming:
    """Understand a message that came as a tree, whatever it was written in."""
    alert = parts(tree, ALERT)
    message = one_of(alert["msgType"][0], _MESSAGES)
    if message in _FOR_MACHINES:
        raise Refusal(Code.CAP_NOT_ALERT, found=f"msgType {message}")
    scope = one_of(alert["scope"][0], _SCOPES)
    if (addressees := _ADDRESSEES.get(scope)) and not perhaps(alert[addressees]):
        raise Refusal(Code.CAP_MISSING, element=addressees)
    sent = moment(alert["sent"][0])
    infos = [parts(info, INFO) for info in alert["info"]]
    if not infos and message != "Cancel":
        raise Refusal(Code.CAP_MISSING, element="info")
    meanings = [_meaning(info) for info in infos]
    mine = (name(alert["sender"][0]), name(alert["identifier"][0]), sent)
    said = [_info(info) for info in infos]
    return Incoming(
        sender=mine[0],
        identifier=mine[1],
        sent=sent,
        status=_STATUSES[one_of(alert["status"][0], tuple(_STATUSES))],
        kind=_kind(message, meanings),
        scope=scope,
        references=_references(alert["references"], message, mine),
        meaning=meanings[0] if meanings else None,
        areas=_areas(infos),
        infos=tuple(sorted(filter(None, said), key=lambda info: info.language != "sv")),
        expires=max(filter(None, (_expires(info, sent) for info in infos)), default=None),
        web=next(filter(None, (web_address(perhaps(info["web"])) for info in infos)), None),
    )


def _kind(message: str, meanings: Sequence[Meaning]) -> Kind:
    if any("AllClear" in meaning.responses for meaning in meanings):
        return "all_clear"
    kinds: Mapping[str, Kind] = {"Alert": "alert", "Update": "update", "Cancel": "correction"}
    return kinds[message]


def _meaning(info: Mapping[str, Sequence[Element]]) -> Meaning:
    responses = tuple(one_of(each, get_args(Response)) for each in info["responseType"])
    urgency = one_of(info["urgency"][0], get_args(Urgency))
    for alone in ("AllClear", "None"):
        if alone in responses and len(set(responses)) > 1:
            other = next(each for each in responses if each != alone)
            raise _contradiction(f"responseType {alone}", f"responseType {other}")
    if "AllClear" in responses and urgency in {"Immediate", "Expected", "Future"}:
        raise _contradiction("responseType AllClear", f"urgency {urgency}")
    return Meaning(
        categories=tuple(one_of(each, get_args(Category)) for each in info["category"]),
        responses=responses,
        urgency=urgency,
        severity=one_of(info["severity"][0], get_args(Severity)),
        certainty=one_of(info["certainty"][0], get_args(Certainty)),
    )


def _info(info: Mapping[str, Sequence[Element]]) -> Info | None:
    """Give what it says in one of our languages; what is left out is filled from the rest."""
    spoken = (perhaps(info["language"]) or "en-US").lower().partition("-")[0]
    event = text_of(info["event"][0])
    if spoken not in {"sv", "en"}:
        return None
    headline = perhaps(info["headline"]) or event
    return Info(
        language="sv" if spoken == "sv" else "en",
        event=event,
        headline=headline,
        description=perhaps(info["description"]) or headline,
        instruction=perhaps(info["instruction"]),
    )


def _areas(infos: Sequence[Mapping[str, Sequence[Element]]]) -> tuple[Area, ...]:
    """Give each place once, though each language may have a name of its own for it."""
    found: dict[object, Area] = {}
    for info in infos:
        for element in info["area"]:
            area = area_in(element)
            where = (area.codes, area.polygons) if area.codes or area.polygons else area.name
            found.setdefault(where, area)
    return tuple(found.values())


def _expires(info: Mapping[str, Sequence[Element]], sent: datetime) -> datetime | None:
    for element in (*info["effective"], *info["onset"]):
        moment(element)
    if not info["expires"]:
        return None
    expires = moment(info["expires"][0])
    if expires < sent:
        raise Refusal(Code.CAP_EXPIRED, expires=expires.isoformat(), sent=sent.isoformat())
    return expires


def _references(
    written: Sequence[Element], message: str, mine: tuple[str, str, datetime]
) -> tuple[Reference, ...]:
    named = perhaps(written).split()
    if not named and message != "Alert":
        raise _contradiction(f"msgType {message}", "no references")
    found = [_reference(each) for each in named]
    for each in found:
        if (each.sender, each.identifier) == mine[:2]:
            raise _contradiction(f"identifier {mine[1]}", "a reference to itself")
        if each.sent > mine[2]:
            raise _contradiction(
                f"sent {mine[2].astimezone(UTC).isoformat()}",
                f"a reference to what was sent {each.sent.isoformat()}",
            )
    return tuple(found)


def _reference(triplet: str) -> Reference:
    words = triplet.split(",")
    if len(words) != 3 or not all(words):
        raise Refusal(Code.CAP_VALUE, element="references", value=triplet[:80])
    sender, identifier, sent = words
    return Reference(
        sender=sender, identifier=identifier, sent=moment(Element("references", pieces=[sent]))
    )


def _contradiction(one: str, other: str) -> Refusal:
    return Refusal(Code.CAP_CONTRADICTION, one=one, other=other)
