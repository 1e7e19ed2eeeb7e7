"""What stands in at the officers' page for templates, sessions, places and people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Literal
from uuid import UUID

from schemas.alerts import AlertFact, Area, Bulletin, Info, Kind, Later
from schemas.codes import Code
from schemas.posts import Content
from services.kit.languages import Language
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.domain.statements import Statement
from services.publisher.siren.ports import Visit, Wished
from services.publisher.siren.web.ports import Asked, Callee, Offer, Proposal, Room
from tests.siren.builders import RESPONSES, bulletin

LIMIT = 300
NAMES = {"astrid": "Astrid Berg", "bo": "Bo Lind"}
OFFERS = (
    Offer(
        "boil-water",
        "Koka dricksvattnet",
        "Kranvattnet kan göra människor sjuka.",
        (
            Asked("place", "Var?", "Skriv som det ska stå efter ”i”.", "Tunadal", most=40),
            Asked(
                "cause",
                "Varför?",
                kind="choice",
                choices=(("bacteria", "Bakterier i vattnet"), ("leak", "En ledning är trasig")),
            ),
        ),
        solo=True,
    ),
    Offer(
        "free",
        "Något annat: skriv själv",
        "När inget annat passar.",
        (
            Asked("headline", "Vad har hänt?", most=60),
            Asked("do", "Vad ska människor göra?", most=200),
        ),
    ),
)
_SAID: Mapping[Kind, str] = {
    "alert": "Koka dricksvattnet i {place}",
    "update": "Koka dricksvattnet i {place}",
    "correction": "Rättelse: vattnet i {place} är bra",
    "all_clear": "Faran över: vattnet i {place} är bra igen",
}


class Pen:
    """Writes plainly, in as many channels as there are."""

    def __init__(self, channels: Sequence[str]) -> None:
        self.channels = channels

    def draft(
        self, wished: Wished, reference: str, now: datetime
    ) -> tuple[Bulletin, Mapping[Later, Bulletin]]:
        place = wished.fields.get("place") or wished.fields.get("headline") or ""
        if not place.strip():
            raise Refusal(Code.FIELD_EMPTY, field="place")
        if not wished.areas:
            raise Refusal(Code.AREA_MISSING)
        kinds: tuple[Kind, ...] = ("alert", "correction", "all_clear")
        mark = "ÖVNING. " if wished.status == "exercise" else ""
        alert, correction, clear = (
            self._written(
                bulletin(kind, status=wished.status, reference=reference, at=now),
                mark + _SAID[kind].format(place=place),
                "Koka upp kranvattnet innan du dricker det.",
                "Vattnet kan innehålla bakterier." if kind == "alert" else "Vi beklagar.",
                wished.texts if kind == "alert" else {},
            )
            for kind in kinds
        )
        return alert, {"correction": correction, "all_clear": clear}

    def newer(
        self,
        fact: AlertFact,
        kind: Literal["update", "correction", "all_clear"],
        words: tuple[str, str, str],
        texts: Mapping[str, str],
        now: datetime,
    ) -> Bulletin:
        before = fact.prepared[kind] if kind != "update" else fact.issued[-1].bulletin
        plain = before.model_copy(
            update={"kind": kind, "written_at": now, "response": RESPONSES[kind]}
        )
        info = before.infos[0]
        said = words if any(words) else (info.headline, info.description, info.instruction)
        return self._written(plain, said[0], said[2], said[1], texts)

    def findings(self, bulletin: Bulletin, now: datetime) -> Sequence[Refusal]:
        return [
            Refusal(
                Code.TEXT_TOO_LONG,
                channel=channel,
                length=len(content.text),
                limit=LIMIT,
                excess=len(content.text) - LIMIT,
            )
            for channel, content in bulletin.contents.items()
            if len(content.text) > LIMIT
        ]

    def solo(self, template: str) -> bool:
        return template == "boil-water"

    def _written(
        self, plain: Bulletin, headline: str, do: str, why: str, texts: Mapping[str, str]
    ) -> Bulletin:
        text = f"{headline}\n\n{do} {why}\n\nNr {plain.reference}, {plain.written_at:%H.%M}."
        sv = Info(language="sv", event="Vatten", headline=headline, description=why, instruction=do)
        en = sv.model_copy(update={"language": "en", "headline": "Boil the drinking water"})
        said = {channel: texts.get(channel, text).strip() for channel in self.channels}
        return plain.model_copy(
            update={
                "infos": (sv, en),
                "areas": (Area(name="Borås kommun", codes=("1490",)),),
                "contents": {channel: Content(text=said[channel]) for channel in said},
            }
        )


@dataclass
class Guest:
    officer: str
    can_sign: bool = True
    signed: list[Statement] = field(default_factory=list)

    def sign(self, statement: Statement) -> tuple[str, str]:
        assert statement.officer == self.officer
        self.signed.append(statement)
        return f"{self.officer}-page", "proof"


class Keeper:
    """Lets in who knows the word of the day."""

    def __init__(self) -> None:
        self.guests: dict[str, Guest] = {}
        self.pause = 0

    async def enter(self, officer: str, password: str, code: str, address: str) -> str:
        if self.pause:
            raise Refusal(Code.SIGN_IN_PAUSED, seconds=self.pause)
        if (password, code) != ("lösen", "123456") or officer not in NAMES:
            raise Refusal(Code.SIGN_IN_REFUSED)
        secret = sha256(f"{officer}{len(self.guests)}".encode()).hexdigest()
        self.guests[secret] = Guest(officer)
        return secret

    async def enter_by_key(self, statement: Statement, key: str, proof: str) -> str:
        raise Refusal(Code.SIGN_IN_NEEDED)

    def visit(self, secret: str) -> Visit | None:
        return self.guests.get(secret)

    def leave(self, secret: str) -> None:
        self.guests.pop(secret, None)


class Shelf:
    def offers(self, language: str) -> Sequence[Offer]:
        return OFFERS

    def room(self, channel: str, content: Content) -> Room:
        return Room(len(content.text), LIMIT)


class Cards:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def get(self, digest: str) -> bytes:
        return self.kept[digest]


@dataclass(frozen=True)
class Town:
    code: str
    name: str
    county: str = "Västra Götalands län"


class Map:
    def __init__(self) -> None:
        towns = (Town("1490", "Borås kommun"), Town("1491", "Ulricehamns kommun"))
        self.towns = {town.code: town for town in towns}

    def places(self) -> Mapping[str, Town]:
        return self.towns

    def find(self, typed: str) -> Sequence[Town]:
        return [town for town in self.towns.values() if typed.lower() in town.name.lower()]


class Inbox:
    def __init__(self) -> None:
        self.waiting: list[Proposal] = []
        self.closed: list[tuple[UUID, str]] = []

    def open(self, speech: Language) -> Sequence[Proposal]:
        return self.waiting

    async def close(self, proposal: UUID, officer: str) -> None:
        self.closed.append((proposal, officer))


class Roster:
    def name_of(self, officer: str) -> str:
        return NAMES.get(officer, officer)

    def call_list(self) -> Sequence[Callee]:
        return [Callee(each, name, "070-123 45 67") for each, name in NAMES.items()]


@dataclass(frozen=True)
class Line:
    title: str
    ok: bool
    said: str
    remedy: str = ""
    since: datetime | None = None


@dataclass
class Board:
    channels: Sequence[Line] = ()
    officers: Sequence[Line] = ()
    last_exercise: datetime | None = None
    why: Sequence[str] = ()

    @property
    def red(self) -> bool:
        return bool(self.why)

    def shown(self, speech: Language) -> "Board":
        return self


def words(digest: str) -> Sequence[str]:
    return [f"ord{digest[at : at + 2]}" for at in range(0, 8, 2)]
