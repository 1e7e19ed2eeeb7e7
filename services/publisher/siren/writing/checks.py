"""What stands in the way of a bulletin, found before anybody signs it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from schemas.alerts import Bulletin
from schemas.channels import Limits
from schemas.codes import Code
from schemas.envelope import Parameters
from schemas.posts import Content
from services.kit.lengths import counted
from services.publisher.channels.prose import web_address
from services.publisher.siren.writing.phrases import MARKS, ZONE, clock

_VMA = re.compile(r"\bVMA\b|viktigt meddelande till allmänheten", re.IGNORECASE)
_LINK = re.compile(r"https?://\S+")
_NOT_MEANT = re.compile(
    "|".join(
        rf"\b{word}\b" for word in sorted({w for m in MARKS.values() for w in m.values() if w})
    )
)
_OVER = {"correction", "all_clear"}
_WORDS = ("event", "headline", "description")


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that stands in the way."""

    code: Code
    parameters: Parameters = field(default_factory=dict)
    channel: str = ""
    """Where; empty: in what is said everywhere."""


def check(
    bulletin: Bulletin,
    channels: Mapping[str, Limits],
    now: datetime,
    is_code: Callable[[str], bool],
) -> tuple[Objection, ...]:
    """List everything that stands in the way; nothing does: it may be signed."""
    return tuple(_all(bulletin, channels, now, is_code))


def _all(
    bulletin: Bulletin,
    channels: Mapping[str, Limits],
    now: datetime,
    is_code: Callable[[str], bool],
) -> Iterator[Objection]:
    yield from _of_time(bulletin, now)
    yield from _of_areas(bulletin, is_code)
    yield from _of_codes(bulletin)
    yield from _of_words(bulletin)
    if bulletin.web is not None and web_address(bulletin.web) is None:
        yield _objection(Code.LINK_UNREADABLE, link=bulletin.web)
    if channels and not bulletin.contents:
        yield _objection(Code.NO_VARIANTS)
    for name, content in bulletin.contents.items():
        limits = channels.get(name)
        if limits is None:
            known = ", ".join(sorted(channels)) or "–"
            yield _objection(Code.UNKNOWN_CHANNEL, name, channels=known)
            continue
        yield from _of_text(name, content, limits)
        yield from _of_pictures(name, content, limits)
        yield from _of_number(name, content, bulletin)
        yield from _of_marks(name, content, bulletin)


def _of_time(bulletin: Bulletin, now: datetime) -> Iterator[Objection]:
    ends = f"{bulletin.expires.astimezone(ZONE):%Y-%m-%d %H:%M}"
    if bulletin.expires <= bulletin.written_at:
        yield _objection(Code.EXPIRES_EARLY, time=ends)
    elif bulletin.expires <= now:
        yield _objection(Code.ALERT_EXPIRED, time=ends)


def _of_areas(bulletin: Bulletin, is_code: Callable[[str], bool]) -> Iterator[Objection]:
    if not any(area.name.strip() for area in bulletin.areas):
        yield _objection(Code.AREA_MISSING)
    for area in bulletin.areas:
        for code in area.codes:
            if not is_code(code):
                yield _objection(Code.AREA_UNKNOWN, area=code)


def _of_codes(bulletin: Bulletin) -> Iterator[Objection]:
    over = bulletin.kind in _OVER
    contradictions = (
        (over and bulletin.urgency != "Past", bulletin.kind, bulletin.urgency),
        (not over and bulletin.urgency == "Past", bulletin.kind, bulletin.urgency),
        (not over and bulletin.certainty == "Unlikely", bulletin.kind, bulletin.certainty),
        (
            (bulletin.kind == "all_clear") != (bulletin.response == "AllClear"),
            bulletin.kind,
            bulletin.response,
        ),
        (
            bulletin.response == "AllClear" and bulletin.urgency != "Past",
            bulletin.response,
            bulletin.urgency,
        ),
    )
    for contradicts, first, second in contradictions:
        if contradicts:
            yield _objection(Code.CODES_CONTRADICT, first=first, second=second)


