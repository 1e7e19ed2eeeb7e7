"""Draws pages: who reads, in which language, and the headers that keep a page to itself."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from schemas.alerts import HoldActivated
from services.kit.languages import LANGUAGES, Language, preferred
from services.kit.statics import statics
from services.kit.templates import templates
from services.planner import wording
from services.planner.alerting import AlertAnswer, on_now
from services.planner.answers import ChannelAnswer, TroubleAnswer
from services.planner.desk import Desk
from services.planner.domain.comments import CommentState
from services.planner.domain.pauses import standing
from services.planner.domain.people import Person, Role
from services.planner.domain.refusals import Refusal
from services.planner.pausing import PauseAnswer, pause_answer
from services.planner.showing import channel_answer, trouble
from services.planner.web import spoken
from services.planner.who import desk_of, who

COOKIE = "budkavle-language"
_HERE = Path(__file__).parent
STATIC = _HERE / "static"
_A_YEAR = 365 * 24 * 3600
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # With `no-referrer` browsers hide a form's origin, and every form would be a foreign one.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


class Crisis(NamedTuple):
    """What stands on every page while it lasts."""

    hold: HoldActivated | None
    alerts: Sequence[AlertAnswer]
    """Those that are on."""


@dataclass(frozen=True, slots=True)
class Screen:
    """One reader's view of the planner."""

    request: Request
    desk: Desk
    speech: Language
    person: Person | None

    @property
    def me(self) -> Person:
        """The reader, on pages that only signed-in people get."""
        if self.person is None:
            raise LookupError("this page is drawn for signed-in people only")
        return self.person

    @property
    def zone(self) -> str:
        """Where the organisation lives."""
        return self.desk.settings.zone

    def channels(self) -> tuple[ChannelAnswer, ...]:
        """Show the channels in the order of their names."""
        board, now = self.desk.board, self.desk.now()
        rests = board.rests()
        return tuple(
            channel_answer(channel, rests.get(name), now, self.speech)
            for name, channel in board.channels().items()
        )

    def draw(self, template: str, status: int = 200, **given: Any) -> HTMLResponse:
        """Draw a page in the reader's language."""
        page = templates(_HERE / "templates").get_template(template)
        names = self.desk.people.names()
        labels = self.desk.settings.series
        body = page.render(
            _=self.speech,
            lang=self.speech.code,
            other=next(code for code in LANGUAGES if code != self.speech.code),
            switch=self._switch(),
            organisation=self.desk.settings.organisation,
            person=self.person,
            pauses=self._pauses(),
            crisis=self._crisis(),
            open_comments=self._open_comments(),
            writes=self.person is not None and Role.AUTHOR in self.person.roles,
            zone=self.zone,
            spoken=spoken,
            name_of=lambda someone: names.get(someone, someone),
            series_label=lambda name: labels.get(name, spoken.series(name)),
            new_key=lambda: secrets.token_urlsafe(18),
            stamp=statics(STATIC).stamp,
            **given,
        )
        answer = HTMLResponse(body, status, {**_HEADERS, "Content-Language": self.speech.code})
        if asked_for(self.request):
            answer.set_cookie(
                COOKIE, self.speech.code, max_age=_A_YEAR, httponly=True, samesite="lax"
            )
        return answer

    def why_not(self, *roles: Role) -> TroubleAnswer | None:
        """Say why the reader may not do what takes one of these roles; None: they may."""
        try:
            self.me.must_be(*roles)
        except Refusal as no:
            return trouble(no.problems[0], self.speech)
        return None

    def _open_comments(self) -> str:
        """Say how many comments nobody has seen to, as far as the board knows; empty: none."""
        return spoken.at_least(self.desk.inbox.count(CommentState.OPEN)) if self.person else ""

    def _pauses(self) -> list[PauseAnswer]:
        """Show what is paused, as far as the board knows; only to those who work here."""
        if self.person is None:
            return []
        board = self.desk.board
        stand = standing(board.publishing())
        known = board.channels() if stand else {}
        return [pause_answer(pause, known, self.speech) for pause in stand]

    def _crisis(self) -> Crisis | None:
        """Show what the siren is about, as far as the board knows; only to those who work here."""
        if self.person is None:
            return None
        known, now = self.desk.alerts, self.desk.now()
        hold, alerts = known.hold(), on_now(known.on(now), now, self.speech)
        return Crisis(hold, alerts) if hold or alerts else None

    def _switch(self) -> str | None:
        """Lead to this page in the other language; nowhere from what was sent, lest it be lost."""
        if self.request.method != "GET":
            return None
        kept = [(k, v) for k, v in self.request.query_params.items() if k not in {"lang", "code"}]
        return f"?{urlencode([*kept, ('lang', '')])}"


def speech_of(request: Request) -> Language:
    """Choose the language: asked for in the address, chosen before, or what the browser prefers."""
    chosen = asked_for(request) or request.cookies.get(COOKIE)
    if chosen not in LANGUAGES:
        chosen = preferred(request.headers.get("accept-language", ""))
    return wording.speak(chosen)


def asked_for(request: Request) -> str | None:
    """Read the language that a page's address asks for."""
    language = request.query_params.get("lang")
    return language if language in LANGUAGES else None


async def screen(request: Request, person: Annotated[Person, Depends(who)]) -> Screen:
    """Give a signed-in reader their view."""
    return Screen(request, desk_of(request), speech_of(request), person)


Seen = Annotated[Screen, Depends(screen)]
