"""What a duty officer is sent: who wrote, what it says, and where to open exactly that."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import services.publisher
from schemas.alerts import Bulletin
from services.kit.languages import Language, language
from services.publisher.siren.officers.words import words

_LOCALE = Path(services.publisher.__file__).parent / "locale"

EXERCISE = "ÖVNING (exercise)"
TEST = "TEST"
WAITS = "Alert {reference} waits for you: {headline}"
ALONE = "Alert {reference} went out on one person's word: {headline}"
TRIAL = "Trial call: there is no alert"
WRITER = "{writer} has written it and cannot send it alone."
WRITER_PHONE = "{writer} has written it and cannot send it alone. Phone: {phone}"
SENDER = "{writer} has sent it. Look at it, and say whether it was right."
HOLDS = "It holds for: {areas}"
OPEN = "Open exactly this, read all of it, and confirm or phone:"
REVIEW = "Open it:"
COMPARE = "Words of this content, to compare over the telephone: {words}"
NOTHING = "We call every duty officer now and then, to know that you can be reached. Do nothing."
TEXTS = (
    EXERCISE,
    WAITS,
    ALONE,
    TRIAL,
    WRITER,
    WRITER_PHONE,
    SENDER,
    HOLDS,
    OPEN,
    REVIEW,
    COMPARE,
    NOTHING,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one officer."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An alert that a second officer is called for."""

    alert: UUID
    bulletin: Bulletin
    digest: str
    """Of the content, as it is to be signed."""
    writer: str
    """As people say the name."""
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What letters are written with: who sends them, and where the officers' door is."""

    organisation: str
    door_url: str

    def confirm(self, waiting: Waiting, code: str) -> Letter:
        """Ask a second officer to confirm this very content."""
        speech = language(code, _LOCALE)
        text = WRITER_PHONE if waiting.phone else WRITER
        wrote = speech(text, writer=_one_line(waiting.writer), phone=_one_line(waiting.phone or ""))
        return self._about(waiting, speech, WAITS, [wrote, speech(OPEN)])

    def review(self, waiting: Waiting, code: str) -> Letter:
        """Ask another officer to look at what went out on one person's word."""
        speech = language(code, _LOCALE)
        sent = speech(SENDER, writer=_one_line(waiting.writer))
        return self._about(waiting, speech, ALONE, [sent, speech(REVIEW)])

    def trial(self, code: str) -> Letter:
        """Find out whether somebody can be reached."""
        speech = language(code, _LOCALE)
        return Letter(f"{_one_line(self.organisation)}: {speech(TRIAL)}", f"{speech(NOTHING)}\n")

    def link(self, waiting: Waiting) -> str:
        """Give the address that opens exactly this content."""
        return f"{self.door_url.rstrip('/')}/alerts/{waiting.alert}?digest={waiting.digest}"

    def _about(self, waiting: Waiting, speech: Language, subject: str, said: list[str]) -> Letter:
        bulletin = waiting.bulletin
        info = next(
            (each for each in bulletin.infos if each.language == speech.code), bulletin.infos[0]
        )
        headline = _one_line(info.headline)
        title = speech(subject, reference=bulletin.reference, headline=headline)
        first, ask = said
        parts = [
            title,
            f"{first}\n{speech(HOLDS, areas=_one_line(', '.join(a.name for a in bulletin.areas)))}",
            f"{ask}\n{self.link(waiting)}",
            speech(COMPARE, words=words(waiting.digest)),
        ]
        subject_line = f"{_one_line(self.organisation)}: {title}"
        # What is not for real is said first, wherever somebody begins to read.
        if mark := _mark(bulletin, speech):
            return Letter(f"{mark}: {subject_line}", "\n\n".join((mark, *parts)) + "\n")
        return Letter(subject_line, "\n\n".join(parts) + "\n")


def _mark(bulletin: Bulletin, speech: Language) -> str:
    return {"exercise": speech(EXERCISE), "test": TEST}.get(bulletin.status, "")


def _one_line(text: str) -> str:
    """Keep what somebody wrote from looking like lines of ours."""
    return " ".join(text.split())[:300]
