"""The planner's doors over fakes, spoken to by HTTP without a network."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from services.kit.boards import Position
from services.kit.messages import Told
from services.planner.app import with_doors
from services.planner.board import Alerts, Board, Inbox, Reader
from services.planner.board.file import opened
from services.planner.desk import Desk
from services.planner.handlers import Planner
from services.planner.live import Live
from services.planner.moderating import Moderating
from services.planner.notices.handlers import Notices
from services.planner.notices.noticeboard import Noticeboard
from services.planner.people import People
from services.planner.pictures import StoredPictures
from services.planner.publishing import Publishing
from services.planner.sessions import Sessions
from services.planner.settings import Settings
from services.planner.videos import StoredVideos
from services.planner.words import Words
from tests.planner.fakes import (
    Clock,
    FakeChannels,
    FakeFollowing,
    FakeMemory,
    FakeStore,
    FakeTimers,
)
from tests.planner.notices.builders import FakeContacts
from tests.planner.samples import CHANNELS, NOW, ZONE

KEY = "a key for tests"


@dataclass
class Web:
    """An application and what stands behind it."""

    app: FastAPI
    desk: Desk
    memory: FakeMemory
    board: Board
    following: FakeFollowing
    clock: Clock
    people: Path

    def client(self, person: str | None = "anna", **headers: str) -> httpx.AsyncClient:
        """Make a client that speaks as a person, in English unless said otherwise."""
        headers = {"Accept-Language": "en"} | headers
        if person:
            headers["Authorization"] = f"Bearer {person}-token"
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://planner", headers=headers
        )

    def told(self, fact: Any) -> None:
        """Have the publisher tell a fact: on the board, and where it is looked up."""
        sequence = self.memory.put(fact)
        self.board.apply("PUBLISHER", [Told(fact, sequence, NOW)], Position("now", sequence))

    def draw(self, *facts: Any, stream: str = "PUBLISHER") -> None:
        """Draw what others tell; each call comes after the one before."""
        begin = (self.board.position(stream) or Position("now", 0)).sequence
        page = [Told(fact, begin + number, NOW) for number, fact in enumerate(facts, 1)]
        self.board.apply(stream, page, Position("now", begin + len(page)))


def people_text(*names: str, roles: tuple[str, ...] = ("author", "approver")) -> str:
    """Write people.toml with tokens such as `anna-token`."""
    return "\n".join(
        f"[people.{name}]\nname = {json.dumps(name.title())}\nroles = {json.dumps(roles)}\n"
        f'tokens = ["{sha256(f"{name}-token".encode()).hexdigest()}"]\n'
        for name in names
    )


@asynccontextmanager
async def running_web(folder: Path, **changes: Any) -> AsyncIterator[Web]:
    """Put the doors together over fakes."""
    people = folder / "people.toml"
    people.write_text(people_text("anna", "bengt", "cilla") + "\n" + people_text("doris", roles=()))
    settings = Settings(secrets=folder, data=folder, **changes)
    file = opened(folder / "board.sqlite")
    live, reader, clock = Live(), Reader(file), Clock()
    board, inbox = Board(file, live.tell), Inbox(file, reader)
    channels = FakeChannels()
    memory, following = FakeMemory(board=board), FakeFollowing()
    store = FakeStore()
    pictures, videos = StoredPictures(store), StoredVideos(store)
    planner = Planner(
        memory, channels, inbox, pictures, videos, FakeTimers(), clock, ZONE, timedelta(minutes=15)
    )
    desk = Desk(
        settings=settings,
        planner=planner,
        publishing=Publishing(memory, channels, clock),
        moderating=Moderating(memory, channels, clock),
        notices=Notices(memory, FakeTimers(), FakeContacts(), Noticeboard(), clock, "one"),
        pictures=pictures,
        videos=videos,
        people=People(people),
        sessions=Sessions(memory, KEY, clock),
        board=reader,
        inbox=inbox,
        alerts=Alerts(file),
        words=Words(memory),
        following=following,
        live=live,
        connected=lambda: not memory.away,
        now=clock,
    )
    web = Web(with_doors(desk), desk, memory, board, following, clock, people)
    web.draw(*CHANNELS.values())
    try:
        yield web
    finally:
        file.close()
