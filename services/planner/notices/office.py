"""Puts together what watches for trouble and tells people of it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import uuid4

import structlog
from prometheus_client import CollectorRegistry, Gauge

from schemas.envelope import now
from schemas.notices import NoticeFact
from services.kit.boards import Follower
from services.kit.bus import Bus
from services.kit.letterbox import Addresses
from services.kit.messages import Due
from services.planner.board import Alerts, Board, Reader
from services.planner.live import Live
from services.planner.notices.contacts import read_contacts
from services.planner.notices.courier import Courier
from services.planner.notices.finding import Found
from services.planner.notices.handlers import Notices
from services.planner.notices.letters import Desk
from services.planner.notices.noticeboard import Noticeboard
from services.planner.notices.watch import Watch
from services.planner.people import People
from services.planner.ports import Memory
from services.planner.settings import Settings

log = structlog.get_logger()

_AGAIN = timedelta(seconds=1)
"""Pause before a watch or courier that was cut off begins anew."""


class Office:
    """One for each replica: follows notices, watches the board and carries messages."""

    def __init__(
        self,
        bus: Bus,
        settings: Settings,
        memory: Memory,
        people: People,
        board: Board,
        reader: Reader,
        alerts: Alerts,
        live: Live,
        follower: Follower,
    ) -> None:
        contacts = read_contacts(settings.notices_file, people, settings.zone)
        noticeboard = Noticeboard()
        own = Follower(bus, noticeboard, {"PLANNER": NoticeFact.address.format(problem="*")})
        self.notices = Notices(
            memory, bus.timers, contacts, noticeboard, now, f"planner/{uuid4().hex[:12]}"
        )
        self.follower = own
        self._addresses = Addresses()
        desk = _desk(settings, reader)
        self._courier = Courier(
            self.notices,
            contacts,
            self._addresses,
            desk,
            bus.registry,
            lambda: own.caught_up,
        )
        watch = Watch(
            self.notices,
            Found(board, reader, alerts.hold),
            live,
            lambda: follower.caught_up and own.caught_up,
        )
        bus.every(_AGAIN, watch.run)
        bus.every(_AGAIN, self._courier.run)
        _count(noticeboard, bus.registry)
        if unknown := contacts.unknown():
            log.warning("notices.unknown_people", people=unknown, file=str(settings.notices_file))

    def woken_before(
        self, others: Callable[[Due], Awaitable[None]]
    ) -> Callable[[Due], Awaitable[None]]:
        """Take the planner's timers that are of notices, and leave the others to others."""

        async def wake(due: Due) -> None:
            await (self._courier.wake(due) if due.tokens[0] == "notice" else others(due))

        return wake

    async def start(self) -> None:
        """Begin to follow; watching begins when the bus has started."""
        await self.follower.start()

    async def stop(self) -> None:
        """Begin nothing more."""
        await self.follower.stop()
        self._addresses.close()


def _desk(settings: Settings, reader: Reader) -> Desk:
    def title_of(notice: NoticeFact) -> str:
        shown = reader.post(notice.post) if notice.post else None
        return shown.post.document.title if shown else ""

    def channel_of(notice: NoticeFact) -> str:
        known = reader.channels().get(notice.channel or "")
        return known.title if known else notice.channel or ""

    return Desk(settings.organisation, settings.public_url, title_of, channel_of)


def _count(noticeboard: Noticeboard, registry: CollectorRegistry) -> None:
    def gauge(name: str, meaning: str, count: Callable[[], int]) -> None:
        Gauge(f"budkavle_notices_{name}", meaning, registry=registry).set_function(count)

    gauge("open", "Problems that need a person", lambda: len(noticeboard.open()))
    gauge("unread", "Problems that nobody has read", lambda: len(noticeboard.unread()))
