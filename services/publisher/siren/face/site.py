"""Pure drawing: alerts in, the bytes of everything that the public sees out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from markupsafe import Markup

from schemas.alerts import AlertFact, Status
from services.kit.languages import LANGUAGES
from services.publisher.channels.prose import legible
from services.publisher.siren.cap.writing import Sender, cap_of, identifier_of, marked
from services.publisher.siren.face.sheets import PRACTICE, Sheets, place_of, speak, tree_of
from services.publisher.siren.face.stories import Story, slug_of, story_of

__all__ = ["PRACTICE", "Site"]

_HERE = Path(__file__).parent
_ENTRIES = 50
_OLDER = 100
_NOTHING_YET = datetime(1970, 1, 1, tzinfo=UTC)
_ROBOTS = f"User-agent: *\nDisallow: /{PRACTICE}\n"


@dataclass(frozen=True, slots=True)
class _Drawn:
    """One alert: its own files, and what lists show of it in each language."""

    files: Mapping[str, bytes]
    stories: Mapping[str, Story]
    cards: Mapping[str, Markup]
    entries: Mapping[str, Sequence[tuple[datetime, Markup]]]


_Key = tuple[UUID, int, int, bool]


class Site:
    """How the public face looks. Asked twice about the same, it gives the same bytes."""

    def __init__(self, sender: Sender, public_url: str) -> None:
        self._sender = sender
        self._public_url = public_url.rstrip("/")
        self._sheets = Sheets(legible(sender.name), self._public_url)
        self._drawn: dict[_Key, _Drawn] = {}

    def address(self, fact: AlertFact) -> str:
        """Give the public address of an alert's own page."""
        return f"{self._public_url}/{tree_of(fact.status)}{slug_of(fact.reference)}/"

    def draw(self, facts: Sequence[AlertFact], at: datetime) -> dict[str, bytes]:
        """Draw everything as it is to stand at this moment; what leads to a page comes after it.

        Tests of machines are left out, and so is an alert of which nothing is issued yet.
        """
        issued = [fact for fact in facts if fact.issued]
        issued.sort(key=lambda fact: fact.issued[-1].accepted_at, reverse=True)
        files = {
            "icon.svg": (_HERE / "icon.svg").read_bytes(),
            "robots.txt": _ROBOTS.encode(),
            "404.html": self._sheets.missing(speak(LANGUAGES[0])),
        }
        # Only what is new is drawn: an alert among hundreds costs as much as the first one.
        known, self._drawn = self._drawn, {}
        statuses: tuple[Status, ...] = ("actual", "exercise")
        for status in statuses:
            alerts = []
            for fact in issued:
                if fact.status == status:
                    key = _key(fact, at)
                    drawn = self._drawn[key] = known.get(key) or self._alert(fact, at)
                    alerts.append(drawn)
                    files |= drawn.files
            for code in LANGUAGES:
                files |= self._lists(status, code, alerts, at)
        return files

    def _alert(self, fact: AlertFact, at: datetime) -> _Drawn:
        """Draw an alert's pages and its CAP."""
        files = {
            self._cap(fact, number): cap_of(fact, number, self._sender)
            for number in (issued.number for issued in fact.issued)
        }
        stories, cards, entries = {}, {}, {}
        for code in LANGUAGES:
            words = speak(code)
            story = stories[code] = story_of(fact, words, self._sender, self.address(fact))
            below = f"{story.slug}/"
            files[f"{place_of(fact.status, words)}{below}index.html"] = self._sheets.page(
                "alert.html",
                words,
                fact.status,
                below,
                title=f"{story.newest.title} – {self._sheets.name}",
                story=story,
                expired=story.newest.expires <= at,
            )
            cards[code] = self._sheets.card(story, words)
            entries[code] = [
                (told.sent, self._sheets.entry(told, words, fact.status)) for told in story.all
            ]
        return _Drawn(files, stories, cards, entries)

    def _lists(
        self, status: Status, code: str, alerts: Sequence[_Drawn], at: datetime
    ) -> dict[str, bytes]:
        """Draw the first page of a language, and its feed."""
        words = speak(code)
        heading = marked(words("Alerts from {name}", name=self._sheets.name), status, code)
        now = [each for each in alerts if each.stories[code].newest.expires > at]
        # What is dangerous now comes before what is not, however new that is.
        now.sort(key=lambda each: not each.stories[code].newest.warns)
        stories = [each.stories[code] for each in alerts]
        before = [story for story in stories if story.newest.expires <= at]
        page = self._sheets.page(
            "list.html",
            words,
            status,
            title=heading,
            heading=heading,
            now=[each.cards[code] for each in now],
            before=before[:_OLDER],
        )
        entries = [entry for each in alerts for entry in each.entries[code]]
        entries.sort(key=lambda entry: entry[0], reverse=True)
        feed = self._sheets.feed(
            words,
            status,
            heading,
            [entry for _, entry in entries[:_ENTRIES]],
            entries[0][0] if entries else _NOTHING_YET,
        )
        place = place_of(status, words)
        return {f"{place}index.html": page, f"{place}feed.atom": feed}

    def _cap(self, fact: AlertFact, number: int) -> str:
        name = slug_of(identifier_of(fact, number, self._sender))
        return f"{tree_of(fact.status)}cap/{name}.xml"


def _key(fact: AlertFact, at: datetime) -> _Key:
    expired = fact.issued[-1].bulletin.expires <= at
    return fact.alert, fact.version, len(fact.issued), expired
