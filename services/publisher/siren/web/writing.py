"""From what has happened to a signed text: choose, fill in, read, sign."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from starlette.responses import RedirectResponse, Response

from schemas.alerts import Kind, Status
from schemas.codes import Code
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.ports import Wished
from services.publisher.siren.prospects import Newer, prospects
from services.publisher.siren.web import spoken
from services.publisher.siren.web.door import Form, texts_of
from services.publisher.siren.web.drafts import Kept
from services.publisher.siren.web.hall import Hall, twice_is_once
from services.publisher.siren.web.home import proposed
from services.publisher.siren.web.ports import Fault, Offer, Place
from services.publisher.siren.web.screen import Screen

HEADINGS: Mapping[Kind, str] = {
    "alert": "This goes out",
    "update": "This goes out instead",
    "correction": "This correction goes out",
    "all_clear": "This all clear goes out",
}
DEEDS: Mapping[Kind, str] = {
    "alert": "Sign and call in a colleague",
    "update": "Send the update now",
    "correction": "Send the correction now",
    "all_clear": "Send the all clear now",
}
PREPARED: Mapping[str, str] = {
    "correction": "Ready for later: if it was wrong",
    "all_clear": "Ready for later: when it is over",
}
AREAS = "Where does it hold?"
TEXTS = (*HEADINGS.values(), *DEEDS.values(), *PREPARED.values(), AREAS)

_WIDTH = 26
"""Characters in a line of a narrow screen, about."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What an officer has filled in so far."""

    fields: Mapping[str, str]
    areas: Sequence[str]
    sought: str = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """The screens on which an alert is written."""

    hall: Hall

    async def choose(self, screen: Screen) -> Response:
        """Ask what has happened."""
        offers = self.hall.shelf.offers(screen.speech.code)
        return screen.draw("choose.html", status=_status(screen), offers=offers)

    async def ask(self, screen: Screen) -> Response:
        """Ask for at most three fields, and where."""
        own = self.hall.house.areas
        filling = Filling({}, own if len(own) == 1 else ())
        if asked := screen.request.query_params.get("proposal"):
            proposal = proposed(self.hall, screen.speech, _uuid(asked))
            filling = Filling(proposal.fields, proposal.areas)
        return self._fill(screen, filling)

    async def draft(self, screen: Screen) -> Response:
        """Write the texts of what was filled in, or look for more places first."""
        form = await self.hall.door.form(screen.request, screen)
        filling = Filling(_fields(form), form.getlist("area"), form.get("find", "").strip())
        if form.get("do") == "find":
            return self._fill(screen, filling)
        offer = self._offer(screen)
        wished = Wished(offer.name, filling.fields, filling.areas, _status(screen))
        try:
            kept = Kept(uuid4(), await self.hall.office.draft(wished), wished)
        except Refusal as no:
            labels = {field.name: field.label for field in offer.fields}
            return self._fill(screen, filling, spoken.fault(no, screen.speech, labels))
        return self._to(screen, kept)

    async def read(self, screen: Screen) -> Response:
        """Show exactly what will go out."""
        name = screen.request.path_params["draft"]
        kept = self.hall.tray.get(screen.token, name)
        edited = "edited" in screen.request.query_params
        return await draw_draft(self.hall, screen, name, kept, edited=edited)

    async def sign(self, screen: Screen) -> Response:
        """Sign what was shown; what the officer has changed is shown anew and not signed yet."""
        form = await self.hall.door.form(screen.request, screen)
        kept = self.hall.tray.get(screen.token, screen.request.path_params["draft"])
        texts = kept.edited(texts_of(form))
        changed = texts != kept.texts or form.get("digest") != kept.drafted.digest
        if changed or kept.drafted.findings or form.get("do") != "sign":
            return self._to(screen, await self._anew(kept, texts), "?edited" if changed else "")
        await twice_is_once(lambda: self._carry_out(screen, form, kept))
        return RedirectResponse(f"/alerts/{kept.alert}", 303)

    def _to(self, screen: Screen, kept: Kept, query: str = "") -> Response:
        return RedirectResponse(f"/drafts/{self.hall.tray.keep(screen.token, kept)}{query}", 303)

    async def _anew(self, kept: Kept, texts: Mapping[str, str]) -> Kept:
        """Write it again with the officer's texts, of the hour that these name already."""
        office, at = self.hall.office, kept.bulletin.written_at
        if kept.wished is not None:
            wished = replace(kept.wished, texts=texts)
            drafted = await office.draft(wished, at)
            return replace(kept, wished=wished, texts=texts, drafted=drafted)
        kind = _newer(kept.bulletin.kind)
        drafted = await office.newer(kept.alert, kind, kept.words, texts, at)
        return replace(kept, texts=texts, drafted=drafted)

    async def _carry_out(self, screen: Screen, form: Form, kept: Kept) -> None:
        desk, drafted = self.hall.office.desk, kept.drafted
        word = self.hall.word(screen, form, kept.act, kept.alert, drafted.digest)
        if kept.act == "issue":
            await desk.issue(word, drafted.bulletin, drafted.prepared)
            return
        # A correction waits for nobody; other words were written for what stood there then.
        fact = desk.alert(kept.alert).fact
        said_again = any(signed.nonce == word.statement.nonce for signed in fact.signatures)
        if kept.act != "correct" and fact.version != kept.version and not said_again:
            raise Refusal(Code.ALERT_CHANGED)
        await desk.follow(word, drafted.bulletin, drafted.prepared)

    def _offer(self, screen: Screen) -> Offer:
        for offer in self.hall.shelf.offers(screen.speech.code):
            if offer.name == screen.request.path_params["template"]:
                return offer
        raise Refusal(Code.DRAFT_GONE)

    def _fill(self, screen: Screen, filling: Filling, *faults: Fault) -> Response:
        offer, known = self._offer(screen), self.hall.places.places()
        offered = dict.fromkeys([*self.hall.house.areas, *filling.areas])
        found = self.hall.places.find(filling.sought) if filling.sought else ()
        titles = {field.name: field.label for field in offer.fields}
        return screen.draw(
            "fill.html",
            422 if faults else 200,
            status=_status(screen),
            offer=offer,
            filled=filling.fields,
            chosen=frozenset(filling.areas),
            places=[known[code] for code in offered if code in known],
            sought=filling.sought,
            found=_not_among(offered, found),
            faults=faults,
            titles=titles | {"areas": screen.speech(AREAS)},
        )


