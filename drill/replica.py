"""One replica of the publisher as it ships, on the drill's channels: `python -m drill.replica`."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

from starlette.applications import Starlette

from drill.deaths import mortal
from drill.defects import DEFECTS, HONEST
from drill.fleets import FLEETS
from drill.pauses import pausing
from drill.shapes import Pauses
from services.kit.blobs import Blobs
from services.kit.boards import Follower
from services.kit.health import Health
from services.kit.serving import run
from services.kit.unfit import Unfit
from services.publisher.channels.meta.containers import ContainerChannel
from services.publisher.channels.showcase import ShowcaseDoor
from services.publisher.domain.rules import Pace
from services.publisher.handlers import Publisher
from services.publisher.lanes import PATTERNS, ChannelLanes
from services.publisher.settings import Settings
from services.publisher.wiring import assemble, wire

_SHORTER = 0.1


class ReplicaSettings(Settings):
    """What the shipped publisher is told, and what this drill wants."""

    channels: Path = Path("the drill has its own")
    platform: str
    fleet: str
    lag: timedelta
    longest_work: timedelta
    pauses: Pauses
    deaths: int
    luck: str
    """The seed of this replica's pauses."""
    defect: str = ""


def create_app(settings: ReplicaSettings) -> Starlette:
    """Put a replica together as `services.publisher.app` does, around other channels."""
    planted = DEFECTS.get(settings.defect, HONEST)
    bus = planted.bus(settings, "publisher")
    bus.longest_work = settings.longest_work
    fleet = FLEETS[settings.fleet]
    made = fleet.make(
        settings.platform,
        settings.answer_within,
        settings.lag,
        # A platform fetches pictures while the same replica waits for its answer.
        f"http://127.0.0.1:{settings.port}",
    )
    showcases = {
        name: channel.showcase
        for name, channel in made.items()
        if isinstance(channel, ContainerChannel)
    }
    fetched = ShowcaseDoor(showcases, Blobs(bus.facts))
    channels = {name: planted.spoil(channel) for name, channel in made.items()}
    for name, channel in channels.items():
        for fault in settings.timing.faults(channel.repeat_safety.lag):
            raise Unfit(f"the channel {name}: {fault}")
    lanes = ChannelLanes(bus.facts, dict.fromkeys(channels, Pace()))
    follower = Follower(bus, lanes, PATTERNS)
    honest = assemble(bus, channels, settings.timing, lanes)
    rules = {
        name: replace(each, repeats=fleet.repeats(name)) for name, each in honest.rules.items()
    }
    luck = Random(settings.luck)
    publisher = planted.plant(_hurried(replace(honest, rules=rules), luck))
    publisher = pausing(publisher, settings.pauses, luck)
    publisher = mortal(publisher, settings.data / "died", settings.deaths, luck)
    wire(
        bus,
        publisher,
        settings.timing,
        probe=settings.probe_every,
        patrol=settings.patrol_every,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for channel in channels.values():
                stack.push_async_callback(channel.close)
            await stack.enter_async_context(bus.running())
            await follower.start()
            stack.push_async_callback(follower.stop)
            yield

    return Starlette(routes=[*Health(bus).routes(), *fetched.routes()], lifespan=lifespan)


def _hurried(publisher: Publisher, luck: Random) -> Publisher:
    """Shorten the waits between tries as everything else is shortened: they are drawn by chance."""

    def chance() -> float:
        return luck.random() * _SHORTER

    return replace(publisher, chance=chance, courier=replace(publisher.courier, chance=chance))


if __name__ == "__main__":
    run(ReplicaSettings, create_app)
