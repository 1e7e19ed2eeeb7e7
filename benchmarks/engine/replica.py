"""One replica of the publisher as it ships, on four plain channels that remember our keys."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette

from drill.platform import KeyedChannel
from services.kit.boards import Follower
from services.kit.bus import Bus
from services.kit.health import Health
from services.kit.serving import run
from services.publisher.domain.rules import Pace
from services.publisher.lanes import PATTERNS, ChannelLanes
from services.publisher.ports import Channel
from services.publisher.settings import Settings
from services.publisher.wiring import assemble, wire

CHANNELS = ("one", "two", "three", "four")


class ReplicaSettings(Settings):
    """What the shipped publisher is told, and where the platform is."""

    channels: Path = Path("the benchmark has its own")
    platform: str


def put_together(settings: ReplicaSettings) -> tuple[Bus, Mapping[str, Channel], Follower]:
    """Put a replica together as `services.publisher.app` does, around other channels."""
    bus = Bus(settings, "publisher")
    channels = {
        name: KeyedChannel(name, name.capitalize(), settings.platform, settings.answer_within)
        for name in CHANNELS
    }
    lanes = ChannelLanes(bus.facts, dict.fromkeys(channels, Pace()))
    wire(
        bus,
        assemble(bus, channels, settings.timing, lanes),
        settings.timing,
        probe=settings.probe_every,
        patrol=settings.patrol_every,
    )
    return bus, channels, Follower(bus, lanes, PATTERNS)


def create_app(settings: ReplicaSettings) -> Starlette:
    """Make the application that the replica's process serves."""
    bus, channels, follower = put_together(settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for channel in channels.values():
                stack.push_async_callback(channel.close)
            await stack.enter_async_context(bus.running())
            await follower.start()
            stack.push_async_callback(follower.stop)
            yield

    return Starlette(routes=Health(bus).routes(), lifespan=lifespan)


if __name__ == "__main__":
    run(ReplicaSettings, create_app)
