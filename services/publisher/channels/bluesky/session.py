"""Keeps one session with the server open: signing in is limited far more tightly than posting."""

import asyncio
from dataclasses import dataclass

from schemas.codes import Code
from services.publisher.channels.bluesky import answers
from services.publisher.channels.calls import Calls, Unready
from services.publisher.channels.exchange import Reply

_RENEW_AFTER = 45 * 60.0
"""Seconds. The server's own limit is two hours; a call must not meet it on its way."""


@dataclass(frozen=True, slots=True)
class Session:
    """What a call needs, and until when it is trusted."""

    account: answers.Account
    headers: dict[str, str]
    refresh: str
    renewed_at: float


class SessionKeeper:
    """Signs in when it must, renews when it can."""

    def __init__(self, calls: Calls, identifier: str, password: str) -> None:
        self._calls = calls
        self._who = {"identifier": identifier, "password": password}
        self._session: Session | None = None
        self._one_at_a_time = asyncio.Lock()

    async def open(self) -> Session:
        """Give a session that will hold for the next calls; `Unready` if there is none."""
        async with self._one_at_a_time:
            session, now = self._session, asyncio.get_running_loop().time()
            if session is None:
                session = await self._sign_in(now)
            elif now - session.renewed_at > _RENEW_AFTER:
                session = await self._renew(session, now)
            self._session = session
            return session

    def forget(self) -> None:
        """Sign in anew at the next call: the server does not know this session any more."""
        self._session = None

    async def _sign_in(self, now: float) -> Session:
        path = "/xrpc/com.atproto.server.createSession"
        return self._read(await self._calls.unseen("POST", path, json=self._who), now)

    async def _renew(self, known: Session, now: float) -> Session:
        bearer = {"Authorization": f"Bearer {known.refresh}"}
        path = "/xrpc/com.atproto.server.refreshSession"
        try:
            return self._read(await self._calls.unseen("POST", path, headers=bearer), now)
        except Unready as unready:
            if unready.answer.code is not Code.CREDENTIALS_REFUSED:
                raise
        return await self._sign_in(now)

    def _read(self, reply: Reply, now: float) -> Session:
        opened = reply.read(answers.OPENED)
        if opened is None:
            raise Unready(self._calls.busy(reply))
        bearer = {"Authorization": f"Bearer {opened.access}"}
        return Session(opened, bearer, opened.refresh, now)
