"""Officers for tests, enlisted as ops enlist them, with a password that costs little to try."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from schemas.alerts import Act
from schemas.alerts import OfficerSignedIn as Entered
from schemas.envelope import now as this_moment
from services.kit.messages import Told
from services.kit.seals import STEP, Cost, time_code
from services.provision.enlisting import Enlisting
from services.provision.papers import Papers
from services.publisher.siren.domain.statements import Statement
from services.publisher.siren.officers.roll import Roll

CHEAP = Cost(1, 8192)
DIGEST = "ab" * 32


@dataclass
class Clock:
    """A clock that stands still until somebody moves it."""

    at: datetime = field(default_factory=this_moment)

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **how_long: float) -> None:
        self.at += timedelta(**how_long)


@dataclass
class Station:
    """Officers, their papers, and the roll as the siren reads it."""

    enlisting: Enlisting
    clock: Clock
    papers: dict[str, Papers]
    roll: Roll

    def code(self, officer: str, steps: int = 0) -> str:
        """Read the code off somebody's telephone."""
        step = int(self.clock().timestamp()) // STEP + steps
        return time_code(self.papers[officer].secret, step)


def station(
    folder: Path, *names: str, pages: tuple[str, ...] = ("json://127.0.0.1:1/",)
) -> Station:
    clock = Clock()
    enlisting = Enlisting(folder, clock, CHEAP)
    papers = {name: enlisting.add(name, name.title(), pages) for name in names or ("astrid", "bo")}
    return Station(enlisting, clock, papers, Roll(enlisting.path))


def statement(officer: str, at: datetime, act: Act = "confirm", nonce: str = "n" * 20) -> Statement:
    return Statement(officer=officer, act=act, alert=None, digest=DIGEST, at=at, nonce=nonce)


def stored(fact: Entered) -> Told[Entered]:
    return Told(fact, fact.version, fact.occurred_at)


def secrets_in(papers: Papers) -> list[str]:
    """List everything on a paper that must stand nowhere else."""
    return [papers.password, papers.secret.hex(), *papers.codes, re.sub("-", "", papers.password)]
