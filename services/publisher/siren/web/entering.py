"""Signing in and out."""

from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from services.publisher.siren.api.problems import STATUS
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.web import spoken
from services.publisher.siren.web.door import own_path
from services.publisher.siren.web.hall import Hall
from services.publisher.siren.web.screen import Screen


@dataclass(frozen=True, slots=True)
class Entrance:
    """The screens in front of the door."""

    hall: Hall

    async def ask(self, screen: Screen) -> Response:
        """Ask who is there."""
        return self._draw(screen, screen.request.query_params.get("next", "/"))

    async def enter(self, screen: Screen) -> Response:
        """Let an officer in, and lead them to where they wanted to go."""
        form = await self.hall.door.strangers_form(screen.request)
        officer, wanted = form.get("officer", "").strip().lower(), form.get("next", "/")
        client = screen.request.client
        try:
            secret = await self.hall.door.doorkeeper.enter(
                officer,
                form.get("password", ""),
                form.get("code", "").strip(),
                client.host if client else "",
            )
        except Refusal as no:
            return self._draw(screen, wanted, officer, no)
        answer = RedirectResponse(own_path(wanted), 303)
        self.hall.door.admit(answer, secret)
        return answer

    async def leave(self, screen: Screen) -> Response:
        """Let an officer out."""
        await self.hall.door.form(screen.request, screen)
        answer = RedirectResponse("/sign-in", 303)
        self.hall.door.dismiss(screen.request, answer)
        return answer

    def _draw(
        self, screen: Screen, wanted: str, officer: str = "", no: Refusal | None = None
    ) -> Response:
        return screen.draw(
            "sign_in.html",
            STATUS.get(no.code, 422) if no else 200,
            next=own_path(wanted),
            officer=officer,
            fault=spoken.fault(no, screen.speech, {}) if no else None,
        )
