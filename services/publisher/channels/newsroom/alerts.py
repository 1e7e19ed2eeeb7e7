"""What the newsroom shows of a crisis: the siren's public words, mirrored and never its own."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from markupsafe import Markup
from pydantic import AfterValidator

from schemas.alerts import AlertDropped, AlertFact, Info, Issued, Kind
from schemas.envelope import Instant, Part
from services.kit.languages import Language
from services.publisher.channels.prose import legible, paragraphs, web_address

PATTERN = "siren.alert.*"
"""What is followed of the siren's stream."""

FILE = "alerts.inc"
"""What stands on top of every page; empty while no alert is on."""

LABELS: dict[Kind, str] = {
    "alert": "Emergency message {reference}",
    "update": "Emergency message {reference}, updated",
    "correction": "Correction of emergency message {reference}",
    "all_clear": "Danger over: emergency message {reference}",
}
"""What a bulletin is called, by its kind."""

ENDED_FOR = timedelta(hours=24)
"""So long it stands on top that an alert was wrong, or that the danger is over."""


def _legible(info: Info) -> Info:
    words = info.model_dump(include={"event", "headline", "description", "instruction"})
    return info.model_copy(update={name: legible(text) for name, text in words.items()})


class Mirrored(Part):
    """One bulletin of an alert that is meant, as readers of the newsroom see it."""

    alert: UUID
    number: int
    kind: Kind
    reference: Annotated[str, AfterValidator(legible)]
    infos: tuple[Annotated[Info, AfterValidator(_legible)], ...]
    release_at: Instant
    expires: Instant
    web: Annotated[str | None, AfterValidator(web_address)] = None

    @property
    def entry_id(self) -> str:
        """Name it for ever, for those who follow a feed."""
        return f"urn:uuid:{uuid5(self.alert, str(self.number))}"

    @property
    def ended(self) -> bool:
        """Whether it is the last word: it was wrong, or it is over."""
        return self.kind in {"correction", "all_clear"}

    def info(self, language: str) -> Info:
        """Give its words in a language, or else those that come first."""
        spoken = (info for info in self.infos if info.language == language)
        return next(spoken, self.infos[0])

    def stands(self, now: datetime) -> bool:
        """Whether it stands on top of every page, if it is its alert's newest."""
        return now < (self.release_at + ENDED_FOR if self.ended else self.expires)


def mirrored(alert: AlertFact) -> tuple[Mirrored, ...]:
    """List what is public of an alert, or is about to be; of exercises and tests nothing ever is.

    What was dropped before its moment never went out, and does not here.
    """
    if alert.status != "actual":
        return ()
    dropped = alert.occurred_at if isinstance(alert, AlertDropped) else None
    return tuple(
        _mirrored(alert.alert, issued)
        for issued in alert.issued
        if dropped is None or issued.release_at <= dropped
    )


def _mirrored(alert: UUID, issued: Issued) -> Mirrored:
    bulletin = issued.bulletin
    return Mirrored(
        alert=alert,
        number=issued.number,
        kind=bulletin.kind,
        reference=bulletin.reference,
        infos=bulletin.infos,
        release_at=issued.release_at,
        expires=bulletin.expires,
        web=bulletin.web,
    )


def public(known: Iterable[Mirrored], now: datetime) -> list[Mirrored]:
    """List what has been said in public by now, the newest first."""
    out = (each for each in known if each.release_at <= now)
    return sorted(out, key=lambda each: (each.release_at, each.number), reverse=True)


def on_top(said: Sequence[Mirrored], now: datetime) -> list[Mirrored]:
    """Choose what stands on top of every page: each alert's newest word, while it matters."""
    newest: dict[UUID, Mirrored] = {}
    for each in said:
        newest.setdefault(each.alert, each)
    return [each for each in newest.values() if each.stands(now)]


def heading(word: Mirrored, speech: Language) -> str:
    """Give what a bulletin is called in a list."""
    label = speech(LABELS[word.kind], reference=word.reference)
    return f"{label}: {word.info(speech.code).headline}"


def body(word: Mirrored, speech: Language) -> Markup:
    """Give what a bulletin says as an HTML fragment."""
    info = word.info(speech.code)
    return paragraphs(f"{info.description}\n\n{info.instruction}".strip())


def place(public_url: str) -> Markup:
    """Give the place on every page where alerts are taken in when it is read.

    Pages stay as they are drawn, however many there are; web servers that serve the folder know
    this as a server-side include.
    """
    path = urlsplit(public_url).path.rstrip("/")
    return Markup('<!--#include virtual="{}/{}" -->').format(path, FILE)
