"""Signed-in browsers: a one-time link opens a session, a cookie proves it, a person closes it."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from schemas.codes import Code
from schemas.posts import SessionClosed, SessionFact, SessionOpened
from services.kit.messages import Overtaken, Told
from services.planner.domain.refusals import refused
from services.planner.ports import Memory

LINK_LIVES = timedelta(minutes=15)
SESSION_LIVES = timedelta(hours=12)


def one_time_code(person: str, key: str, now: datetime) -> str:
    """Make the code of a sign-in link; whoever has it may sign in as this person, once."""
    until = int((now + LINK_LIVES).timestamp())
    said = f"{person}.{until}.{secrets.token_urlsafe(12)}"
    return f"{said}.{_signature(said, key)}"


@dataclass(frozen=True, slots=True)
class Sessions:
    """Sessions as facts, so that every replica knows them and a link opens nothing twice."""

    memory: Memory
    key: str
    now: Callable[[], datetime]

    async def open(self, code: str) -> tuple[str, str]:
        """Use a one-time code; gives the person and what the cookie shall hold."""
        person = self._person(code)
        session = hashlib.sha256(code.encode()).hexdigest()
        secret = secrets.token_urlsafe(32)
        opened = SessionOpened(
            occurred_at=self.now(),
            trace=uuid5(NAMESPACE_OID, session),
            session=session,
            person=person,
            secret=hashlib.sha256(secret.encode()).hexdigest(),
            expires_at=self.now() + SESSION_LIVES,
        )
        try:
            await self.memory.tell([(opened, 0)])
        except Overtaken:
            raise refused(Code.LINK_USED) from None
        return person, f"{session}.{secret}"

    async def person(self, cookie: str) -> str | None:
        """Say whose cookie this is; None if it proves nothing (any more)."""
        told = await self._open_session(cookie)
        return told.fact.person if told else None

    async def close(self, cookie: str) -> None:
        """Sign out; a cookie that proves nothing is left as it is."""
        told = await self._open_session(cookie)
        if told is None:
            return
        opened = told.fact
        closed = SessionClosed(
            occurred_at=self.now(),
            trace=opened.trace,
            session=opened.session,
            person=opened.person,
        )
        try:
            await self.memory.tell([(closed, told.sequence)])
        except Overtaken:
            return  # somebody else closed it: that is what was wanted

    async def _open_session(self, cookie: str) -> Told[SessionOpened] | None:
        session, _, secret = cookie.partition(".")
        if len(session) != 64 or not session.isalnum() or not session.isascii():
            return None
        told = await self.memory.newest(SessionFact.address.format(session=session))
        if told is None or not isinstance(told.fact, SessionOpened):
            return None
        given = hashlib.sha256(secret.encode()).hexdigest()
        proven = hmac.compare_digest(given, told.fact.secret)
        return told if proven and self.now() < told.fact.expires_at else None

    def _person(self, code: str) -> str:
        said, _, signature = code.rpartition(".")
        if not hmac.compare_digest(_signature(said, self.key).encode(), signature.encode()):
            raise refused(Code.LINK_USED)
        person, until, _ = said.split(".", 2)
        if self.now() > datetime.fromtimestamp(int(until), UTC):
            raise refused(Code.LINK_USED)
        return person


def _signature(said: str, key: str) -> str:
    made = hmac.new(key.encode(), said.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
