"""Every way in for other people's alerts, put together, started and ended with the siren."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from starlette.routing import Route

from services.kit.ending import end
from services.kit.settings import ServiceSettings
from services.publisher.siren.incoming.door import CapDoor
from services.publisher.siren.incoming.folder import CapFolder
from services.publisher.siren.incoming.intake import Intake
from services.publisher.siren.incoming.model import Reader
from services.publisher.siren.incoming.watcher import VmaWatcher


class Doors:
    """What is not asked for is not opened; what stops working says so and stops nothing else."""

    def __init__(
        self,
        intake: Intake,
        read: Reader,
        settings: ServiceSettings,
        now: Callable[[], datetime],
        *,
        folder: Path | None = None,
        folder_every: timedelta = timedelta(seconds=2),
        vma_url: str | None = None,
        vma_every: timedelta = timedelta(seconds=60),
    ) -> None:
        self._door = CapDoor(intake, read, settings)
        self._folder = CapFolder(folder, intake, read, folder_every) if folder else None
        self._vma = VmaWatcher(intake, now, vma_url, vma_every) if vma_url else None
        self._tasks: list[asyncio.Task[None]] = []

    def routes(self) -> list[Route]:
        """Give the routes to put into the siren's private application."""
        return self._door.routes()

    def problems(self) -> list[str]:
        """Say what keeps other people's alerts from reaching us."""
        found = self._door.problems()
        for door in (self._folder, self._vma):
            found += door.problems() if door else []
        return found + [f"{each.get_name()} has stopped" for each in self._tasks if each.done()]

    async def start(self) -> None:
        """Begin to watch; gives control back at once."""
        if self._folder:
            self._watch("the watch of the CAP folder", self._folder)
        if self._vma:
            self._watch("the watch for VMA", self._vma)

    async def stop(self) -> None:
        """Stop watching."""
        await end(*self._tasks)
        if self._vma:
            await self._vma.close()

    def _watch(self, name: str, door: CapFolder | VmaWatcher) -> None:
        self._tasks.append(asyncio.create_task(door.run(), name=name))