def _of_words(bulletin: Bulletin) -> Iterator[Objection]:
    over = bulletin.kind in _OVER
    if not bulletin.infos or bulletin.infos[0].language != "sv":
        yield _objection(Code.SWEDISH_MISSING)
    for info in bulletin.infos:
        parts = _WORDS if over else (*_WORDS, "instruction")
        for part in parts:
            if not getattr(info, part).strip():
                yield _objection(Code.INFO_EMPTY, part=part, language=info.language)
        said = f"{info.event} {info.headline} {info.description} {info.instruction}"
        yield from _reserved(said, "")
        mark = MARKS[bulletin.status][info.language]
        if mark and not info.headline.startswith(mark):
            yield _objection(Code.MARK_MISSING, channel=info.language, word=mark)
        if not mark:
            yield from _not_meant(said, "")


def _of_text(name: str, content: Content, limits: Limits) -> Iterator[Objection]:
    if not content.text.strip():
        yield _objection(Code.TEXT_EMPTY, name)
    if content.title and not limits.takes_title:
        yield _objection(Code.TITLE_NOT_TAKEN, name)
    most = limits.characters
    if content.pictures and limits.characters_with_picture is not None:
        most = limits.characters_with_picture
    alts = [picture.alt for picture in content.pictures]
    length = counted(content.text, content.link, limits, alts)
    if most is not None and length > most:
        yield _objection(Code.TEXT_TOO_LONG, name, length=length, limit=most, excess=length - most)


def _of_pictures(name: str, content: Content, limits: Limits) -> Iterator[Objection]:
    count = len(content.pictures)
    if count < limits.pictures_least:
        yield _objection(Code.TOO_FEW_PICTURES, name, count=count, limit=limits.pictures_least)
    if count > limits.pictures:
        yield _objection(Code.TOO_MANY_PICTURES, name, count=count, limit=limits.pictures)
    for picture in content.pictures:
        length = len(picture.alt)
        if not picture.alt.strip():
            yield _objection(Code.ALT_MISSING, name)
        if limits.alt_characters is not None and length > limits.alt_characters:
            most = limits.alt_characters
            yield _objection(Code.ALT_TOO_LONG, name, length=length, limit=most)


def _of_number(name: str, content: Content, bulletin: Bulletin) -> Iterator[Objection]:
    reference, time = bulletin.reference, clock(bulletin.written_at, "sv")
    if not re.search(rf"(?<![\w-]){re.escape(reference)}(?![\w-])", content.text):
        yield _objection(Code.NUMBER_MISSING, name, reference=reference)
    if time not in content.text:
        yield _objection(Code.HOUR_MISSING, name, time=time)


def _of_marks(name: str, content: Content, bulletin: Bulletin) -> Iterator[Objection]:
    alts = [picture.alt for picture in content.pictures]
    said = "\n".join((content.title, content.text, *alts))
    yield from _reserved(said, name)
    mark = MARKS[bulletin.status]["sv"]
    if not mark:
        yield from _not_meant(said, name)
        return
    begins = all(part.startswith(mark) for part in (content.text, content.title or mark, *alts))
    ends = all(mark in _last_paragraph(part) for part in (content.text, *alts))
    if not (begins and ends):
        yield _objection(Code.MARK_MISSING, name, word=mark)


def _last_paragraph(text: str) -> str:
    return text.strip().split("\n\n")[-1]


def _reserved(said: str, channel: str) -> Iterator[Objection]:
    if found := _VMA.search(_LINK.sub("", said)):
        yield _objection(Code.WORD_RESERVED, channel, word=found[0])


def _not_meant(said: str, channel: str) -> Iterator[Objection]:
    if found := _NOT_MEANT.search(said):
        yield _objection(Code.MARK_FALSE, channel, word=found[0])


def _objection(code: Code, where: str = "", **parameters: str | int) -> Objection:
    named: Parameters = {"channel": where} if where else {}
    return Objection(code, named | parameters, where)
