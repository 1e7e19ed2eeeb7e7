"""Runs the simulator: `python -m simulator`."""

import logging
import sys

import structlog
import uvicorn
from pydantic import ValidationError
from pydantic_settings import SettingsError

from simulator.app import build
from simulator.connection import CuttableProtocol
from simulator.record import Unreadable
from simulator.settings import Settings


def main() -> int:
    """Serve until told to stop; 2 when it cannot start, with the reason on standard error."""
    _log_as_json()
    try:
        settings = Settings()
        app = build(settings)
    except (ValidationError, SettingsError, Unreadable, OSError) as wrong:
        sys.stderr.write(f"The simulator cannot start: {wrong}\n")
        return 2
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        # Only this protocol can cut a connection as the fault rules ask for.
        http=CuttableProtocol,
        loop="asyncio",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    return 0


def _log_as_json() -> None:
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )
    to_stderr = logging.StreamHandler()
    to_stderr.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[to_stderr])


if __name__ == "__main__":
    sys.exit(main())
