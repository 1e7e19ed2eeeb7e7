"""What people are written: one message for all that is wrong, plain, with a link to each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemas.notices import Kind, NoticeFact
from services.kit.languages import Language
from services.planner import wording
from services.planner.domain.shown import Step

LINES = 20
"""Problems that one message names; of the others it says how many there are."""

LABELS = {
    Kind.FAILED: "Failed",
    Kind.EXPIRED: "Too late – not sent",
    Kind.UNCERTAIN: "Uncertain",
    Kind.HELD: "Held",
    Kind.MISSED: "Missed – not approved in time",
    Kind.UNSEEN: "Unseen",
    Kind.UNHEARD: "Not taken in",
    Kind.STRANGER: "Unknown post on our account",
    Kind.PARKED: "Parked message",
    Kind.UNREADY: "Not ready",
    Kind.EXPIRING: "Token ends soon",
}
"""What a kind of problem is called where people see it."""

SENTENCES = {
    Kind.FAILED: "The channel refused it.",
    Kind.EXPIRED: "Its time had passed before it could be sent, so it was not.",
    Kind.UNCERTAIN: "It may or may not be public, and it is not known yet.",
    Kind.HELD: "It was held back, and goes out only if a person says so.",
    Kind.MISSED: "Nobody approved it before its time.",
    Kind.UNSEEN: "A stranger cannot see it.",
    Kind.UNHEARD: "The publisher has not taken it in.",
    Kind.STRANGER: "Somebody has posted on our account, and not from here.",
    Kind.PARKED: "A message could not be read and was set aside.",
    Kind.UNREADY: "Nothing can be sent to this channel now.",
    Kind.EXPIRING: "What opens our account stops working soon.",
}
"""What a kind of problem means, where no code says more."""

REMEDIES = {
    Kind.EXPIRED: wording.STEPS[Step.DECIDE],
    Kind.MISSED: wording.STEPS[Step.NEW_TIME],
}
"""What to do about those that have no code."""

UNREAD = "Nobody has read this yet."
SEVERAL = "{count} things need a person"
MORE = "… and {count} more: {link}"
UNTITLED = "Without a title"
TEXTS = (*LABELS.values(), *SENTENCES.values(), UNREAD, SEVERAL, MORE, UNTITLED)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to one person."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Desk:
    """What a letter is written with: names of things, and where people find them."""

    organisation: str
    public_url: str
    title_of: Callable[[NoticeFact], str]
    """What the post is called; empty: it has no name."""
    channel_of: Callable[[NoticeFact], str]

    def letter(self, notices: Sequence[NoticeFact], speech: Language) -> Letter:
        """Write one message about several problems, those nobody has read in time first."""
        ordered = sorted(notices, key=lambda notice: (-notice.level, notice.since))
        parts = [self._part(notice, speech) for notice in ordered[:LINES]]
        if len(ordered) > LINES:
            link = f"{self.public_url}/notices"
            parts.append(speech(MORE, count=len(ordered) - LINES, link=link))
        if ordered[0].level > 1:
            parts.insert(0, speech(UNREAD))
        said = (
            self._headline(ordered[0], speech)
            if len(ordered) == 1
            else speech(SEVERAL, count=len(ordered))
        )
        return Letter(_one_line(f"{self.organisation}: {said}"), "\n\n".join(parts) + "\n")

    def _headline(self, notice: NoticeFact, speech: Language) -> str:
        about = [self.title_of(notice)] if notice.post else []
        if notice.channel:
            about.append(self.channel_of(notice))
        named = " · ".join(_one_line(each) or speech(UNTITLED) for each in about)
        label = speech(LABELS[notice.kind])
        return f"{label}: {named}" if named else label

    def _part(self, notice: NoticeFact, speech: Language) -> str:
        said = " ".join(explained(notice, speech))
        link = f"{self.public_url}/notices/{notice.problem}"
        return f"{self._headline(notice, speech)}\n{_one_line(said)}\n{link}"


def explained(notice: NoticeFact, speech: Language) -> tuple[str, str]:
    """Say what is wrong and what to do about it, as far as that is known."""
    if notice.code is None:
        remedy = REMEDIES.get(notice.kind)
        return speech(SENTENCES[notice.kind]), speech(remedy) if remedy else ""
    return (
        wording.sentence(notice.code, notice.parameters, speech),
        wording.remedy(notice.code, notice.parameters, speech),
    )


def _one_line(text: str) -> str:
    """Keep what others wrote, a title or a channel's answer, from looking like lines of ours."""
    return " ".join(text.split())[:500]
