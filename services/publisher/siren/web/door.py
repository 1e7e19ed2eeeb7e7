"""Who stands at the door: the session's cookie, and forms that come from our own pages alone."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from schemas.codes import Code
from services.publisher.siren.api.routes import body
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.ports import Doorkeeper
from services.publisher.siren.web.ports import House, Roster
from services.publisher.siren.web.screen import Screen, language_of

MOST_FIELDS = 500
TOKEN = "token"  # noqa: S105 – the name of a form's field

Form = ImmutableMultiDict[str, str]


@dataclass(frozen=True, slots=True)
class Door:
    """The way in for browsers."""

    house: House
    roster: Roster
    doorkeeper: Doorkeeper

    @property
    def cookie(self) -> str:
        """What the cookie is called; with the prefix no neighbouring host can set it."""
        return "__Host-siren" if self._safe else "siren"

    def outside(self, request: Request) -> Screen:
        """Give the view of somebody who has yet to say who they are."""
        return Screen(request, self.house, self.roster, language_of(request))

    def inside(self, request: Request) -> Screen:
        """Give a signed-in officer's view; `Refusal` where nobody is signed in."""
        secret = request.cookies.get(self.cookie, "")
        visit = self.doorkeeper.visit(secret) if secret else None
        if visit is None or not visit.can_sign:
            raise Refusal(Code.SIGN_IN_NEEDED)
        speech = language_of(request)
        return Screen(request, self.house, self.roster, speech, visit, token_of(secret))

    async def form(self, request: Request, screen: Screen) -> Form:
        """Read a form of our own page, in this session."""
        form = await self.strangers_form(request)
        if not secrets.compare_digest(form.get(TOKEN, "").encode(), screen.token.encode()):
            raise Refusal(Code.FORM_STALE)
        return form

    async def strangers_form(self, request: Request) -> Form:
        """Read a form of our own page, of somebody who has no session yet."""
        self._refuse_foreign(request)
        said = (await body(request)).decode("utf-8", errors="replace")
        try:
            pairs = parse_qsl(said, keep_blank_values=True, max_num_fields=MOST_FIELDS)
        except ValueError as error:
            raise Refusal(Code.BODY_UNREADABLE, where="form", why=str(error)) from error
        return ImmutableMultiDict(pairs)

    def admit(self, answer: Response, secret: str) -> None:
        """Give a browser its session."""
        answer.set_cookie(
            self.cookie, secret, path="/", secure=self._safe, httponly=True, samesite="strict"
        )

    def dismiss(self, request: Request, answer: Response) -> None:
        """End a browser's session."""
        self.doorkeeper.leave(request.cookies.get(self.cookie, ""))
        answer.delete_cookie(
            self.cookie, path="/", secure=self._safe, httponly=True, samesite="strict"
        )

    @property
    def _safe(self) -> bool:
        return urlsplit(self.house.door_url).scheme == "https"

    def _refuse_foreign(self, request: Request) -> None:
        given = urlsplit(request.headers.get("origin", ""))
        own = {request.headers.get("host", ""), urlsplit(self.house.door_url).netloc}
        if not given.netloc or given.netloc not in own:
            raise Refusal(Code.FOREIGN_ORIGIN)


def token_of(secret: str) -> str:
    """Make the word that a session's forms carry, from which its secret cannot be told."""
    return hashlib.sha256(f"form/{secret}".encode()).hexdigest()


def to_sign_in(request: Request) -> Response:
    """Lead to the door, and from there back to where they wanted to go."""
    path = request.url.path
    if request.method != "GET":
        path = "/"
    elif request.url.query:
        path = f"{path}?{request.url.query}"
    return RedirectResponse(f"/sign-in?next={quote(path, safe='')}", 303)


def own_path(said: str) -> str:
    """Give a path of ours, or the front page for whatever is none."""
    parts = urlsplit(said)
    ours = said.startswith("/") and not said.startswith(("//", "/\\")) and not parts.netloc
    return said if ours and said.isprintable() and "\\" not in said else "/"


def texts_of(form: Form) -> Mapping[str, str]:
    """Give the texts by channel that a form carries."""
    return {
        name.removeprefix("text."): value
        for name, value in form.multi_items()
        if name.startswith("text.")
    }
