"""Signing in at the page. The key that signs is opened in memory and is gone with the session."""

import asyncio
import hashlib
import secrets as random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import NAMESPACE_OID, uuid5

from schemas.alerts import OfficerSignedIn
from schemas.codes import Code
from services.kit.messages import Told
from services.kit.seals import CAREFUL, Cost, Sealed, Signer, used_step
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.domain.statements import Statement
from services.publisher.siren.officers import signing
from services.publisher.siren.officers.roll import Officer, Roll
from services.publisher.siren.officers.throttle import Throttle

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SEED = 32
"""Bytes of the key in what is sealed; the secret of the time codes comes after it."""

_WRITTEN = 200
"""Characters of a password or code that are looked at."""
_STRETCHED_AT_ONCE = 2
"""Each try at a password takes memory."""
_WAITING = 32
_OF_ONE = 8
"""Sessions that one officer may have open; the oldest is closed for a newer one."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """Somebody has shown who they are. Their session opens when that has been stored."""

    fact: OfficerSignedIn
    key: Signer = field(repr=False)


@dataclass(slots=True)
class Session:
    """A signed-in officer."""

    officer: str
    opened_at: datetime
    seen_at: datetime
    key: Signer = field(repr=False)

    def sign(self, statement: Statement) -> tuple[str, str]:
        """Say something in this officer's name, and in nobody else's."""
        if statement.officer != self.officer:
            raise Refusal(Code.OFFICER_UNKNOWN, officer=statement.officer)
        return signing.sign(statement, self.key)

    def over(self, now: datetime) -> bool:
        """Whether it has lasted, or lain still, for too long."""
        return now >= self.opened_at + LONGEST or now >= self.seen_at + IDLE


class Sessions:
    """Who is signed in, in this process alone: after a restart they sign in again."""

    def __init__(self, roll: Roll, now: Callable[[], datetime], cost: Cost = CAREFUL) -> None:
        self._roll = roll
        self._now = now
        self._throttle = Throttle()
        self._sessions: dict[str, Session] = {}
        self._turns = asyncio.Semaphore(_STRETCHED_AT_ONCE)
        self._waiting = 0
        # A stranger's try takes as long as an officer's.
        self._nobodys = Sealed.empty(52, cost)

    async def sign_in(
        self,
        officer: str,
        password: str,
        code: str,
        address: str,
        newest: Told[OfficerSignedIn] | None,
    ) -> Entrance:
        """Prove who is there, by password and a code; whatever is wrong, the refusal is the same.

        `newest` is what this officer's newest entrance left; the fact is to be stored only while
        that is still the newest, so that no code is used twice.
        """
        if wait := self._throttle.wait(officer, address, self._now()):
            raise Refusal(Code.SIGN_IN_PAUSED, seconds=wait)
        found = self._roll.officer(officer)
        opened = await self._opened(found.seal if found else self._nobodys, password[:_WRITTEN])
        now = self._now()
        entrance = (
            _entrance(found, opened, code[:_WRITTEN], newest, now) if found and opened else None
        )
        if entrance is None:
            self._throttle.wrong(officer, address, now)
            raise Refusal(Code.SIGN_IN_REFUSED)
        self._throttle.right(officer, address)
        return entrance

    def open(self, entrance: Entrance) -> str:
        """Open the session, and give the word that proves it; only its digest is kept here."""
        word, now = random.token_urlsafe(32), self._now()
        officer = entrance.fact.officer
        self._sweep(now)
        theirs = [name for name, each in self._sessions.items() if each.officer == officer]
        for name in theirs[: max(0, len(theirs) - _OF_ONE + 1)]:
            del self._sessions[name]
        self._sessions[_digest(word)] = Session(officer, now, now, entrance.key)
        return word

    def session(self, word: str) -> Session:
        """Give the session that this word proves, which stays open for it."""
        now = self._now()
        self._sweep(now)
        found = self._sessions.get(_digest(word))
        if found is None:
            raise Refusal(Code.SESSION_ENDED)
        found.seen_at = now
        return found

    def close(self, word: str) -> None:
        """Sign out; a word that proves nothing is left as it is."""
        self._sessions.pop(_digest(word), None)

    def _sweep(self, now: datetime) -> None:
        """Close what is over, and sessions of those who left or whose keys were renewed."""
        keys = {each.id: each.page_key(now) for each in self._roll.officers()}
        self._sessions = {
            name: each
            for name, each in self._sessions.items()
            if not each.over(now) and keys.get(each.officer) == each.key.name
        }

    async def _opened(self, sealed: Sealed, password: str) -> bytes | None:
        if self._waiting >= _WAITING:
            raise Refusal(Code.SIGN_IN_PAUSED, seconds=5)
        self._waiting += 1
        try:
            async with self._turns:
                return await asyncio.to_thread(sealed.open, password)
        finally:
            self._waiting -= 1


def by_key(officer: str, newest: Told[OfficerSignedIn] | None, now: datetime) -> OfficerSignedIn:
    """Say that somebody has shown who they are with their key at the command line."""
    before = newest.fact if newest else None
    return _fact(
        officer, before, now, "key", before.step if before else 0, before.spent if before else ()
    )


def _entrance(
    officer: Officer,
    opened: bytes,
    code: str,
    newest: Told[OfficerSignedIn] | None,
    now: datetime,
) -> Entrance | None:
    """Judge the second half of what somebody shows, when the first was right."""
    before = newest.fact if newest else None
    step = before.step if before else 0
    spent = before.spent if before else ()
    key, secret = Signer(opened[:SEED]), opened[SEED:]
    if officer.page_key(now) != key.name:
        return None
    used = used_step(secret, code, now, step)
    if used is not None:
        return Entrance(_fact(officer.id, before, now, "code", used, spent), key)
    printed = officer.printed.found(code)
    if printed is None or printed in spent:
        return None
    # Codes of earlier papers are good for nothing, and need not be remembered.
    kept = tuple(each for each in spent if each in officer.printed.digests)
    return Entrance(_fact(officer.id, before, now, "printed", step, (*kept, printed)), key)


def _fact(
    officer: str,
    before: OfficerSignedIn | None,
    now: datetime,
    way: Literal["code", "printed", "key"],
    step: int,
    spent: tuple[str, ...],
) -> OfficerSignedIn:
    version = before.version + 1 if before else 1
    return OfficerSignedIn(
        occurred_at=now,
        trace=uuid5(NAMESPACE_OID, f"officer/{officer}"),
        officer=officer,
        version=version,
        way=way,
        step=step,
        spent=spent,
    )


def _digest(word: str) -> str:
    return hashlib.sha256(word.encode(errors="replace")).hexdigest()
