"""A siren with real memory and the engine that ships; its channels are squares of the tests."""

import hashlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from schemas.alerts import AlertFact, Bulletin, Issued, Signature
from schemas.codes import Code
from schemas.deliveries import DeliveryFact
from schemas.envelope import now
from schemas.posts import Content
from services.kit.messages import Told
from services.publisher.domain.rules import Timing
from services.publisher.ports import Channel
from services.publisher.siren.desk import Customs, Desk
from services.publisher.siren.domain.orders import delivery_of
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.domain.statements import Statement
from services.publisher.siren.memory import Cards
from services.publisher.siren.spool import Spool
from services.publisher.siren.wiring import Parts, assemble
from tests.siren.builders import bulletin, prepared, word

QUICK = Timing(
    answer_within=timedelta(seconds=0.6), lease=timedelta(seconds=1), settle=timedelta(seconds=1.2)
)


class OpenSeals:
    """Believes everybody: who signed is proved in tests of its own."""

    def check(self, statement: Statement, key: str, proof: str, now: datetime) -> Signature:
        said = statement
        return Signature(
            officer=said.officer,
            key=key,
            act=said.act,
            at=said.at,
            digest=said.digest,
            nonce=said.nonce,
            proof=proof,
        )

    def opened(self, sealed: str, used: Collection[str]) -> str:
        digest = hashlib.sha256(sealed.encode()).hexdigest()
        if sealed != "BRYT-GLAS" or digest in used:
            raise Refusal(Code.SOLO_NOT_ALLOWED)
        return digest


class Calls:
    """Remembers who was called."""

    def __init__(self) -> None:
        self.called: list[tuple[str, str]] = []

    def call(self, fact: AlertFact, why: str, but: str) -> None:
        self.called += [(name, why) for name in ("astrid", "bo") if name != but]


class Lenient:
    """Finds nothing wrong, unless it is told to."""

    def __init__(self) -> None:
        self.wrong: list[Refusal] = []

    def findings(self, bulletin: Bulletin, now: datetime) -> Sequence[Refusal]:
        return self.wrong

    def solo(self, template: str) -> bool:
        return template == "boil-water"


class Paper:
    """Counts how often the public face was drawn."""

    def __init__(self) -> None:
        self.drawn = 0

    def draw(self) -> None:
        self.drawn += 1


def mark(content: Content, newest: Issued, channel: str) -> Content:
    return content.model_copy(update={"text": f"[{newest.bulletin.kind}] {content.text}"})


@dataclass
class Siren:
    """One process of a siren, for as long as a test lets it live."""

    desk: Desk
    parts: Parts
    spool: Spool
    calls: Calls = field(default_factory=Calls)
    editor: Lenient = field(default_factory=Lenient)

    async def out(self, channels: Sequence[str], **more: str) -> Told[AlertFact]:
        """Issue an alert and confirm it."""
        alert = uuid4()
        draft, later = bulletin(channels=channels, **more), prepared(channels, **more)  # type: ignore[arg-type]
        await self.desk.issue(word("astrid", "issue", alert, draft, later), draft, later)
        return await self.desk.confirm(word("bo", "confirm", alert, draft, later))

    async def correct(self, told: Told[AlertFact]) -> Told[AlertFact]:
        """Say that it was wrong, with what was prepared."""
        wrong = told.fact.prepared["correction"]
        return await self.desk.follow(
            word("astrid", "correct", told.fact.alert, wrong, {}), wrong, {}
        )

    def entry(self, alert: UUID, number: int, channel: str) -> DeliveryFact:
        told = self.parts.ledger.known(channel, delivery_of(alert, number))
        assert told is not None
        return told.fact

    def state(self, alert: UUID, number: int, channel: str) -> str:
        return self.entry(alert, number, channel).type.split(".")[1]


@asynccontextmanager
async def siren(
    folder: Path,
    channels: Mapping[str, Channel],
    customs: Customs = Customs(),  # noqa: B008
) -> AsyncIterator[Siren]:
    spool = Spool(folder)
    spool.open()
    parts = assemble(spool, channels, QUICK, mark, Cards(folder / "cards"))
    calls, editor = Calls(), Lenient()
    desk = Desk(
        memory=spool,
        runner=parts.lane,
        seals=OpenSeals(),
        pager=calls,
        editor=editor,
        face=Paper(),
        customs=customs,
        now=now,
    )
    parts.lane.begin(now())
    try:
        yield Siren(desk, parts, spool, calls, editor)
    finally:
        await parts.lane.stop()
        await spool.close()
