"""Runs one service's HTTP application until it is told to stop."""

import gc
import socket
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
import uvicorn
from pydantic import ValidationError
from pydantic_settings import SettingsError

from services.kit import logs
from services.kit.settings import MissingSecret, ServiceSettings
from services.kit.unfit import CANNOT_START, Unfit

log = structlog.get_logger()

S = TypeVar("S", bound=ServiceSettings)

_WASTE = 10_000
"""Objects that may pile up before the unreachable among them are looked for."""


def run(read_settings: Callable[[], S], create: Callable[[S], Any]) -> None:
    """Read settings, make the application, serve it. Set-up faults end in one clear sentence."""
    try:
        settings = read_settings()
        logs.configure(settings.log_format, settings.log_level)
        listener = listen(settings.host, settings.port)
        app = create(settings)
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            where = ".".join(map(str, problem["loc"])).upper()
            print(f"setting {where}: {problem['msg']}", file=sys.stderr)  # noqa: T201 – before logs
        sys.exit(CANNOT_START)
    except (MissingSecret, SettingsError, Unfit) as error:
        print(error, file=sys.stderr)  # noqa: T201 – before logs are of use
        sys.exit(CANNOT_START)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            # Named, or whatever else is installed beside us would choose what we run on.
            loop="asyncio",
            http="h11",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
            lifespan="on",
        )
    )
    # What is made by now stays for good: to search it for waste stops all work for a moment each
    # time. Messages leave little waste, so it need not be looked for after every second one.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_WASTE, 20, 20)
    server.run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Take a port; `Unfit` where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small answers at once only where the protocol is named.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(256)
    except OSError as error:
        listener.close()
        raise Unfit(
            f"the address {host}:{port} cannot be used ({error.strerror}); "
            "stop the program that has it, or set another port"
        ) from error
    return listener
