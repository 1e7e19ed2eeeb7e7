"""The officers' page over a real desk and office; who writes and who keeps the door are fakes."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
from starlette.applications import Starlette

from schemas.alerts import AlertFact
from schemas.envelope import now
from services.publisher.ports import Channel
from services.publisher.siren.desk import Customs
from services.publisher.siren.office import Office
from services.publisher.siren.web.door import Door
from services.publisher.siren.web.drafts import Tray
from services.publisher.siren.web.hall import Hall
from services.publisher.siren.web.page import routes
from services.publisher.siren.web.ports import House, Proposal
from tests.publisher.fakes import Square
from tests.siren.browser import URL, Browser
from tests.siren.page_fakes import Board, Cards, Inbox, Keeper, Map, Pen, Roster, Shelf, words
from tests.siren.stage import Siren, siren

FILLED = {"field.place": "Tunadal", "field.cause": "leak", "area": "1490", "do": "draft"}


@dataclass
class Web:
    """A page, and everything behind it that a test may want to touch."""

    app: Starlette
    hall: Hall
    siren: Siren
    keeper: Keeper
    inbox: Inbox
    board: Board

    def browser(self, language: str = "sv") -> Browser:
        return Browser(
            httpx.AsyncClient(
                transport=httpx.ASGITransport(self.app),
                base_url=URL,
                headers={"accept-language": language},
                follow_redirects=True,
            )
        )

    async def officer(self, name: str = "astrid", language: str = "sv") -> Browser:
        browser = self.browser(language)
        await browser.open("/sign-in")
        entered = {"officer": name, "password": "lösen", "code": "123456"}
        await browser.send("/sign-in", entered)
        return browser

    def propose(self, title: str) -> UUID:
        proposal = Proposal(
            uuid4(),
            title,
            "Gå inomhus.",
            now(),
            hold=True,
            template="boil-water",
            fields={"place": "Tunadal"},
            areas=("1491",),
        )
        self.inbox.waiting.append(proposal)
        return proposal.proposal

    def facts(self) -> list[AlertFact]:
        return [told.fact for told in self.siren.desk.alerts()]


@asynccontextmanager
async def web(
    folder: Path,
    channels: Mapping[str, Channel],
    customs: Customs = Customs(),  # noqa: B008
    late: timedelta = timedelta(minutes=3),
    url: str = URL,
) -> AsyncIterator[Web]:
    async with siren(folder, channels, customs) as one:
        keeper, inbox, board, roster = Keeper(), Inbox(), Board(), Roster()
        pen = Pen(list(channels))
        office = Office(one.desk, pen, one.parts.ledger, channels, late.total_seconds(), now)
        house = House("Region Solviken", url, "Europe/Stockholm", ("1490",))
        hall = Hall(
            office=office,
            door=Door(house, roster, keeper),
            house=house,
            roster=roster,
            shelf=Shelf(),
            cards=Cards(),
            places=Map(),
            proposals=inbox,
            board=board,
            words=words,
            tray=Tray(now),
        )
        yield Web(Starlette(routes=routes(hall)), hall, one, keeper, inbox, board)


def squares(*names: str) -> dict[str, Square]:
    return {name: Square(name) for name in names or ("torget", "kajen")}


async def write(browser: Browser, mode: str = "actual", **more: str) -> str:
    await browser.open(f"/write/{mode}/boil-water")
    return await browser.send(f"/write/{mode}/boil-water", FILLED | more)


async def issue(browser: Browser, mode: str = "actual") -> str:
    await write(browser, mode)
    return await browser.send(browser.path, {"do": "sign"})


async def confirm(web: Web, count: str = "2", officer: str = "bo") -> Browser:
    other = await web.officer(officer)
    await other.open(f"/alerts/{web.facts()[0].alert}")
    await other.send(other.action("/confirm"), {"count": count})
    return other
