"""Whole bulletins: of a template with its fields, or like an earlier one; with every text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from schemas.alerts import Area, Bulletin, Info, Kind, Status
from schemas.channels import Limits
from schemas.codes import Code
from schemas.posts import Content, Picture
from services.publisher.channels.prose import legible
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.writing.card import Card, card_of
from services.publisher.siren.writing.channel_texts import alt_of, said_in, text_of
from services.publisher.siren.writing.english import with_english
from services.publisher.siren.writing.phrases import headlined
from services.publisher.siren.writing.template import (
    PREPARED,
    Filled,
    Prepared,
    Template,
    fill,
)

_KNOWN_FOR = timedelta(hours=24)
"""So long a correction or an all-clear stands after the alert itself would have ended."""

_AFTERWARDS: Mapping[Kind, Mapping[str, str]] = {
    "correction": {"response": "None", "urgency": "Past"},
    "all_clear": {"response": "AllClear", "urgency": "Past"},
}


@dataclass(frozen=True, slots=True)
class Written:
    """A bulletin with all its texts, and what was written to be sent after it."""

    bulletin: Bulletin
    prepared: Mapping[Prepared, Bulletin] = field(default_factory=dict)
    cards: Mapping[str, bytes] = field(default_factory=dict)
    """The pictures that they show, by their digests, to be put where channels fetch pictures."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What every alert of this place has in common."""

    organisation: str
    channels: Mapping[str, Limits]
    """To which it goes, with what each takes."""


def draft_of(
    template: Template,
    fields: Mapping[str, str],
    *,
    areas: Sequence[Area],
    status: Status,
    reference: str,
    written_at: datetime,
    frame: Frame,
    kind: Literal["alert", "update"] = "alert",
    expires: datetime | None = None,
    web: str | None = None,
    contact: str = "",
) -> Written:
    """Write an alert, and beside it the word that it was wrong and the word that it is over.

    As an update it replaces what was said and prepared before. `Refusal` where a field cannot be
    used.
    """
    filled = fill(template, fields, areas, written_at)
    ends = expires or written_at + template.lasts
    common = {
        "status": status,
        "reference": reference,
        "template": template.name,
        "written_at": written_at,
        "category": template.category,
        "severity": template.severity,
        "certainty": template.certainty,
        "areas": tuple(areas),
        "contents": {},
        "web": web,
        "contact": contact,
    }
    alert, card = shown(_of_kind(kind, filled, common | {"expires": ends}), frame)
    later = {
        after: shown(_of_kind(after, filled, common | {"expires": ends + _KNOWN_FOR}), frame)
        for after in PREPARED
    }
    return Written(
        alert,
        {after: bulletin for after, (bulletin, _) in later.items()},
        _bytes_of((card, *(card for _, card in later.values()))),
    )


def bulletin_like(
    previous: Bulletin,
    kind: Literal["update", "correction", "all_clear"],
    infos: Sequence[Info],
    *,
    written_at: datetime,
    frame: Frame,
    expires: datetime | None = None,
) -> Written:
    """Write by hand what is to be said after an earlier bulletin, with texts for every channel."""
    if not infos:
        raise Refusal(Code.SWEDISH_MISSING)
    ends = expires or max(previous.expires, written_at + _KNOWN_FOR)
    # Not validated: an empty part is for the check to find. So moments are put in UTC here.
    changed: dict[str, Any] = {
        "kind": kind,
        "written_at": written_at.astimezone(UTC),
        "expires": ends.astimezone(UTC),
        "infos": tuple(
            _headed(_plain(info), kind, previous.status)
            for info in with_english(infos, previous, kind)
        ),
        **_AFTERWARDS.get(kind, {}),
    }
    bulletin = previous.model_copy(update=changed)
    written, card = shown(bulletin, frame)
    return Written(written, {}, _bytes_of([card]))


def shown(bulletin: Bulletin, frame: Frame) -> tuple[Bulletin, Card | None]:
    """Give a bulletin with what each channel will show of it, and its picture if one is needed."""
    demanded = any(limits.pictures_least for limits in frame.channels.values())
    card = card_of(bulletin, frame.organisation) if demanded else None
    contents = {
        channel: _content_of(bulletin, limits, frame.organisation, card)
        for channel, limits in frame.channels.items()
    }
    return bulletin.model_copy(update={"contents": contents}), card


def with_texts(bulletin: Bulletin, texts: Mapping[str, str]) -> Bulletin:
    """Give a bulletin with the texts that people have edited; the others stay."""
    contents = dict(bulletin.contents)
    for channel, text in texts.items():
        if channel not in contents:
            known = ", ".join(sorted(contents))
            raise Refusal(Code.UNKNOWN_CHANNEL, channel=channel[:63], channels=known)
        plain = legible(text.replace("\r\n", "\n")).strip()
        contents[channel] = contents[channel].model_copy(update={"text": plain})
    return bulletin.model_copy(update={"contents": contents})


def _of_kind(kind: Kind, filled: Filled, common: Mapping[str, object]) -> Bulletin:
    codes = {"response": filled.response, "urgency": filled.template.urgency}
    infos = [info.model_dump() for info in filled.infos["alert" if kind == "update" else kind]]
    bulletin = Bulletin.model_validate(
        {**common, **codes, **_AFTERWARDS.get(kind, {}), "kind": kind, "infos": infos}
    )
    headed = tuple(_headed(info, kind, bulletin.status) for info in bulletin.infos)
    return bulletin.model_copy(update={"infos": headed})


def _plain(info: Info) -> Info:
    """Leave out what no channel can show; empty parts stay empty, for the check to find."""
    said = info.model_dump(exclude={"language"})
    return info.model_copy(update={part: legible(text).strip() for part, text in said.items()})


def _headed(info: Info, kind: Kind, status: Status) -> Info:
    headline = info.headline and headlined(info.headline, kind, status, info.language)
    return info.model_copy(update={"headline": headline})


def _content_of(
    bulletin: Bulletin, limits: Limits, organisation: str, card: Card | None
) -> Content:
    pictures: tuple[Picture, ...] = ()
    if card is not None and limits.pictures_least:
        alt = alt_of(bulletin, organisation, limits.alt_characters)
        pictures = (card.picture.model_copy(update={"alt": alt}),)
    alts = [picture.alt for picture in pictures]
    text, link = text_of(bulletin, organisation, limits, alts)
    title = said_in(bulletin, "sv").headline if limits.takes_title else ""
    return Content(text=text, title=title, link=link, pictures=pictures)


def _bytes_of(cards: Iterable[Card | None]) -> dict[str, bytes]:
    return {card.picture.digest: card.content for card in cards if card is not None}
