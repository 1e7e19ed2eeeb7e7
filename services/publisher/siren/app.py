"""The siren, put together: its memory, its lane, its doors, and the face that strangers see."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.routing import Route

from schemas.alerts import OfficerPaged, OfficerSignedIn
from schemas.envelope import now
from services.kit.chores import repeat
from services.kit.connection import Connection
from services.kit.ending import end
from services.kit.facts import Facts
from services.publisher.channels.config import refuse_unsafe
from services.publisher.siren.accounts import Accounts, make_accounts
from services.publisher.siren.api.problems import refused
from services.publisher.siren.api.routes import Api
from services.publisher.siren.calling import Calling
from services.publisher.siren.cap.reading import incoming
from services.publisher.siren.cap.writing import Sender
from services.publisher.siren.desk import Customs, Desk
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.editor import AlertWriter
from services.publisher.siren.face.folder import PublicFolder
from services.publisher.siren.face.keeper import Face
from services.publisher.siren.face.settings import FaceSettings
from services.publisher.siren.face.site import Site
from services.publisher.siren.health import SirenHealth
from services.publisher.siren.incoming.doors import Doors
from services.publisher.siren.incoming.intake import Intake
from services.publisher.siren.incoming.keeping import ProposalMemory
from services.publisher.siren.incoming.proposals import Heed
from services.publisher.siren.incoming.region import Region
from services.publisher.siren.lane import Lane
from services.publisher.siren.memory import Cards
from services.publisher.siren.office import Office
from services.publisher.siren.officers.letters import Desk as Letters
from services.publisher.siren.officers.paging import Pager
from services.publisher.siren.officers.readiness import Readiness, readiness
from services.publisher.siren.officers.roll import Roll
from services.publisher.siren.officers.sessions import Sessions
from services.publisher.siren.officers.words import words
from services.publisher.siren.officers_page import officers_page
from services.publisher.siren.public import PublicFace, page_of, put_out
from services.publisher.siren.ready import ReadyBoard
from services.publisher.siren.reception import Reception
from services.publisher.siren.seals import RollSeals
from services.publisher.siren.settings import Settings
from services.publisher.siren.spool import Spool
from services.publisher.siren.teller import Teller
from services.publisher.siren.wiring import assemble

log = structlog.get_logger()

_RECOVER_WITHIN = 3.0
"""Seconds that an empty siren waits for a broker that may know what it has forgotten."""

_AFTER_A_FAULT = timedelta(seconds=5)
"""Until a chore that never ends is begun again, should it end after all."""

_TRIALS = timedelta(hours=1)
"""Between looks whether an officer has to be called on trial."""


def create_app(settings: Settings) -> Starlette:
    """Make the application; it sends as soon as it is served, whoever else is there."""
    registry = CollectorRegistry()
    roll = Roll(settings.secret_file("officers.toml"))
    accounts = make_accounts(settings)
    for channel in accounts.all.values():
        refuse_unsafe(settings.timing, channel)
    spool = Spool(settings.data / "spool")
    cards = Cards(settings.data / "cards")
    folder = PublicFolder(settings.data / "public")
    board = ReadyBoard(
        spool,
        accounts.all,
        partial(_officers_ready, roll, spool),
        settings.answer_within,
        now,
        registry,
    )
    writer = AlertWriter(
        organisation=settings.organisation,
        contact=settings.contact,
        page_of=partial(page_of, settings.public_url),
        channels=accounts.of,
        limits=board.limits,
        cards=cards,
        put_out=partial(put_out, folder, accounts.showcases),
    )
    parts = assemble(spool, accounts.all, settings.timing, writer.mark, cards)
    sender = Sender(settings.sender, settings.cap_prefix, settings.organisation, settings.zone)
    face = Face(FaceSettings(folder=folder.path, host=settings.host, port=settings.public_port))
    public = PublicFace(spool, Site(sender, settings.public_url), folder, face)
    calling = Calling(roll, Letters(settings.organisation, settings.door_url), Pager(now), spool)
    desk = Desk(
        memory=spool,
        runner=parts.lane,
        seals=RollSeals(roll),
        pager=calling,
        editor=writer,
        face=public,
        customs=Customs(settings.countdown, settings.solo, settings.solo_countdown),
        now=now,
    )
    office = Office(
        desk, writer, parts.ledger, accounts.all, settings.unconfirmed_after.total_seconds(), now
    )
    reception = Reception(Sessions(roll, now), roll, spool, now)
    connection = Connection(
        settings.nats_url,
        "siren",
        settings.secret("nkey"),
        settings.secret_file("tellers.toml"),
        settings.secret("signing.key"),
    )
    teller = Teller(spool, Facts(connection, registry), registry)
    api = Api(office, reception, lambda digest: tuple(words(digest).split()))
    intake = Intake(ProposalMemory(spool), Heed(Region.of(settings.areas), settings.vma_test), now)
    doors = Doors(
        intake,
        incoming,
        settings,
        now,
        folder=settings.cap_folder,
        vma_url=settings.vma_url,
        vma_every=settings.vma_every,
    )
    health = SirenHealth(registry, connection, teller, board, accounts, doors)
    house = House(spool, accounts, parts.lane, connection, teller, public, face, calling, doors)
    house.chores = [
        partial(repeat, _AFTER_A_FAULT, teller.run),
        partial(repeat, _AFTER_A_FAULT, public.run),
        partial(repeat, settings.probe_every, board.probe),
        partial(repeat, _TRIALS, partial(_try_officers, board, calling)),
    ]
    page = officers_page(
        settings,
        office,
        reception,
        roll,
        board,
        cards,
        board.limits,
        exercises=bool(accounts.practice),
    )
    routes: list[Route] = [*health.routes(), *api.routes(), *doors.routes(), *page]
    return Starlette(routes=routes, lifespan=house.open, exception_handlers={Refusal: refused})


@dataclass(slots=True)
class House:
    """What is opened when the siren is served, and closed in the end, the other way round."""

    spool: Spool
    accounts: Accounts
    lane: Lane
    connection: Connection
    teller: Teller
    public: PublicFace
    face: Face
    calling: Calling
    doors: Doors
    chores: "list[Callable[[], Coroutine[None, None, None]]]" = field(default_factory=list)

    @asynccontextmanager
    async def open(self, _: Starlette) -> AsyncIterator[None]:
        """Remember first, then send; nothing waits for the broker but an empty memory."""
        async with AsyncExitStack() as stack:
            self.spool.open()
            stack.push_async_callback(self.spool.close)
            for channel in self.accounts.all.values():
                stack.push_async_callback(channel.close)
            connecting = asyncio.create_task(self.connection.connect())
            stack.push_async_callback(self.connection.stop)
            stack.push_async_callback(end, connecting)
            recovered = await self.teller.recover(_RECOVER_WITHIN)
            log.info("siren.begins", facts=self.spool.last, recovered=recovered)
            self.face.start()
            stack.push_async_callback(self.face.stop)
            stack.push_async_callback(self.calling.stop)
            self.lane.begin(now())
            stack.push_async_callback(self.lane.stop)
            await self.doors.start()
            stack.push_async_callback(self.doors.stop)
            chores = (asyncio.create_task(each()) for each in self.chores)
            stack.push_async_callback(end, *chores)
            yield


async def _try_officers(board: ReadyBoard, calling: Calling) -> None:
    if untried := board.untried():
        await calling.try_out(untried)


def _officers_ready(roll: Roll, spool: Spool) -> Readiness:
    officers = roll.officers()
    entered = {}
    called = {}
    for officer in officers:
        if told := spool.newest(OfficerSignedIn.address.format(officer=officer.id)):
            entered[officer.id] = told.fact
        if told := spool.newest(OfficerPaged.address.format(officer=officer.id)):
            called[officer.id] = told.fact
    return readiness(officers, entered, called, now())
