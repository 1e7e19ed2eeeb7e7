"""Puts one world, its dialects and its pages together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.types import ASGIApp

from simulator.bluesky import desk as bluesky
from simulator.bluesky import names as bluesky_names
from simulator.bluesky.routes import routes as bluesky_routes
from simulator.bluesky.sessions import Sessions
from simulator.control import Control
from simulator.door import Door
from simulator.faultline import FaultLine
from simulator.graph import desk as graph
from simulator.graph import threads
from simulator.graph.routes import routes as graph_routes
from simulator.graph.routes import threads_routes
from simulator.mastodon import desk as mastodon
from simulator.mastodon.routes import routes as mastodon_routes
from simulator.mastodon.shapes import BASE, Shapes
from simulator.plain import desk as plain
from simulator.plain.routes import routes as plain_routes
from simulator.settings import Settings
from simulator.visitors import Visitors
from simulator.wall import Wall, environment
from simulator.world import World


def build(settings: Settings) -> ASGIApp:
    """The whole simulator as one ASGI application."""
    world = World.open(settings)
    mastodon_door = mastodon.MastodonDoor(mastodon.Desk(world, Shapes(world)))
    bluesky_door = bluesky.BlueskyDoor(bluesky.Desk(world, Sessions(world)))
    graph_door = graph.GraphDoor(graph.Desk(world))
    threads_desk = graph.Desk(world, threads.Threads.dialect, threads.VERSION)
    threads_door = graph.GraphDoor(threads_desk)
    plain_door = plain.PlainDoor(plain.Desk(world))

    @asynccontextmanager
    async def life(_app: Starlette) -> AsyncIterator[None]:
        visitors = _visitors(world)
        try:
            yield
        finally:
            if visitors is not None:
                visitors.cancel()
                with suppress(asyncio.CancelledError):
                    await visitors
            await faultline.close()
            world.record.close()

    app = Starlette(
        routes=[
            # First, because routes are tried in order and a drill asks here thousands of times.
            plain_routes(plain_door),
            *Control(world).routes(),
            *mastodon_routes(mastodon_door),
            *bluesky_routes(bluesky_door),
            *graph_routes(graph_door),
            *threads_routes(threads_door),
            *Wall(world, environment()).routes(),
        ],
        lifespan=life,
    )
    doors: dict[str, Door] = {
        BASE: mastodon_door,
        bluesky_names.BASE: bluesky_door,
        graph.BASE: graph_door,
        threads.BASE: threads_door,
        plain.BASE: plain_door,
    }
    faultline = FaultLine(app, world.faults, doors)
    return faultline


def _visitors(world: World) -> asyncio.Task[None] | None:
    if world.settings.newsroom_feed is None:
        return None
    return asyncio.create_task(Visitors(world, str(world.settings.newsroom_feed)).run())
