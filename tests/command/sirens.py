"""A siren's real door with real officers, on channels that are squares of the tests."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

from rich.console import Console
from starlette.applications import Starlette

from budkavle.alert.acting import Desk, Wish
from budkavle.alert.officer import officer_of
from budkavle.alert.siren import Siren
from budkavle.channels.questions import Questions
from budkavle.folder import Folder
from budkavle.terminal import Terminal
from budkavle.words import speak
from schemas.alerts import Status
from schemas.envelope import now
from services.provision.enlisting import Enlisting
from services.publisher.siren.api.problems import refused
from services.publisher.siren.api.routes import Api
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.editor import AlertWriter
from services.publisher.siren.memory import Cards
from services.publisher.siren.office import Office
from services.publisher.siren.officers.roll import Roll
from services.publisher.siren.officers.sessions import Sessions
from services.publisher.siren.officers.words import words
from services.publisher.siren.reception import Reception
from services.publisher.siren.seals import RollSeals
from services.publisher.siren.spool import Spool
from tests.harness.ports import free_port
from tests.harness.web import served
from tests.publisher.fakes import LIMITS, Square
from tests.siren.enlisted import CHEAP
from tests.siren.stage import siren

WATER = Wish("boil-water", {"place": "Tunadal", "cause": "bacteria"}, ["1490"])


@dataclass
class Place:
    """A folder as `budkavle up` makes it, and the siren that runs there."""

    folder: Folder
    url: str
    squares: dict[str, Square]
    spool: Spool
    out: StringIO

    def desk(self, person: str, *, wait: bool = False, language: str = "en") -> Desk:
        """Give an officer's terminal."""
        terminal = Terminal(speak(language), Console(file=self.out, width=200, highlight=False))
        asked = Questions(terminal, anybody=False)
        return Desk(terminal, self.siren(person, language), asked, sure=True, wait=wait)

    def siren(self, person: str, language: str = "en") -> Siren:
        """Give an officer's way to the siren."""
        return Siren(self.url, officer_of(self.folder, person, None), language)

    def texts(self, name: str) -> list[str]:
        """Read what strangers see in a channel."""
        return [parcel.content.text for parcel in self.squares[name].shown.values()]


@asynccontextmanager
async def a_siren(
    root: Path, actual: Sequence[str], exercise: Sequence[str]
) -> AsyncIterator[Place]:
    """Run a siren for as long as the block runs."""
    folder = Folder(root)
    enlisting = Enlisting(folder.secrets, cost=CHEAP)
    enlisting.write_first()
    roll = Roll(enlisting.path)
    squares = {name: Square(name) for name in (*actual, *exercise)}

    def channels_of(status: Status) -> Sequence[str]:
        return actual if status == "actual" else exercise

    async with siren(root / "siren", squares) as stage:
        writer = AlertWriter(
            organisation="Region Exempel",
            contact="",
            page_of=lambda status, number: f"https://larm.example/{status}/{number}",
            channels=channels_of,
            limits=lambda name: LIMITS,
            cards=Cards(root / "cards"),
            put_out=lambda digest, content: None,
        )
        desk = replace(stage.desk, seals=RollSeals(roll), editor=writer)
        office = Office(desk, writer, stage.parts.ledger, squares, 180, now)
        reception = Reception(Sessions(roll, now, CHEAP), roll, stage.spool, now)
        api = Api(office, reception, lambda digest: tuple(words(digest).split()))
        app = Starlette(routes=api.routes(), exception_handlers={Refusal: refused})
        port = free_port()
        async with served(app, port):
            yield Place(folder, f"http://127.0.0.1:{port}", squares, stage.spool, StringIO())
