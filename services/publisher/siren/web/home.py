"""What stands now: the first page, the ready-board, the hold, and what others propose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from schemas.codes import Code
from services.kit.languages import Language
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.office import AlertShown
from services.publisher.siren.web.hall import Hall
from services.publisher.siren.web.ports import Proposal
from services.publisher.siren.web.screen import MARKS, Screen

_EARLIER = 8
_STANDING = {"draft", "counting", "out"}


@dataclass(frozen=True, slots=True)
class Home:
    """The screens from which an officer sets out."""

    hall: Hall

    async def show(self, screen: Screen) -> Response:
        """Show what stands now."""
        speech = screen.speech
        return screen.draw(
            "home.html",
            **self._alerts(screen),
            hold=self.hall.office.desk.hold(),
            board=self.hall.board.shown(speech),
            proposals=self.hall.proposals.open(speech),
            proposal_path=proposal_path,
            marks={status: speech(mark) if mark else "" for status, mark in MARKS.items()},
        )

    async def ready(self, screen: Screen) -> Response:
        """Show whether an alert would go out now."""
        return screen.draw("ready.html", board=self.hall.board.shown(screen.speech))

    async def held(self, screen: Screen) -> Response:
        """Ask whether normal posts shall go out again."""
        hold = self.hall.office.desk.hold()
        if hold is None:
            return RedirectResponse("/", 303)
        return screen.draw("hold.html", hold=hold)

    async def release(self, screen: Screen) -> Response:
        """Let normal posts out again."""
        form = await self.hall.door.form(screen.request, screen)
        hold = self.hall.office.desk.hold()
        if hold is not None:
            word = self.hall.word(screen, form, "release", hold.alert)
            await self.hall.office.desk.release_hold(word)
        return RedirectResponse("/", 303)

    async def hold(self, screen: Screen) -> Response:
        """Hold normal posts because of what somebody else has said."""
        form = await self.hall.door.form(screen.request, screen)
        proposal = proposed(self.hall, screen.speech, screen.request.path_params["proposal"])
        word = self.hall.word(screen, form, "hold", None)
        await self.hall.office.desk.activate_hold(word, proposal.title)
        return RedirectResponse("/", 303)

    async def close(self, screen: Screen) -> Response:
        """Take note that a proposal is nothing for us, or has been seen to."""
        await self.hall.door.form(screen.request, screen)
        proposal = screen.request.path_params["proposal"]
        await self.hall.proposals.close(proposal, screen.me.officer)
        return RedirectResponse("/", 303)

    def _alerts(self, screen: Screen) -> Mapping[str, Any]:
        me = screen.me.officer
        shown = self.hall.office.all_shown(screen.speech)
        waiting = [each for each in shown if each.state == "draft" and _writer(each) != me]
        unreviewed = [each for each in shown if _unreviewed_by_others(each, me)]
        standing = [each for each in shown if each.state in _STANDING and each not in waiting]
        earlier = [each for each in shown if each.state not in _STANDING]
        return {
            "waiting": waiting,
            "unreviewed": unreviewed,
            "standing": standing,
            "earlier": earlier[:_EARLIER],
        }


def proposal_path(proposal: Proposal) -> str:
    """Give the address where an alert is written from a proposal."""
    mode = "exercise" if proposal.exercise else "actual"
    template = f"/{proposal.template}" if proposal.template else ""
    return f"/write/{mode}{template}?{urlencode({'proposal': proposal.proposal})}"


def proposed(hall: Hall, speech: Language, proposal: UUID) -> Proposal:
    """Give a proposal that is open; `Refusal` if it is not."""
    for each in hall.proposals.open(speech):
        if each.proposal == proposal:
            return each
    raise Refusal(Code.DRAFT_GONE)


def _writer(shown: AlertShown) -> str:
    return shown.fact.signatures[0].officer


def _unreviewed_by_others(shown: AlertShown, me: str) -> bool:
    fact = shown.fact
    return fact.unreviewed and bool(fact.issued) and me not in fact.issued[0].by
