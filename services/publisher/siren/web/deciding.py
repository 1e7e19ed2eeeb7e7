"""What becomes of an alert: waiting, confirming, counting down, following it, answering for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from schemas.alerts import Kind, OfficerPaged
from schemas.codes import Code
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.office import AlertShown
from services.publisher.siren.ports import PAGES
from services.publisher.siren.prospects import Newer
from services.publisher.siren.showing import ChannelShown
from services.publisher.siren.web import spoken
from services.publisher.siren.web.door import Form
from services.publisher.siren.web.drafts import Kept
from services.publisher.siren.web.hall import Hall, twice_is_once
from services.publisher.siren.web.ports import Fault
from services.publisher.siren.web.screen import Screen
from services.publisher.siren.web.writing import draw_draft

KINDS: Mapping[Kind, str] = {
    "alert": "The alert",
    "update": "The update",
    "correction": "The correction",
    "all_clear": "The all clear",
}
TEXTS = tuple(KINDS.values())

_PUBLIC = {"published", "corrected"}
_ABOUT_THE_CODE = {
    Code.ENVELOPE_WRONG,
    Code.ENVELOPE_USED,
    Code.OWN_CONFIRMATION,
    Code.SOLO_NOT_ALLOWED,
}
_NOT_PUBLIC = {"failed", "expired", "cancelled", "retracted"}


@dataclass(frozen=True, slots=True)
class Deciding:
    """The screens of an alert that somebody has signed."""

    hall: Hall

    async def show(self, screen: Screen) -> Response:
        """Show an alert in the state that it is in, with what its reader may do."""
        shown = self._shown(screen)
        match shown.state:
            case "draft" if _writer(shown) == screen.me.officer:
                return self._waiting(screen, shown)
            case "draft":
                return self._confirming(screen, shown)
            case "counting":
                return self._counting(screen, shown)
            case "dropped":
                return screen.draw("dropped.html", status=shown.fact.status, shown=shown)
            case _:
                return self._live(screen, shown)

    async def alone(self, screen: Screen) -> Response:
        """Show what is left where there is no second officer."""
        shown = self._shown(screen)
        if shown.fact.draft is None or _writer(shown) != screen.me.officer:
            return RedirectResponse(f"/alerts/{shown.fact.alert}", 303)
        return self._alone(screen, shown)

    async def confirm(self, screen: Screen) -> Response:
        """Accept exactly what was shown."""
        form = await self.hall.door.form(screen.request, screen)
        shown = self._shown(screen)
        draft = shown.fact.draft
        others = draft is not None and _writer(shown) != screen.me.officer
        if draft and others and _number(form.get("count", "")) != len(draft.contents):
            no = Refusal(Code.COUNT_WRONG)
            return self._confirming(screen, shown, spoken.fault(no, screen.speech, {}))
        try:
            await twice_is_once(lambda: self._confirmed(screen, form, shown))
        except Refusal as no:
            if "sealed" not in form or no.code not in _ABOUT_THE_CODE:
                raise
            said = spoken.fault(no, screen.speech, {})
            return self._alone(screen, shown, replace(said, where="sealed"))
        return self._back(shown)

    async def drop(self, screen: Screen) -> Response:
        """Give an alert up while nothing of it has gone out."""
        form = await self.hall.door.form(screen.request, screen)
        shown = self._shown(screen)
        word = self.hall.word(screen, form, "drop", shown.fact.alert)
        await twice_is_once(lambda: self.hall.office.desk.drop(word))
        return self._back(shown)

    async def review(self, screen: Screen) -> Response:
        """Take note that another officer has looked at what one sent alone."""
        form = await self.hall.door.form(screen.request, screen)
        shown = self._shown(screen)
        word = self.hall.word(screen, form, "review", shown.fact.alert)
        await twice_is_once(lambda: self.hall.office.desk.review(word))
        return self._back(shown)

    async def prepared(self, screen: Screen) -> Response:
        """Show the correction or the all-clear that was prepared; one more tap sends it."""
        kind: Newer = "correction" if "correction" in screen.request.url.path else "all_clear"
        alert: UUID = screen.request.path_params["alert"]
        version = self.hall.office.desk.alert(alert).fact.version
        kept = Kept(alert, await self.hall.office.newer(alert, kind), version=version)
        return await draw_draft(self.hall, screen, self.hall.tray.keep(screen.token, kept), kept)

    async def ask_update(self, screen: Screen) -> Response:
        """Ask what holds now, beginning with what was said last."""
        shown = self._shown(screen)
        if not shown.fact.issued:
            raise Refusal(Code.ALERT_NOT_OUT)
        info = shown.fact.issued[-1].bulletin.infos[0]
        words = info.headline, info.description, info.instruction
        return self._update(screen, shown, words)

    async def update(self, screen: Screen) -> Response:
        """Write the update of what was filled in."""
        form = await self.hall.door.form(screen.request, screen)
        shown = self._shown(screen)
        words = (
            form.get("headline", "").strip(),
            form.get("description", "").strip(),
            form.get("instruction", "").strip(),
        )
        alert, version = shown.fact.alert, shown.fact.version
        try:
            drafted = await self.hall.office.newer(alert, "update", words)
        except Refusal as no:
            return self._update(screen, shown, words, spoken.fault(no, screen.speech, {}))
        kept = Kept(alert, drafted, words=words, version=version)
        return RedirectResponse(f"/drafts/{self.hall.tray.keep(screen.token, kept)}", 303)

    async def _confirmed(self, screen: Screen, form: Form, shown: AlertShown) -> None:
        digest = form.get("digest", "")
        word = self.hall.word(screen, form, "confirm", shown.fact.alert, digest)
        await self.hall.office.desk.confirm(word, form.get("sealed", "").strip())

    def _shown(self, screen: Screen) -> AlertShown:
        return self.hall.office.shown(screen.request.path_params["alert"], screen.speech)

    def _waiting(self, screen: Screen, shown: AlertShown) -> Response:
        me = screen.me.officer
        return screen.draw(
            "waiting.html",
            status=shown.fact.status,
            shown=shown,
            called=self._called(shown.fact.alert),
            callees=[each for each in self.hall.roster.call_list() if each.officer != me],
            words=self.hall.words(shown.digest),
            titles=self.hall.titles(shown.fact.draft),
        )

    def _alone(self, screen: Screen, shown: AlertShown, *faults: Fault) -> Response:
        desk, draft = self.hall.office.desk, shown.fact.draft
        return screen.draw(
            "alone.html",
            422 if faults else 200,
            status=shown.fact.status,
            shown=shown,
            solo=draft and desk.customs.solo and desk.editor.solo(draft.template),
            titles=self.hall.titles(draft),
            faults=faults,
        )

    def _confirming(self, screen: Screen, shown: AlertShown, *faults: Fault) -> Response:
        asked = screen.request.query_params.get("digest", shown.digest)
        own = [replace(each, where="count") for each in faults]
        return screen.draw(
            "confirm.html",
            422 if faults else 200,
            status=shown.fact.status,
            shown=shown,
            other_text=asked != shown.digest,
            words=self.hall.words(shown.digest),
            titles=self.hall.titles(shown.fact.draft),
            faults=own,
        )

    def _counting(self, screen: Screen, shown: AlertShown) -> Response:
        left = shown.fact.issued[-1].release_at - self.hall.office.now()
        milliseconds = max(0, round(left.total_seconds() * 1000))
        return screen.draw(
            "countdown.html", status=shown.fact.status, shown=shown, left=milliseconds
        )

    def _live(self, screen: Screen, shown: AlertShown) -> Response:
        fact, speech = shown.fact, screen.speech
        newest = fact.issued[-1]
        current = [each for each in shown.channels if each.number == newest.number]
        return screen.draw(
            "live.html",
            status=fact.status,
            shown=shown,
            newest=newest,
            by=" + ".join(self.hall.roster.name_of(name) for name in newest.by),
            current=current,
            before=[each for each in shown.channels if each.number != newest.number],
            public=sum(each.state in _PUBLIC for each in current),
            lamp=lamp,
            kinds={kind: speech(said) for kind, said in KINDS.items()},
            open=shown.state == "out",
            reviews=fact.unreviewed and screen.me.officer not in fact.issued[0].by,
        )

    def _update(
        self, screen: Screen, shown: AlertShown, words: Sequence[str], *faults: Fault
    ) -> Response:
        said: Mapping[str, str] = dict(
            zip(("headline", "description", "instruction"), words, strict=True)
        )
        return screen.draw(
            "update.html",
            422 if faults else 200,
            status=shown.fact.status,
            shown=shown,
            said=said,
            faults=faults,
            titles={},
        )

    def _called(self, alert: UUID) -> list[OfficerPaged]:
        pages = [told.fact for told in self.hall.office.desk.memory.things(PAGES)]
        return [each for each in pages if isinstance(each, OfficerPaged) and each.alert == alert]

    @staticmethod
    def _back(shown: AlertShown) -> Response:
        return RedirectResponse(f"/alerts/{shown.fact.alert}", 303)


def lamp(shown: ChannelShown) -> str:
    """Say which shape and colour stands beside a channel; the words beside it say the same."""
    if shown.state in _PUBLIC:
        return "ok"
    return "no" if shown.state in _NOT_PUBLIC else "way"


def _writer(shown: AlertShown) -> str:
    return shown.fact.signatures[0].officer


def _number(said: str) -> int | None:
    plain = said.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 6 else None
