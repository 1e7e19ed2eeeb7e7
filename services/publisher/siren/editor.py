"""Writes bulletins: templates and texts, put together with what this siren's channels take."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from schemas.alerts import AlertFact, Area, Bulletin, Info, Issued, Later, Status
from schemas.channels import Limits
from schemas.codes import Code
from schemas.posts import Content
from services.publisher.siren.areas.polygons import polygon_of
from services.publisher.siren.areas.sweden import area_of
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.memory import Cards
from services.publisher.siren.ports import Wished
from services.publisher.siren.writing.bulletins import (
    Frame,
    Written,
    bulletin_like,
    draft_of,
    with_texts,
)
from services.publisher.siren.writing.checks import check
from services.publisher.siren.writing.marking import marked
from services.publisher.siren.writing.template import template_called, templates

_DRAWN = "Området på kartan"
"""What an area is called that somebody has drawn."""


@dataclass(frozen=True, slots=True)
class AlertWriter:
    """Writes in the name of one organisation."""

    organisation: str
    contact: str
    page_of: Callable[[Status, str], str]
    """Where the public reads an alert, by its status and number."""
    channels: Callable[[Status], Sequence[str]]
    """Which channels an alert of this status goes to."""
    limits: Callable[[str], Limits]
    cards: Cards
    put_out: Callable[[str, bytes], None]
    """Lays a card where platforms fetch pictures, by its digest."""

    def draft(
        self, wished: Wished, reference: str, now: datetime
    ) -> tuple[Bulletin, Mapping[Later, Bulletin]]:
        """Write an alert, its correction and its all-clear; `Refusal` where a field is unfit."""
        written = draft_of(
            template_called(wished.template),
            wished.fields,
            areas=[_area(said) for said in wished.areas],
            status=wished.status,
            reference=reference,
            written_at=now,
            frame=self._frame(wished.status),
            web=self.page_of(wished.status, reference),
            contact=self.contact,
        )
        return self._kept(written, wished.texts), written.prepared

    def newer(
        self,
        fact: AlertFact,
        kind: Literal["update", "correction", "all_clear"],
        words: tuple[str, str, str],
        texts: Mapping[str, str],
        now: datetime,
    ) -> Bulletin:
        """Write the next word on an alert: of these words, or what was prepared."""
        if not fact.issued:
            raise Refusal(Code.ALERT_NOT_OUT)
        previous = fact.issued[-1].bulletin
        infos = _infos(fact, previous, kind, words)
        written = bulletin_like(
            previous, kind, infos, written_at=now, frame=self._frame(fact.status)
        )
        return self._kept(written, texts)

    def findings(self, bulletin: Bulletin, now: datetime) -> Sequence[Refusal]:
        """List what is wrong with it; empty when it may go out."""
        frame = self._frame(bulletin.status)
        found = check(bulletin, frame.channels, now, lambda code: area_of(code) is not None)
        return [
            *(Refusal(each.code, **each.parameters) for each in found),
            *self._lost_cards(bulletin),
        ]

    def solo(self, template: str) -> bool:
        """Whether a template may go out on one person's word."""
        known = templates().get(template)
        return known is not None and known.solo

    def mark(self, content: Content, newest: Issued, channel: str) -> Content:
        """Let an older message say what became of it."""
        return marked(content, newest.bulletin, self.limits(channel), newest.accepted_at)

    def _frame(self, status: Status) -> Frame:
        names = self.channels(status)
        return Frame(self.organisation, {name: self.limits(name) for name in names})

    def _kept(self, written: Written, texts: Mapping[str, str]) -> Bulletin:
        for digest, content in written.cards.items():
            self.cards.keep(digest, content)
            self.put_out(digest, content)
        return with_texts(written.bulletin, texts)

    def _lost_cards(self, bulletin: Bulletin) -> Iterator[Refusal]:
        shown = {
            picture.digest for content in bulletin.contents.values() for picture in content.pictures
        }
        if any(not self.cards.has(digest) for digest in shown):
            yield Refusal(Code.PICTURE_LOST)


def _area(said: str) -> Area:
    found = area_of(said)
    if found is not None:
        return found
    if "," not in said:
        raise Refusal(Code.AREA_UNKNOWN, area=said[:40])
    return Area(name=_DRAWN, polygons=(polygon_of(said),))


def _infos(
    fact: AlertFact, previous: Bulletin, kind: str, words: tuple[str, str, str]
) -> tuple[Info, ...]:
    headline, description, instruction = words
    if headline:
        swedish = Info(
            language="sv",
            event=previous.infos[0].event,
            headline=headline,
            description=description or headline,
            instruction=instruction,
        )
        return (swedish,)
    if kind in ("correction", "all_clear") and kind in fact.prepared:
        return fact.prepared[kind].infos
    raise Refusal(Code.WORDS_MISSING)
