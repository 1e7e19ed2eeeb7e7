"""Runs the publisher or the siren; with `kinds`, `check` or `forget` it answers an operator."""

import sys

from services.kit.serving import run
from services.kit.unfit import CANNOT_START

# Each lane loads what it runs: a fault in one must not keep the other from starting.
# ruff: noqa: PLC0415


def main(arguments: list[str]) -> None:
    """Serve a lane, or answer what an operator asks."""
    match arguments:
        case []:
            _publisher()
        case ["--lane", "siren"]:
            _siren()
        case _:
            _answer(arguments)


def _publisher() -> None:
    from services.publisher.app import create_app
    from services.publisher.settings import Settings

    run(Settings, create_app)


def _siren() -> None:
    from services.publisher.siren.app import create_app
    from services.publisher.siren.settings import Settings

    run(Settings, create_app)


def _answer(arguments: list[str]) -> None:
    from services.publisher.accounts.command import answer

    said = answer(arguments)
    print(said.text, file=sys.stderr if said.status == CANNOT_START else sys.stdout)
    sys.exit(said.status)


if __name__ == "__main__":
    main(sys.argv[1:])
