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
from simulator.graph.quota import Quota
from simulator.graph.routes import routes as graph_routes
from simulator.graph.routes import threads_routes
from simulator.linkedin import desk as linkedin
from simulator.linkedin.routes import routes as linkedin_routes
from simulator.mastodon import desk as mastodon
from simulator.mastodon.routes import routes as mastodon_routes
from simulator.mastodon.shapes import BASE, Shapes
from simulator.matrix import desk as matrix
from simulator.matrix import names as matrix_names
from simulator.matrix.routes import routes as matrix_routes
from simulator.plain import desk as plain
from simulator.plain.routes import routes as plain_routes
from simulator.readers import Readers
from simulator.settings import Settings
from simulator.telegram import desk as telegram
from simulator.telegram.routes import routes as telegram_routes
from simulator.visitors import Visitors
from simulator.vma import desk as vma
from simulator.wall import Wall, environment
from simulator.wordpress import names as wordpress_names
from simulator.wordpress.desk import Desk as WordPressDesk
from simulator.wordpress.desk import WordPressDoor
from simulator.wordpress.routes import routes as wordpress_routes
from simulator.world import World
from simulator.x import desk as x
from simulator.x.routes import routes as x_routes


def build(settings: Settings) -> ASGIApp:
    """The whole simulator as one ASGI application."""
    world = World.open(settings)
    mastodon_door = mastodon.MastodonDoor(mastodon.Desk(world, Shapes(world)))
    bluesky_door = bluesky.BlueskyDoor(bluesky.Desk(world, Sessions(world)))
    graph_door = graph.GraphDoor(graph.Desk(world, Quota(settings.graph_calls)))
    linkedin_door = linkedin.LinkedinDoor(linkedin.Desk(world))
    telegram_door = telegram.TelegramDoor(telegram.Desk(world))
    x_door = x.XDoor(x.Desk(world))
    wordpress_door = WordPressDoor(WordPressDesk(world))
    matrix_door = matrix.MatrixDoor(matrix.Desk(world))
    threads_desk = graph.Desk(
        world, Quota(settings.graph_calls), threads.Threads.dialect, threads.VERSION
    )
    threads_door = graph.GraphDoor(threads_desk)
    plain_door = plain.PlainDoor(plain.Desk(world))
    vma_door = vma.VmaDoor(vma.Desk(world))

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
            *Readers(world).routes(),
            *mastodon_routes(mastodon_door),
            *bluesky_routes(bluesky_door),
            *graph_routes(graph_door),
            *linkedin_routes(linkedin_door),
            *telegram_routes(telegram_door),
            *x_routes(x_door),
            *wordpress_routes(wordpress_door),
            *matrix_routes(matrix_door),
            *threads_routes(threads_door),
            *vma.routes(vma_door),
            *Wall(world, environment()).routes(),
        ],
        lifespan=life,
    )
    doors: dict[str, Door] = {
        BASE: mastodon_door,
        bluesky_names.BASE: bluesky_door,
        graph.BASE: graph_door,
        linkedin.BASE: linkedin_door,
        telegram.BASE: telegram_door,
        x.BASE: x_door,
        wordpress_names.BASE: wordpress_door,
        matrix_names.BASE: matrix_door,
        threads.BASE: threads_door,
        plain.BASE: plain_door,
        vma.BASE: vma_door,
    }
    faultline = FaultLine(app, world.faults, doors)
    return faultline


def _visitors(world: World) -> asyncio.Task[None] | None:
    if world.settings.newsroom_feed is None:
        return None
    return asyncio.create_task(Visitors(world, str(world.settings.newsroom_feed)).run())
