"""The templates, filled in: whole pages, and the pieces of which lists are put together."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from markupsafe import Markup

from schemas.alerts import Status
from services.kit.languages import LANGUAGES, Language, language
from services.kit.templates import templates
from services.publisher.siren.face.policy import policy, style
from services.publisher.siren.face.stories import Story, Told

PRACTICE = "ovning/"
"""Where exercises stand, apart from everything that is so."""

_HERE = Path(__file__).parent
_LOCALE = _HERE.parents[1] / "locale"


class Sheets:
    """What every page of one sender's public face has in common."""

    def __init__(self, name: str, public_url: str) -> None:
        self.name = name
        self._public_url = public_url
        self._templates = templates(_HERE / "templates")

    def page(
        self, template: str, words: Language, status: Status, below: str = "", **given: Any
    ) -> bytes:
        """Fill in a page that stands `below` the first page of its language."""
        folder = f"{place_of(status, words)}{below}"
        return self._page(template, words, status, below, "../" * folder.count("/"), given)

    def missing(self, words: Language) -> bytes:
        """Fill in what stands where nothing is, at any depth: its links begin at the root."""
        root = f"{urlsplit(self._public_url).path}/"
        title = words("There is nothing at this address.")
        return self._page("missing.html", words, "actual", "", root, {"title": title})

    def card(self, story: Story, words: Language) -> Markup:
        """Draw an alert as the list of what holds now shows it: whole, its newest word alone."""
        made: Any = self._templates.get_template("told.html").module
        card: Markup = made.newest(story.newest, words, 2, f"{story.slug}/")
        return card

    def entry(self, told: Told, words: Language, status: Status) -> Markup:
        """Draw one message as an entry of the feed."""
        made: Any = self._templates.get_template("entry.xml").module
        entry: Markup = made.entry(
            told,
            words,
            f"{self._public_url}/{place_of(status, words)}",
            f"{self._public_url}/{tree_of(status)}",
            moment(told.sent),
        )
        return entry

    def feed(
        self,
        words: Language,
        status: Status,
        heading: str,
        entries: Sequence[Markup],
        updated: datetime,
    ) -> bytes:
        """Fill in the feed of a language."""
        address = f"{self._public_url}/{place_of(status, words)}"
        feed = self._templates.get_template("feed.xml").render(
            _=words,
            id=f"urn:uuid:{uuid5(NAMESPACE_URL, address)}",
            name=self.name,
            heading=heading,
            address=address,
            entries=entries,
            updated=moment(updated),
        )
        return feed.encode()

    def _page(
        self,
        template: str,
        words: Language,
        status: Status,
        below: str,
        top: str,
        given: dict[str, Any],
    ) -> bytes:
        top = top or "./"
        other = next(speak(code) for code in LANGUAGES if code != words.code)
        page = self._templates.get_template(template).render(
            _=words,
            other=other,
            name=self.name,
            exercise=status == "exercise",
            policy=policy(),
            style=Markup(style()),  # noqa: S704 – our own file
            top=top,
            base=f"{top}{tree_of(status)}",
            home=f"{top}{place_of(status, words)}",
            twin=f"{top}{place_of(status, other)}{below}",
            **given,
        )
        return page.encode()


def speak(code: str) -> Language:
    """Give the words of a language."""
    return language(code, _LOCALE)


def tree_of(status: Status) -> str:
    """Say where everything stands that is so, or that is practised."""
    return PRACTICE if status == "exercise" else ""


def place_of(status: Status, words: Language) -> str:
    """Say where a language's pages stand; the first one's need no folder of their own."""
    return tree_of(status) + ("" if words.code == LANGUAGES[0] else f"{words.code}/")


def moment(at: datetime) -> str:
    """Write a moment as RFC 3339, in whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
