"""Draws the page: in the reader's language, marked where it is an exercise, kept to itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from schemas.alerts import Status
from schemas.envelope import now
from services.kit.languages import LANGUAGES, Language
from services.kit.statics import statics
from services.kit.templates import templates
from services.publisher.siren.ports import Visit
from services.publisher.siren.speech import speak, speech_of
from services.publisher.siren.web import spoken
from services.publisher.siren.web.ports import House, Roster

LANGUAGE = "siren-language"
_HERE = Path(__file__).parent
STATIC = _HERE / "static"
_A_YEAR = 365 * 24 * 3600

MARKS: Mapping[Status, str] = {"actual": "", "exercise": "EXERCISE", "test": "TEST"}
"""What stands above every screen and in every button of what is not in earnest."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # With `no-referrer` browsers hide a form's origin, and every form would be a foreign one.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


@dataclass(frozen=True, slots=True)
class Screen:
    """One officer's view, or that of somebody who has yet to say who they are."""

    request: Request
    house: House
    roster: Roster
    speech: Language
    visit: Visit | None = None
    token: str = ""
    """What every form of this session carries."""

    @property
    def me(self) -> Visit:
        """The officer, on pages that only officers get."""
        if self.visit is None:
            raise LookupError("this page is drawn for officers only")
        return self.visit

    def draw(
        self, template: str, code: int = 200, *, status: Status = "actual", **given: Any
    ) -> HTMLResponse:
        """Draw a page; what is no alarm in earnest looks different everywhere."""
        page = templates(_HERE / "templates").get_template(template)
        mark = self.speech(MARKS[status]) if MARKS[status] else ""
        body = page.render(
            _=self.speech,
            lang=self.speech.code,
            other=next(code for code in LANGUAGES if code != self.speech.code),
            switch=self._switch(),
            house=self.house,
            visit=self.visit,
            token=self.token,
            name_of=self.roster.name_of,
            status=status,
            mark=mark,
            marked=lambda text: f"{mark}: {text}" if mark else text,
            hour=lambda at: spoken.hour(at, self.house.zone, self.speech),
            moment=lambda at: spoken.moment(at, now(), self.house.zone, self.speech),
            nonce=spoken.nonce,
            stamp=statics(STATIC).stamp,
            path=self.request.url.path,
            **given,
        )
        answer = HTMLResponse(body, code, {**HEADERS, "Content-Language": self.speech.code})
        if self.request.query_params.get("lang") in LANGUAGES:
            answer.set_cookie(
                LANGUAGE, self.speech.code, max_age=_A_YEAR, httponly=True, samesite="lax"
            )
        return answer

    def _switch(self) -> str | None:
        """Lead to this page in the other language; nowhere from what was sent, lest it be lost."""
        if self.request.method != "GET":
            return None
        kept = [(k, v) for k, v in self.request.query_params.items() if k != "lang"]
        return f"?{urlencode([*kept, ('lang', '')])}"


def language_of(request: Request) -> Language:
    """Choose the language: as asked for, as chosen before, or as the browser prefers."""
    chosen = request.cookies.get(LANGUAGE, "")
    if request.query_params.get("lang") not in LANGUAGES and chosen in LANGUAGES:
        return speak(chosen)
    return speech_of(request)
