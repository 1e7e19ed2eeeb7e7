"""One newsroom put together: its channel, the board that draws it, and the door to its pages."""

import asyncio

from starlette.routing import Route

from services.kit.ending import end
from services.publisher.channels.newsroom.alerts import PATTERN
from services.publisher.channels.newsroom.board import SIREN, STREAM, NewsroomBoard
from services.publisher.channels.newsroom.channel import NewsroomChannel
from services.publisher.channels.newsroom.routes import Door
from services.publisher.channels.newsroom.views import Views
from services.publisher.ports import Media


class Newsroom:
    """Everything that one newsroom needs beside the delivery of posts."""

    def __init__(self, channel: NewsroomChannel, media: Media) -> None:
        self._name = channel.name
        self.board = NewsroomBoard(channel, media)
        self.patterns = {STREAM: f"publisher.delivery.{channel.name}.*", SIREN: PATTERN}
        """What the board follows."""
        self._views = Views(channel.data / "views.sqlite")
        self._door = Door(channel, self._views)
        self._tasks: list[asyncio.Task[None]] = []

    def routes(self) -> list[Route]:
        """Give the routes to put last into the application."""
        return self._door.routes()

    def problems(self) -> list[str]:
        """Say what keeps the newsroom from showing what is published."""
        if any(task.done() for task in self._tasks):
            return [*self.board.problems(), f"the newsroom {self._name} has stopped; see the log"]
        return self.board.problems()

    async def start(self) -> None:
        """Begin to draw and to keep the counts; gives control back at once."""
        self._tasks = [
            asyncio.create_task(self.board.run()),
            asyncio.create_task(self._views.run()),
        ]

    async def stop(self) -> None:
        """Stop, and keep the counts."""
        await end(*self._tasks)
        self._views.close()
        self.board.close()
