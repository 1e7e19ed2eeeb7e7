"""Many who ask at once cost one look-up, and none gets an answer from before its question."""

import asyncio

import pytest

from services.kit.messages import BrokerAway
from services.kit.sharing import Shared
from tests.harness.waiting import eventually


class Source:
    """Something that can be looked up; it answers when it is let."""

    def __init__(self) -> None:
        self.value = 0
        self.asked = 0
        self.trouble: Exception | None = None
        self.open = asyncio.Event()

    async def look_up(self) -> int:
        self.asked += 1
        found = self.value
        await self.open.wait()
        if self.trouble is not None:
            raise self.trouble
        return found


async def test_those_who_ask_together_share_one_look_up() -> None:
    source = Source()
    shared = Shared(source.look_up)
    source.open.set()
    assert await asyncio.gather(*(shared.ask() for _ in range(50))) == [0] * 50
    assert source.asked == 1


async def test_who_asks_while_a_look_up_is_under_way_gets_what_is_true_now() -> None:
    source = Source()
    shared = Shared(source.look_up)
    first = shared.ask()
    await eventually(lambda: source.asked)
    source.value = 1
    later = [shared.ask() for _ in range(20)]
    source.open.set()
    assert await first == 0
    assert await asyncio.gather(*later) == [1] * 20
    assert source.asked == 2


async def test_a_look_up_that_fails_fails_for_all_and_the_next_one_is_made() -> None:
    source = Source()
    shared = Shared(source.look_up)
    source.trouble = BrokerAway("not connected")
    source.open.set()
    said = await asyncio.gather(*(shared.ask() for _ in range(3)), return_exceptions=True)
    assert [type(each) for each in said] == [BrokerAway] * 3
    source.trouble = None
    assert await shared.ask() == 0


async def test_one_who_no_longer_wants_to_know_takes_nothing_from_the_others() -> None:
    source = Source()
    shared = Shared(source.look_up)
    leaving, staying = shared.ask(), shared.ask()
    await eventually(lambda: source.asked)
    leaving.cancel()
    source.open.set()
    assert await staying == 0
    with pytest.raises(asyncio.CancelledError):
        await leaving
