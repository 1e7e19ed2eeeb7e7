"""Asks Sveriges Radio about once a minute which VMA are in force, and never troubles it more."""

import asyncio
import random
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import structlog

from schemas.alerts import Kind
from services.publisher.channels.exchange import AnswerLost, Exchange, NeverSent, Reply
from services.publisher.siren.cap.reading import Incoming
from services.publisher.siren.incoming import vma
from services.publisher.siren.incoming.intake import Intake, NotKept
from services.publisher.siren.incoming.model import ENDS

log = structlog.get_logger()

SVERIGES_RADIO = "https://vmaapi.sr.se"

_PATH = "/api/v3/alerts"
_PATIENCE = 15.0
_LONGEST_AGE = timedelta(minutes=5)
"""However long a list may be kept by its headers: an alert has to be heard of before that."""
_LONGEST_REST = timedelta(hours=1)
_DEAF_AFTER = timedelta(minutes=5)
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age=(\d{1,9})", re.ASCII | re.IGNORECASE)
_ORDER: Mapping[Kind, int] = {"alert": 0, "update": 1, "correction": 2, "all_clear": 2}


class VmaWatcher:
    """Follows the list of VMA. That a record is gone from it means nothing: only a word does."""

    def __init__(
        self,
        intake: Intake,
        now: Callable[[], datetime],
        base_url: str = SVERIGES_RADIO,
        every: timedelta = timedelta(seconds=60),
    ) -> None:
        self._intake = intake
        self._now = now
        self._every = every
        self._exchange = Exchange(base_url.rstrip("/"), {"Accept": "application/json"})
        self._etag: str | None = None
        self._faults: tuple[str, ...] = ()
        self._trouble: str | None = None
        self._heard_at = now()

    def problems(self) -> list[str]:
        """Say what keeps us from hearing of a VMA; empty while the list is read."""
        found = [f"a VMA could not be read: {fault}" for fault in self._faults[:3]]
        if self._trouble and self._now() - self._heard_at >= _DEAF_AFTER:
            since = self._heard_at.isoformat(timespec="minutes")
            found.append(f"no list of VMA has been read since {since}: {self._trouble}")
        return found

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            rest = await self.look()
            # Many of us start in the same instant after a power cut, and must not ask in step.
            await asyncio.sleep(rest.total_seconds() * random.uniform(1, 1.1))  # noqa: S311

    async def look(self) -> timedelta:
        """Read the list once; say how long to rest before the next time."""
        headers = {"If-None-Match": self._etag} if self._etag else {}
        try:
            reply = await self._exchange.ask("GET", _PATH, _PATIENCE, alone=False, headers=headers)
        except (NeverSent, AnswerLost) as error:
            return self._troubled(f"no answer ({error})")
        if reply.status == 200:
            return await self._read(reply)
        if reply.status == 304:
            self._heard(self._faults)
            return self._rest_of(reply)
        self._troubled(f"it answered {reply.status}")
        return max(self._every, _retry_after(reply, self._now()))

    async def close(self) -> None:
        """Give the connection back."""
        await self._exchange.close()

    async def _read(self, reply: Reply) -> timedelta:
        try:
            listing = await asyncio.to_thread(vma.read, reply.body)
        except vma.Unreadable as error:
            return self._troubled(f"its answer cannot be read ({error})")
        try:
            for message in _in_order(listing.messages):
                judgement = await self._intake.take(message, "vma")
                if judgement.outcome == "full":
                    return self._troubled("too many proposals are open; close some")
        except NotKept as error:
            return self._troubled(f"it could not be written down ({error})")
        # Kept only now: a list that was not taken whole must come again.
        self._etag = reply.headers.get("ETag")
        self._heard(listing.faults)
        return self._rest_of(reply)

    def _rest_of(self, reply: Reply) -> timedelta:
        found = _MAX_AGE.search(reply.headers.get("Cache-Control", ""))
        age = timedelta(seconds=int(found[1])) if found else timedelta()
        return max(self._every, min(age, _LONGEST_AGE))

    def _heard(self, faults: tuple[str, ...]) -> None:
        if self._trouble:
            log.info("vma.heard_again", silent_since=self._heard_at.isoformat())
        if faults and faults != self._faults:
            log.warning("vma.records_unread", count=len(faults), first=faults[0])
        self._trouble, self._faults, self._heard_at = None, faults, self._now()

    def _troubled(self, why: str) -> timedelta:
        if why != self._trouble:
            log.warning("vma.unheard", why=why)
        self._trouble = why
        return self._every


def _in_order(messages: Sequence[Incoming]) -> list[Incoming]:
    """Give the oldest first, without what another message of the list has replaced or ended.

    Who starts today must not be told of what is over. A record that ends another stays, for
    what it ends may be known.
    """
    ended: dict[tuple[str, str, str], tuple[datetime, int]] = {}
    for later in messages:
        if later.kind != "alert":
            for reference in later.references:
                key = (reference.identifier, later.status, later.scope)
                ended[key] = max(_place(later), ended.get(key, _place(later)))

    def stands(each: Incoming) -> bool:
        place = _place(each)
        return each.kind in ENDS or place >= ended.get(
            (each.identifier, each.status, each.scope), place
        )

    return sorted(filter(stands, messages), key=_place)


def _place(message: Incoming) -> tuple[datetime, int]:
    return message.sent, _ORDER[message.kind]


def _retry_after(reply: Reply, now: datetime) -> timedelta:
    said = reply.headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=int(said[:9])), _LONGEST_REST)
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return timedelta()
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(timedelta(), min(aware - now, _LONGEST_REST))
