"""What all rooms of the officers' page share: who comes in, what they sign, how a no is shown."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import structlog
from starlette.requests import Request
from starlette.responses import Response

from schemas.alerts import Act, Bulletin
from schemas.codes import Code
from services.publisher.siren.api.problems import STATUS
from services.publisher.siren.desk import Word
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.domain.statements import Statement
from services.publisher.siren.office import Office
from services.publisher.siren.web import spoken
from services.publisher.siren.web.door import Door, Form, to_sign_in
from services.publisher.siren.web.drafts import Tray
from services.publisher.siren.web.ports import (
    Cards,
    House,
    Places,
    Proposals,
    ReadyBoard,
    Roster,
    Shelf,
    Words,
)
from services.publisher.siren.web.screen import Screen

log = structlog.get_logger()

T = TypeVar("T")
Answering = Callable[[Screen], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Hall:
    """One siren's page."""

    office: Office
    door: Door
    house: House
    roster: Roster
    shelf: Shelf
    cards: Cards
    places: Places
    proposals: Proposals
    board: ReadyBoard
    words: Words
    tray: Tray

    def officers_only(self, answering: Answering) -> Endpoint:
        """Let only officers come to a screen; what is refused there is said on a page."""

        async def endpoint(request: Request) -> Response:
            try:
                screen = self.door.inside(request)
            except Refusal:
                return self._outside(request)
            try:
                return await answering(screen)
            except Refusal as no:
                return self.refused(screen, no)

        return endpoint

    def anybody(self, answering: Answering) -> Endpoint:
        """Let everybody come to a screen."""

        async def endpoint(request: Request) -> Response:
            screen = self.door.outside(request)
            try:
                return await answering(screen)
            except Refusal as no:
                return self.refused(screen, no)

        return endpoint

    def word(
        self, screen: Screen, form: Form, act: Act, alert: UUID | None, digest: str | None = None
    ) -> Word:
        """Sign what an officer has just said in a form."""
        statement = Statement(
            officer=screen.me.officer,
            act=act,
            alert=alert,
            digest=digest,
            at=self.office.now(),
            nonce=form.get("nonce", ""),
        )
        key, proof = screen.me.sign(statement)
        return Word(statement, key, proof)

    def refused(self, screen: Screen, no: Refusal) -> Response:
        """Say no on a page of its own, with a way back."""
        log.info("siren.refused", code=no.code, path=screen.request.url.path)
        alert = screen.request.path_params.get("alert")
        known = alert is not None and no.code is not Code.ALERT_NOT_FOUND
        return screen.draw(
            "refused.html",
            STATUS.get(no.code, 422),
            fault=spoken.fault(no, screen.speech, self.titles()),
            back=f"/alerts/{alert}" if known else "/",
        )

    def titles(self, bulletin: Bulletin | None = None) -> dict[str, str]:
        """Give the channels' names as people know them."""
        titles = {name: channel.title for name, channel in self.office.channels.items()}
        named = bulletin.contents if bulletin else ()
        return {name: name for name in named} | titles

    def _outside(self, request: Request) -> Response:
        # From a link on another site a browser brings no strict cookie; asked by ourselves it does.
        if request.method == "GET" and request.headers.get("sec-fetch-site") == "cross-site":
            query = f"?{request.url.query}" if request.url.query else ""
            return self.door.outside(request).draw("again.html", query=query)
        return to_sign_in(request)


async def twice_is_once(act: Callable[[], Awaitable[T]]) -> T:
    """Do it; where a second tap came between, look again: the same word is the same act."""
    try:
        return await act()
    except Refusal as no:
        if no.code is not Code.ALERT_CHANGED:
            raise
        return await act()