async def draw_draft(
    hall: Hall, screen: Screen, name: str, kept: Kept, *, edited: bool = False
) -> Response:
    """Show a text as it will stand in each channel, with the way to sign it."""
    bulletin, speech = kept.bulletin, screen.speech
    titles = hall.titles(bulletin)
    faults = spoken.faults(kept.drafted.findings, speech, titles)
    first = bulletin.kind == "alert"
    coming = {} if first else prospects(hall.office, kept.alert, _newer(bulletin.kind))
    reached = [c for c in bulletin.contents if c not in coming or coming[c].goes_out]
    return screen.draw(
        "draft.html",
        status=bulletin.status,
        name=name,
        drafted=kept.drafted,
        bulletin=bulletin,
        titles=titles,
        rooms={c: hall.shelf.room(c, content) for c, content in bulletin.contents.items()},
        prospects={c: [speech(said) for said in each.sentences] for c, each in coming.items()},
        count=len(reached),
        unfolded=first,
        rows=rows,
        edited=edited,
        faults=faults,
        heading=speech(HEADINGS[bulletin.kind]),
        deed=speech(DEEDS[bulletin.kind]),
        prepared_said={kind: speech(said) for kind, said in PREPARED.items()},
    )


def rows(text: str) -> int:
    """Say how many lines of a narrow screen a text fills."""
    return sum(1 + len(line) // _WIDTH for line in text.splitlines()) + 1


def _newer(kind: Kind) -> Newer:
    if kind == "alert":
        raise Refusal(Code.CONTENT_OTHER)
    return kind


def _not_among(codes: Mapping[str, None], found: Sequence[Place]) -> list[Place]:
    return [place for place in found if place.code not in codes]


def _fields(form: Form) -> Mapping[str, str]:
    said = form.multi_items()
    return {n.removeprefix("field."): value for n, value in said if n.startswith("field.")}


def _status(screen: Screen) -> Status:
    match screen.request.path_params["mode"]:
        case "actual":
            return "actual"
        case "exercise":
            return "exercise"
        case _:
            raise Refusal(Code.DRAFT_GONE)


def _uuid(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError:
        raise Refusal(Code.DRAFT_GONE) from None
