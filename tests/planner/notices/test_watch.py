"""The watch looks at what changes, and at everything after a change that may concern all."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from schemas.notices import Kind, NoticeRaised
from services.planner.live import Change, Live
from services.planner.notices.handlers import Notices
from services.planner.notices.noticeboard import Noticeboard
from services.planner.notices.troubles import Trouble
from services.planner.notices.watch import Watch
from tests.harness.waiting import eventually
from tests.planner.fakes import Clock, FakeMemory, FakeTimers
from tests.planner.notices.builders import FakeContacts, trouble
from tests.planner.samples import POST


@dataclass
class Shown:
    """What a board would show, and how often somebody looked."""

    troubles: list[Trouble] = field(default_factory=list)
    looks: list[UUID | None] = field(default_factory=list)

    def positions(self) -> Mapping[str, int]:
        """Have read everything."""
        return {"PUBLISHER": len(self.looks) + 10, "PLANNER": 1_000_000}

    def all(self, now: datetime) -> Sequence[Trouble]:
        """Show everything."""
        self.looks.append(None)
        return list(self.troubles)

    def of_post(self, post: UUID, now: datetime) -> Sequence[Trouble]:
        """Show one post."""
        self.looks.append(post)
        return [each for each in self.troubles if each.post == post]


@dataclass
class Scene:
    """A watch and what it looks at."""

    shown: Shown = field(default_factory=Shown)
    live: Live = field(default_factory=Live)
    memory: FakeMemory = field(default_factory=FakeMemory)
    level: bool = True

    def __post_init__(self) -> None:
        self.notices = Notices(
            self.memory, FakeTimers(), FakeContacts(), Noticeboard(), Clock(), "one"
        )
        self.watch = Watch(self.notices, self.shown, self.live, lambda: self.level)

    @contextmanager
    def running(self) -> Iterator["asyncio.Task[None]"]:
        task = asyncio.create_task(self.watch.run())
        try:
            yield task
        finally:
            task.cancel()


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_a_change_for_the_worse_is_looked_at_and_others_are_not(scene: Scene) -> None:
    with scene.running():
        await eventually(lambda: scene.shown.looks == [None])
        scene.shown.troubles.append(trouble())
        scene.live.tell([Change("post", "delivery.attempted.v1", uuid4(), "newsroom")])
        scene.live.tell([Change("post", "delivery.failed.v1", POST, "newsroom")])
        await eventually(lambda: scene.memory.told)
        assert scene.shown.looks == [None, POST]


async def test_any_change_of_a_post_with_a_notice_is_looked_at(scene: Scene) -> None:
    scene.shown.troubles.append(trouble())
    with scene.running():
        await eventually(lambda: scene.memory.told)
        scene.shown.troubles.clear()
        scene.live.tell([Change("post", "delivery.published.v1", POST, "newsroom")])
        await eventually(lambda: scene.memory.types()[-1] == "notice.settled.v1")


async def test_what_is_of_no_post_has_everything_looked_at(scene: Scene) -> None:
    with scene.running():
        await eventually(lambda: scene.shown.looks)
        scene.shown.troubles.append(trouble(Kind.PARKED, post=POST))
        scene.live.tell([Change("parked", "message.parked.v1")])
        await eventually(lambda: scene.memory.told)
        assert isinstance(scene.memory.told[0].fact, NoticeRaised)


async def test_a_board_that_is_being_drawn_is_not_looked_at(scene: Scene) -> None:
    scene.level = False
    async with asyncio.timeout(5):
        await scene.watch.run()
    assert scene.shown.looks == []


async def test_a_post_that_is_not_on_the_boards_list_is_looked_at_by_itself(scene: Scene) -> None:
    scene.shown.troubles.append(trouble())
    await scene.watch.look_at_all()
    scene.shown.troubles.append(trouble(post=uuid4()))
    listed = scene.shown.troubles.pop(0)
    await scene.watch.look_at_all()
    assert scene.shown.looks == [None, None, listed.post]
