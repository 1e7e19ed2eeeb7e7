"""Runs the publisher; with `kinds`, `check` or `forget` it answers an operator instead."""

import sys

from services.kit.serving import run
from services.kit.unfit import CANNOT_START
from services.publisher.accounts.command import answer
from services.publisher.app import create_app
from services.publisher.settings import Settings


def main(arguments: list[str]) -> None:
    """Serve, or answer what an operator asks."""
    if not arguments:
        run(Settings, create_app)
        return
    said = answer(arguments)
    print(said.text, file=sys.stderr if said.status == CANNOT_START else sys.stdout)
    sys.exit(said.status)


if __name__ == "__main__":
    main(sys.argv[1:])
