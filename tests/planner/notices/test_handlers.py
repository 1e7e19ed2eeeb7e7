"""One problem is one notice, whoever sees it first and however far each board has come."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from prometheus_client import CollectorRegistry

from schemas.codes import Code
from schemas.notices import Kind, NoticeFact, NoticeRead, NoticeSettled
from services.kit.messages import Due, Told
from services.planner.domain.refusals import Refusal
from services.planner.notices.courier import Courier
from services.planner.notices.handlers import MOST_OPEN, Notices
from services.planner.notices.letters import Desk
from services.planner.notices.noticeboard import Noticeboard
from services.planner.notices.troubles import Trouble
from services.planner.notices.turns import GATHER, LEASE
from tests.planner.fakes import Clock, FakeMemory, FakeTimers
from tests.planner.notices.builders import (
    PATIENCE,
    FakeAddresses,
    FakeContacts,
    notice,
    trouble,
)
from tests.planner.samples import ANNA, NOW

DESK = Desk("Regionen", "https://plan.example", lambda _: "Natt", lambda _: "Nyheter")


@dataclass
class Replica:
    """One planner's notices, on a memory that it shares with others."""

    memory: FakeMemory
    clock: Clock
    contacts: FakeContacts = field(default_factory=FakeContacts)
    addresses: FakeAddresses = field(default_factory=FakeAddresses)
    timers: FakeTimers = field(default_factory=FakeTimers)

    def __post_init__(self) -> None:
        self.level = True
        self.noticeboard = Noticeboard()
        self.notices = Notices(
            self.memory, self.timers, self.contacts, self.noticeboard, self.clock, str(id(self))
        )
        self.courier = Courier(
            self.notices,
            self.contacts,
            self.addresses,
            DESK,
            CollectorRegistry(),
            lambda: self.level,
        )

    def catch_up(self) -> None:
        for told in self.memory.told:
            if isinstance(told.fact, NoticeFact):
                self.noticeboard.take(told)

    async def see(self, *troubles: Trouble, at: int = 10, planner: int = 1_000_000) -> list[str]:
        positions = {"PUBLISHER": at, "PLANNER": planner}
        return [fact.type for fact in await self.notices.compare(troubles, positions)]

    async def carry(self) -> list[str]:
        before = len(self.addresses.written)
        await self.courier.carry()
        return self.addresses.people()[before:]


@pytest.fixture
def make() -> Callable[[], Replica]:
    memory, clock = FakeMemory(), Clock()
    return lambda: Replica(memory, clock)


@pytest.fixture
def one(make: Callable[[], Replica]) -> Replica:
    return make()


RAISED, SETTLED = "notice.raised.v1", "notice.settled.v1"
CLAIMED, SENT = "notice.claimed.v1", "notice.sent.v1"


async def test_a_problem_is_raised_once_told_once_and_settled_when_it_is_gone(
    one: Replica,
) -> None:
    assert await one.see(trouble()) == [RAISED]
    assert await one.see(trouble()) == []
    assert await one.carry() == []
    one.clock.moment += GATHER
    assert await one.carry() == ["bengt"]
    assert await one.carry() == []
    assert await one.see() == [SETTLED]
    one.clock.moment += PATIENCE
    assert await one.carry() == []
    assert one.memory.types() == [RAISED, CLAIMED, SENT, SETTLED]


async def test_two_replicas_that_see_the_same_raise_and_tell_it_once(
    make: Callable[[], Replica],
) -> None:
    one, two = make(), make()
    assert await one.see(trouble()) == [RAISED]
    assert await two.see(trouble()) == []
    one.catch_up()
    two.catch_up()
    one.clock.moment += GATHER
    assert [*await one.carry(), *await two.carry()] == ["bengt"]
    assert one.memory.types() == [RAISED, CLAIMED, SENT]


async def test_a_board_that_is_behind_settles_nothing_that_a_further_one_has_found(
    make: Callable[[], Replica],
) -> None:
    one, behind = make(), make()
    await one.see(trouble(), at=10)
    behind.catch_up()
    assert await behind.see(at=9) == []
    assert await behind.see(at=10) == [SETTLED]


async def test_a_board_that_does_not_know_the_post_yet_settles_nothing(
    make: Callable[[], Replica],
) -> None:
    one, behind = make(), make()
    await one.see(trouble(), at=10)
    behind.catch_up()
    [raised] = behind.noticeboard.open()
    assert await behind.see(at=10, planner=raised.sequence - 1) == []
    assert await behind.see(at=10, planner=raised.sequence) == [SETTLED]


async def test_a_board_that_is_behind_raises_nothing_that_is_over(
    make: Callable[[], Replica],
) -> None:
    one, behind = make(), make()
    await one.see(trouble(), at=10)
    await one.see(at=12)
    behind.catch_up()
    assert await behind.see(trouble(), at=11) == []
    assert await behind.see(trouble(), at=13) == [RAISED]


async def test_the_same_trouble_again_is_told_again_also_when_it_is_long_forgotten(
    make: Callable[[], Replica],
) -> None:
    one = make()
    await one.see(trouble(), at=10)
    await one.see(at=12)
    forgetful = make()
    assert await forgetful.see(trouble(), at=11) == []
    assert await make().see(trouble(), at=13) == [RAISED]
    assert one.memory.types() == [RAISED, SETTLED, RAISED]


