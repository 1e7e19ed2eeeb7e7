"""What the planner is made of, what it hears, and its doors."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from fastapi import FastAPI
from starlette.types import Lifespan

from schemas.channels import ChannelProbed
from schemas.codes import Code
from schemas.envelope import now
from schemas.flow import dues, followed, heard, hop_of
from schemas.posts import PostSubmitted
from services.kit.blobs import Blobs
from services.kit.boards import Follower
from services.kit.bus import Bus
from services.kit.health import Health
from services.kit.releases import Releases
from services.planner import web
from services.planner.api import (
    alerts,
    board,
    comments,
    doors,
    notices,
    pictures,
    pinning,
    posts,
    problems,
    publishing,
    videos,
)
from services.planner.board import Alerts, Board, Inbox, Reader
from services.planner.board.file import opened
from services.planner.ceiling import Ceiling
from services.planner.desk import Desk
from services.planner.domain.comments import Known
from services.planner.domain.refusals import refused
from services.planner.handlers import Planner
from services.planner.live import Live
from services.planner.memory import StreamMemory
from services.planner.moderating import Moderating
from services.planner.notices.office import Office
from services.planner.people import People
from services.planner.pictures import StoredPictures
from services.planner.publishing import Publishing
from services.planner.sessions import Sessions
from services.planner.settings import Settings
from services.planner.videos import StoredVideos
from services.planner.words import Words

ROUTERS = (
    posts.router,
    comments.router,
    pinning.router,
    pictures.router,
    videos.router,
    board.router,
    publishing.router,
    alerts.router,
    notices.router,
    doors.router,
    web.router,
)
"""Every door."""


class KnownChannels:
    """The channels on the board, once it shows everything."""

    def __init__(self, reader: Reader, follower: Follower) -> None:
        self._reader = reader
        self._follower = follower

    def known(self) -> Mapping[str, ChannelProbed]:
        """List them by name."""
        if not self._follower.caught_up:
            raise refused(Code.CATCHING_UP)
        return self._reader.channels()

    def approved(
        self, channel: str, between: tuple[datetime, datetime], apart: UUID
    ) -> Sequence[datetime]:
        """List the times of what is approved for one, out or not, but for one post."""
        return self._reader.approved(channel, between, apart)


class KnownComments:
    """The comments on the board, once it shows everything."""

    def __init__(self, inbox: Inbox, follower: Follower) -> None:
        self._inbox = inbox
        self._follower = follower

    def known(self, comments: Collection[UUID]) -> Mapping[UUID, Sequence[Known]]:
        """Give what was told of some of them."""
        if not self._follower.caught_up:
            raise refused(Code.CATCHING_UP)
        return self._inbox.known(comments)


def create_app(settings: Settings) -> FastAPI:
    """Put the planner together; nothing is connected before the application starts."""
    bus = Bus(settings, "planner")
    file = opened(settings.data / "board.sqlite")
    live, reader = Live(), Reader(file)
    drawn = Board(file, live.tell)
    follower = Follower(bus, drawn, followed("planner"))
    people = People(settings.people_file)
    memory = StreamMemory(bus.facts)
    blobs = Blobs(bus.facts)
    stored, films = StoredPictures(blobs), StoredVideos(blobs)
    known = KnownChannels(reader, follower)
    inbox = Inbox(file, reader)
    planner = Planner(
        memory,
        known,
        KnownComments(inbox, follower),
        stored,
        films,
        bus.timers,
        now,
        settings.zone,
        settings.freshness,
    )
    bus.hear(heard("planner", hop_of(PostSubmitted)), planner.watch_the_time, PostSubmitted)
    office = Office(bus, settings, memory, people, drawn, reader, Alerts(file), live, follower)
    bus.hear_dues(dues("planner"), office.woken_before(planner.miss_unapproved))
    Releases(bus)

    def behind() -> list[str]:
        return [] if follower.caught_up else ["the board is being read from the streams"]

    @asynccontextmanager
    async def working(_: FastAPI) -> AsyncIterator[None]:
        async with bus.running():
            await follower.start()
            await office.start()
            try:
                yield
            finally:
                await office.stop()
                await follower.stop()
        file.close()

    desk = Desk(
        settings=settings,
        planner=planner,
        publishing=Publishing(memory, known, now),
        moderating=Moderating(memory, known, now),
        pictures=stored,
        videos=films,
        notices=office.notices,
        people=people,
        sessions=Sessions(memory, settings.secret("session.key"), now),
        board=reader,
        inbox=inbox,
        alerts=Alerts(file),
        words=Words(memory),
        following=follower,
        live=live,
        connected=lambda: bus.connection.connected,
        now=now,
    )
    app = with_doors(desk, working)
    app.router.routes.extend(Health(bus, behind).routes())
    return app


def with_doors(desk: Desk, working: Lifespan[FastAPI] | None = None) -> FastAPI:
    """Give the planner its doors; what is behind them may be fakes."""
    app = FastAPI(
        title="Budkavle planner", version="1", docs_url=None, redoc_url=None, lifespan=working
    )
    app.state.desk = desk
    for router in ROUTERS:
        app.include_router(router)
    problems.install(app)
    web.install(app)
    app.add_middleware(Ceiling)
    return app
