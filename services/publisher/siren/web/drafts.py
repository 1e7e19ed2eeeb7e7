"""Texts that an officer has been shown and not signed yet: kept as they are, a few, for a while."""

import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from schemas.alerts import Act, Bulletin
from schemas.codes import Code
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.office import Drafted
from services.publisher.siren.ports import Wished

LONGEST = timedelta(hours=1)
MOST = 200
MOST_OF_ONE = 10
"""Of one session; the oldest goes."""

ACTS: Mapping[str, Act] = {
    "alert": "issue",
    "update": "update",
    "correction": "correct",
    "all_clear": "clear",
}
"""What is signed, by the kind of text."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What an officer was shown, and what it was made of."""

    alert: UUID
    drafted: Drafted
    wished: Wished | None = None
    """For an alert: what was filled in."""
    words: tuple[str, str, str] = ("", "", "")
    """For a newer word on one: headline, description and instruction."""
    version: int = 0
    """The newest of the alert's facts when a newer word on it was written."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """By channel: what the officer has written there."""

    @property
    def bulletin(self) -> Bulletin:
        """What goes out first."""
        return self.drafted.bulletin

    @property
    def act(self) -> Act:
        """What its officer will have done by signing it."""
        return ACTS[self.bulletin.kind]

    def edited(self, texts: Mapping[str, str]) -> Mapping[str, str]:
        """Give all that the officer has changed by now; what only the screen did to it is none."""
        contents = self.bulletin.contents
        changed = {
            channel: text
            for channel, text in texts.items()
            if channel in contents and _plain(text) != _plain(contents[channel].text)
        }
        return {**self.texts, **changed}


class Tray:
    """Drafts of all sessions of this process."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._kept: OrderedDict[str, tuple[str, datetime, Kept]] = OrderedDict()

    def keep(self, owner: str, kept: Kept) -> str:
        """Keep what a session was shown; gives the word by which only that session finds it."""
        name = secrets.token_urlsafe(12)
        self._kept[name] = owner, self._now(), kept
        own = [each for each, (whose, _, _) in self._kept.items() if whose == owner]
        for old in own[:-MOST_OF_ONE]:
            del self._kept[old]
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return name

    def get(self, owner: str, name: str) -> Kept:
        """Give it back; `Refusal` if it is not kept any more, or is another session's."""
        whose, at, kept = self._kept.get(name, ("", self._now(), None))
        if kept is None or whose != owner or self._now() - at > LONGEST:
            raise Refusal(Code.DRAFT_GONE)
        return kept


def _plain(text: str) -> str:
    """Forms send every line's end as two signs, and a browser drops an empty first line."""
    return text.replace("\r\n", "\n").strip()
