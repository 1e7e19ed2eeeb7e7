"""The metrics service, put together: what it hears, and with what it answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from schemas import flow
from schemas.deliveries import DeliveryCorrected, DeliveryPublished
from schemas.envelope import now
from services.kit.bus import Bus
from services.kit.health import Health
from services.kit.releases import Releases
from services.metrics.domain import Plan
from services.metrics.handlers import Metrics
from services.metrics.memory import StreamMemory
from services.metrics.settings import Settings
from services.metrics.sources import Places, linkedin, sources, witnesses
from services.metrics.sources.comments import comment_sources
from services.metrics.sources.graph import Api
from services.metrics.tally import PrometheusTally
from services.metrics.watching import Watcher
from services.metrics.web import AT_ONCE, AccountOwner, Stranger


def create_app(settings: Settings) -> Starlette:
    """Make the application; it begins to listen to the broker when it is served."""
    bus = Bus(settings, "metrics")
    reader = Stranger(settings.answer_within, settings.read_bases)
    owner = AccountOwner(settings.answer_within, settings.secret)
    places = Places(
        Api("graph", settings.graph_url),
        Api("threads", settings.threads_url),
        linkedin.Api(settings.linkedin_url, settings.linkedin_version),
        settings.x_url,
    )
    memory, tally = StreamMemory(bus.facts), PrometheusTally(bus.registry)
    metrics = Metrics(
        memory=memory,
        alarm=bus.timers,
        reader=reader,
        witnesses=witnesses(reader, owner, places),
        sources=sources(reader, owner, places),
        watcher=Watcher(memory, comment_sources(reader, owner, places), tally, now),
        plan=Plan(
            settings.witness_after,
            settings.look_again,
            settings.ages,
            settings.read_again,
            settings.watch_least,
            settings.watch_most,
            settings.watch_for,
        ),
        tally=tally,
        now=now,
    )
    bus.hear(
        flow.heard("metrics", flow.hop_of(DeliveryPublished)),
        metrics.plan_appointments,
        DeliveryPublished,
        DeliveryCorrected,
    )
    # Wide, so that a platform that hangs leaves room for the others.
    bus.hear_dues(flow.dues("metrics"), metrics.keep_appointment, width=AT_ONCE)
    Releases(bus)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with reader, owner, bus.running():
            yield

    return Starlette(routes=Health(bus).routes(), lifespan=lifespan)
