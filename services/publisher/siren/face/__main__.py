"""Runs the public face for as long as its parent holds the other end of the standard input."""

import asyncio
import os
import sys
import threading
from contextlib import suppress

from services.kit.unfit import CANNOT_START
from services.publisher.siren.face.server import Door
from services.publisher.siren.face.settings import FaceSettings
from services.publisher.siren.face.shelf import Shelf
from services.publisher.siren.face.wire import Reader, Readers

if sys.platform != "win32":
    import resource

_NICER = 10
"""How far readers stand back when the lane itself wants the processor."""

_LOOK_EVERY = 2.0
"""Seconds; the parent says when there is something new, so this is for when it could not."""

_READERS = 10_000
_WAITING = 1024
_FAREWELL = 0.5


async def serve(settings: FaceSettings) -> None:
    """Serve until the parent is gone."""
    shelf = Shelf(settings.folder)
    shelf.look()
    changed, orphaned = asyncio.Event(), asyncio.Event()
    _listen_to_parent(changed, orphaned)
    readers = Readers(Door(shelf))
    server = await asyncio.get_running_loop().create_server(
        lambda: Reader(readers), settings.host, settings.port, backlog=_WAITING
    )
    work = [asyncio.create_task(each) for each in (_look(shelf, changed), readers.sweep())]
    try:
        await orphaned.wait()
    finally:
        server.close()
        for task in work:
            task.cancel()
        await readers.leave(_FAREWELL)


async def _look(shelf: Shelf, changed: asyncio.Event) -> None:
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_EVERY):
                await changed.wait()
        changed.clear()
        shelf.look()


def _listen_to_parent(changed: asyncio.Event, orphaned: asyncio.Event) -> None:
    """Hear a byte as news, and the end of the input as the parent's end."""
    loop = asyncio.get_running_loop()

    def listen() -> None:
        with suppress(RuntimeError):  # the loop has ended first
            while os.read(sys.stdin.fileno(), 4096):
                loop.call_soon_threadsafe(changed.set)
            loop.call_soon_threadsafe(orphaned.set)

    threading.Thread(target=listen, daemon=True).start()


def _stand_back() -> None:
    """Let the lane go first, and hold many readers at once, but not all the memory there is."""
    if sys.platform == "win32":
        return
    os.nice(_NICER)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = _READERS if most == resource.RLIM_INFINITY else min(_READERS, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))


def main() -> None:
    """Serve, or say why not."""
    _stand_back()
    try:
        with suppress(KeyboardInterrupt):  # the parent is told as well, and ends us
            asyncio.run(serve(FaceSettings.of(sys.argv[1:])))
    except OSError as error:
        print(error, file=sys.stderr)
        sys.exit(CANNOT_START)


if __name__ == "__main__":
    main()
