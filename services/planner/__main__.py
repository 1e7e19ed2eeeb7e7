"""Runs the planner; `sign-in PERSON` prints a one-time link instead."""

import sys

from schemas.envelope import now
from services.kit.serving import run
from services.planner.app import create_app
from services.planner.people import People
from services.planner.sessions import one_time_code
from services.planner.settings import Settings


def main(arguments: list[str]) -> None:
    """Serve, or print a sign-in link."""
    match arguments:
        case []:
            run(Settings, create_app)
        case ["sign-in", person]:
            sign_in(person)
        case _:
            sys.exit("usage: python -m services.planner [sign-in PERSON]")


def sign_in(person: str) -> None:
    """Print a link that signs one person in, once."""
    settings = Settings()
    if People(settings.people_file).by_id(person) is None:
        sys.exit(f"there is no person {person} in {settings.people_file}")
    code = one_time_code(person, settings.secret("session.key"), now())
    print(f"{settings.public_url}/sign-in?code={code}")


if __name__ == "__main__":
    main(sys.argv[1:])