async def test_several_problems_are_one_message(one: Replica) -> None:
    await one.see(*(trouble(mark=f"{n}.1") for n in range(30)))
    one.clock.moment += GATHER
    assert await one.carry() == ["bengt"]
    [(_, subject, _)] = one.addresses.written
    assert subject == "Regionen: 30 things need a person"


async def test_a_problem_that_is_newer_goes_along_with_the_message_of_an_older_one(
    one: Replica,
) -> None:
    await one.see(trouble(mark="1.1"))
    one.clock.moment += GATHER / 2
    await one.see(trouble(mark="1.1"), trouble(mark="2.1"))
    assert await one.carry() == []
    one.clock.moment += GATHER / 2
    assert await one.carry() == ["bengt"]
    one.clock.moment += GATHER
    assert await one.carry() == []
    [(_, subject, _)] = one.addresses.written
    assert subject == "Regionen: 2 things need a person"


async def test_unread_it_goes_on_to_the_next_role_and_read_it_does_not(one: Replica) -> None:
    await one.see(trouble(), trouble(Kind.HELD))
    one.clock.moment += GATHER
    await one.carry()
    read = await one.notices.read(ANNA, trouble(Kind.HELD).problem)
    assert isinstance(read, NoticeRead)
    one.clock.moment += PATIENCE
    assert await one.carry() == ["bengt", "anna"]
    assert "Nobody has read this yet." in one.addresses.written[-1][2]
    assert "Held" not in one.addresses.written[-1][2]


async def test_reading_twice_is_said_once_and_keeps_who_was_first(one: Replica) -> None:
    await one.see(trouble())
    first = await one.notices.read(ANNA, trouble().problem)
    assert await one.notices.read(ANNA, trouble().problem) == first
    assert one.memory.types() == [RAISED, "notice.read.v1"]


async def test_reading_what_there_is_not_is_refused(one: Replica) -> None:
    with pytest.raises(Refusal) as no:
        await one.notices.read(ANNA, trouble().problem)
    assert no.value.code is Code.PAGE_NOT_FOUND


async def test_a_reader_is_not_stopped_by_a_replica_that_tells_at_the_same_moment(
    make: Callable[[], Replica],
) -> None:
    one, two = make(), make()
    await one.see(trouble())
    two.catch_up()
    two.clock.moment += GATHER
    claim = await two.notices.claim()
    assert len(claim) == 1
    assert isinstance(await one.notices.read(ANNA, trouble().problem), NoticeRead)
    await two.notices.say_told(claim[0], ["bengt"])
    assert one.memory.types()[-1] == "notice.read.v1"


async def test_a_replica_that_died_while_telling_is_taken_over_from(
    make: Callable[[], Replica],
) -> None:
    one, two = make(), make()
    await one.see(trouble())
    one.clock.moment += GATHER
    await one.notices.claim()
    two.catch_up()
    assert await two.carry() == []
    two.clock.moment += LEASE
    assert await two.carry() == ["bengt"]


async def test_those_who_cannot_be_reached_are_tried_again_alone(one: Replica) -> None:
    one.contacts.roles = {"approver": ("bengt", "cilla")}
    one.addresses.broken.add("to:cilla")
    await one.see(trouble())
    one.clock.moment += GATHER
    assert await one.carry() == ["bengt"]
    one.addresses.broken.clear()
    assert await one.carry() == []
    one.clock.moment += GATHER * 2
    assert await one.carry() == ["cilla"]


async def test_nothing_is_begun_that_cannot_end_before_others_take_it_on(one: Replica) -> None:
    one.addresses.limit = LEASE.total_seconds()
    await one.see(trouble())
    one.clock.moment += GATHER
    assert await one.carry() == []
    assert one.memory.types() == [RAISED, CLAIMED, SENT]


async def test_every_step_that_waits_has_a_timer_of_its_own(one: Replica) -> None:
    await one.see(trouble())
    one.clock.moment += GATHER
    await one.carry()
    problem = str(trouble().problem)
    assert one.timers.pending == {
        ("notice", problem, "1"): NOW + GATHER,
        ("notice", problem, "2"): NOW + GATHER + LEASE,
        ("notice", problem, "3"): NOW + GATHER + PATIENCE,
    }
    await one.courier.wake(Due(("notice", problem, "1"), trouble().trace, NOW))


async def test_there_are_never_more_notices_than_people_can_read(one: Replica) -> None:
    for number in range(MOST_OPEN):
        fact = notice().fact.model_copy(update={"problem": trouble(mark=str(number)).problem})
        one.noticeboard.take(Told(fact, number + 1, NOW))
    assert await one.see(trouble(mark="one more"), at=0) == []
    one.noticeboard.clear()
    assert await one.see(trouble(mark="one more"), at=0) == [RAISED]


async def test_what_is_settled_is_let_go_of(one: Replica) -> None:
    await one.see(trouble())
    await one.see()
    assert one.noticeboard.open() == []
    newest = one.noticeboard.newest(trouble().problem)
    assert newest is not None
    assert isinstance(newest.fact, NoticeSettled)
    one.noticeboard.clear()
    assert one.noticeboard.newest(trouble().problem) is None


async def test_nothing_is_carried_while_the_noticeboard_may_miss_some(one: Replica) -> None:
    await one.see(trouble())
    one.clock.moment += GATHER
    one.level = False
    async with asyncio.timeout(5):
        await one.courier.run()
    assert one.addresses.people() == []
