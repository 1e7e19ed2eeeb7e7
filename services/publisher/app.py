"""The publisher, put together: what it hears, its channels, and the newsroom it serves."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette

from services.kit.blobs import Blobs
from services.kit.boards import Follower
from services.kit.bus import Bus
from services.kit.health import Health
from services.publisher.channels.config import (
    make_channels,
    read_channels,
    refuse_unsafe,
)
from services.publisher.channels.newsroom.channel import NewsroomChannel
from services.publisher.channels.newsroom.room import Newsroom
from services.publisher.channels.showcase import ShowcaseDoor, showcases
from services.publisher.lanes import PATTERNS, ChannelLanes
from services.publisher.settings import Settings
from services.publisher.wiring import assemble, wire


def create_app(settings: Settings) -> Starlette:
    """Make the application; it begins to listen to the broker when it is served."""
    bus = Bus(settings, "publisher")
    entries = read_channels(settings.channels)
    channels = make_channels(
        entries,
        settings,
        settings.data,
        answer_within=settings.answer_within,
        language=settings.language,
        zone=settings.zone,
    )
    pictures = Blobs(bus.facts)
    newsrooms = [
        Newsroom(channel, pictures)
        for channel in channels.values()
        if isinstance(channel, NewsroomChannel)
    ]
    fetched = ShowcaseDoor(showcases(channels), pictures)
    lanes = ChannelLanes(bus.facts, {name: entry.pace for name, entry in entries.items()})
    followers = [Follower(bus, room.board, room.patterns) for room in newsrooms]
    followers.append(Follower(bus, lanes, PATTERNS))
    for channel in channels.values():
        refuse_unsafe(settings.timing, channel)
    noted_ends = {name: end for name, entry in entries.items() if (end := entry.token_gone_at)}
    publisher = assemble(bus, channels, settings.timing, lanes, noted_ends)
    wire(
        bus,
        publisher,
        settings.timing,
        probe=settings.probe_every,
        patrol=settings.patrol_every,
    )

    def problems() -> list[str]:
        return [problem for room in newsrooms for problem in room.problems()]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for channel in channels.values():
                stack.push_async_callback(channel.close)
            for room in newsrooms:
                await room.start()
                stack.push_async_callback(room.stop)
            await stack.enter_async_context(bus.running())
            for follower in followers:
                await follower.start()
                stack.push_async_callback(follower.stop)
            yield

    # The newsroom takes every address that nothing else has; the first one is served.
    pages = newsrooms[0].routes() if newsrooms else []
    routes = [*Health(bus, problems).routes(), *fetched.routes(), *pages]
    return Starlette(routes=routes, lifespan=lifespan)
