"""Lets officers in: at the page by password and code, at the command line by their key."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from schemas.alerts import OfficerSignedIn
from schemas.codes import Code
from services.kit.messages import Overtaken, Told
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.domain.statements import Statement
from services.publisher.siren.officers import signing
from services.publisher.siren.officers.roll import Roll
from services.publisher.siren.officers.sessions import Session, Sessions, by_key
from services.publisher.siren.ports import Memory, MemoryFull, Visit

log = structlog.get_logger()

_READING = timedelta(minutes=30)
_MOST_READING = 256
"""Sessions of the command line that are open at a time; the oldest is closed for a newer one."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who signs with their own key, elsewhere; here they read."""

    officer: str
    until: datetime
    can_sign: bool = False

    def sign(self, statement: Statement) -> tuple[str, str]:
        """Refuse: the key is not here."""
        raise Refusal(Code.OFFICER_UNKNOWN, officer=statement.officer)


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody at the page, whose key their password has opened."""

    session: Session
    can_sign: bool = True

    @property
    def officer(self) -> str:
        """Who it is."""
        return self.session.officer

    def sign(self, statement: Statement) -> tuple[str, str]:
        """Sign in their name."""
        return self.session.sign(statement)


class Reception:
    """Every entrance is remembered, so that no code opens the door twice."""

    def __init__(
        self, sessions: Sessions, roll: Roll, memory: Memory, now: Callable[[], datetime]
    ) -> None:
        self._sessions = sessions
        self._roll = roll
        self._memory = memory
        self._now = now
        self._readers: dict[str, Reader] = {}
        self._nonces = signing.Nonces()

    async def enter(self, officer: str, password: str, code: str, address: str) -> str:
        """Open a session by password and code; gives its secret."""
        newest = self._newest(officer)
        try:
            entrance = await self._sessions.sign_in(officer, password, code, address, newest)
        except Refusal as no:
            log.warning("siren.sign_in_refused", code=no.code, address=address)
            raise
        await self._keep(entrance.fact, newest)
        return self._sessions.open(entrance)

    async def enter_by_key(self, statement: Statement, key: str, proof: str) -> str:
        """Open a session in which nothing is signed for the officer."""
        now = self._now()
        signed = signing.check(statement, key, proof, self._roll, now)
        if self._nonces.earlier(signed) is not None:
            raise Refusal(Code.STATEMENT_USED)
        self._nonces.keep(signed, now)
        newest = self._newest(statement.officer)
        await self._keep(by_key(statement.officer, newest, now), newest)
        secret = secrets.token_urlsafe(32)
        while len(self._readers) >= _MOST_READING:
            del self._readers[next(iter(self._readers))]
        self._readers[_digest(secret)] = Reader(statement.officer, now + _READING)
        return secret

    def visit(self, secret: str) -> Visit | None:
        """Say whose session it is; None if it is nobody's any more."""
        reader = self._readers.get(_digest(secret))
        if reader is not None:
            stays = self._now() < reader.until and self._roll.officer(reader.officer) is not None
            return reader if stays else None
        try:
            return Signer(self._sessions.session(secret))
        except Refusal:
            return None

    def leave(self, secret: str) -> None:
        """End a session."""
        self._readers.pop(_digest(secret), None)
        self._sessions.close(secret)

    def _newest(self, officer: str) -> Told[OfficerSignedIn] | None:
        return self._memory.newest(OfficerSignedIn.address.format(officer=officer))

    async def _keep(self, fact: OfficerSignedIn, newest: Told[OfficerSignedIn] | None) -> None:
        try:
            await self._memory.append([(fact, newest.sequence if newest else 0)])
        except Overtaken as error:
            # The same code came twice at once; one of the two has used it up.
            raise Refusal(Code.SIGN_IN_REFUSED) from error
        except MemoryFull as error:
            raise Refusal(Code.MEMORY_FULL) from error


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
