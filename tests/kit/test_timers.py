"""A timer wakes its owner at its time, over restarts, and is never lost to another one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from nats.js.errors import APIError

from schemas.envelope import now
from services.kit.bus import Bus
from services.kit.messages import BrokerAway, Due
from tests.harness.broker import Broker, running_broker
from tests.harness.waiting import eventually
from tests.kit.builders import DUES, all_kept

pytestmark = pytest.mark.nats

WAITING = "timer.publisher.>"


class Sleeper:
    """A service that only sets timers and writes down when it is woken."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.woken: list[tuple[str, ...]] = []
        self.late: dict[str, float] = {}
        self._times: dict[str, float] = {}

    async def set(self, serial: str, after: float, subject: str = "one") -> None:
        at = now() + timedelta(seconds=after)
        self._times[serial] = asyncio.get_running_loop().time() + after
        await self.bus.timers.set(("newsroom", subject), serial, at, uuid4())

    async def wake(self, due: Due) -> None:
        self.woken.append(due.tokens)
        serial = due.tokens[-1]
        self.late[serial] = asyncio.get_running_loop().time() - self._times[serial]

    @property
    def serials(self) -> list[str]:
        return [tokens[-1] for tokens in self.woken]

    async def waiting(self) -> int:
        return len(await all_kept(self.bus, "TIMERS_PUBLISHER", WAITING))


@asynccontextmanager
async def _sleeper(broker: Broker) -> AsyncIterator[Sleeper]:
    sleeper = Sleeper(broker.bus("publisher"))
    sleeper.bus.hear_dues(DUES, sleeper.wake)
    async with broker.listening(sleeper.bus):
        yield sleeper


async def test_a_timer_wakes_its_owner_once_and_on_time(broker: Broker) -> None:
    async with _sleeper(broker) as sleeper:
        await sleeper.set("7", after=1.0)
        await eventually(lambda: sleeper.woken)
        assert sleeper.woken == [("newsroom", "one", "7")]
        assert -0.05 <= sleeper.late["7"] < 1.0
        assert await sleeper.waiting() == 0


async def test_a_timer_of_the_past_wakes_at_once(broker: Broker) -> None:
    async with _sleeper(broker) as sleeper:
        await sleeper.set("1", after=-3600)
        await eventually(lambda: sleeper.woken, within=2)


async def test_setting_a_timer_twice_wakes_once(broker: Broker) -> None:
    async with _sleeper(broker) as sleeper:
        for _ in range(3):
            await sleeper.set("1", after=0.5)
        await sleeper.set("2", after=1.5)
        await eventually(lambda: "2" in sleeper.serials)
        assert sleeper.serials == ["1", "2"]


async def test_a_timer_is_kept_over_a_killed_broker(broker: Broker) -> None:
    async with _sleeper(broker) as sleeper:
        await sleeper.set("1", after=1.0)
        await sleeper.set("2", after=3.0)
        await broker.kill()
        await asyncio.sleep(1.5)  # the first one's time passes while nobody can fire it
        await broker.start()
        await eventually(lambda: len(sleeper.woken) == 2)
        assert sleeper.serials == ["1", "2"]


async def test_two_replicas_are_woken_once(broker: Broker) -> None:
    async with _sleeper(broker) as one, _sleeper(broker) as two:
        for number in range(20):
            two._times[str(number)] = 0.0
            await one.set(str(number), after=0.5, subject=str(number))
        await eventually(lambda: len(one.woken) + len(two.woken) >= 20)
        await eventually(lambda: _nothing_left(one))
        assert sorted(map(int, one.serials + two.serials)) == list(range(20))


async def test_a_later_time_set_while_the_earlier_fires_is_kept(broker: Broker) -> None:
    """Firing purges the subject it came from: one subject for both would lose the later one."""
    async with _sleeper(broker) as sleeper:
        for pair in range(40):
            await sleeper.set(f"{pair}-0", after=0.3, subject=str(pair))
        await asyncio.sleep(0.28)  # into the moment of firing, on purpose
        for pair in range(40):
            await sleeper.set(f"{pair}-1", after=0.3, subject=str(pair))
        await eventually(lambda: len(sleeper.woken) >= 80)
        assert len(set(sleeper.serials)) == 80


async def test_a_timer_that_is_only_waiting_is_left_alone(broker: Broker) -> None:
    async with _sleeper(broker) as sleeper:
        await sleeper.set("1", after=3600)
        assert await sleeper.bus.timers.rearm() == 0
        assert await sleeper.waiting() == 1


@pytest.mark.slow
async def test_a_firing_that_found_no_room_is_put_again(tmp_path: Path) -> None:
    async with running_broker(tmp_path, room="2MB") as broker, _sleeper(broker) as sleeper:
        await sleeper.set("1", after=2.0)
        await _fill(broker)
        await eventually(lambda: _is_late(sleeper), within=15)
        assert not sleeper.woken

        # There is room again, and still it does not fire by itself.
        async with broker.operator() as operator:
            await operator.jetstream().delete_stream("MEDIA")
        with pytest.raises(AssertionError, match="not within"):
            await eventually(lambda: sleeper.woken, within=3)
        await eventually(lambda: _rearmed(sleeper), within=15)

        await eventually(lambda: sleeper.woken)
        assert await sleeper.bus.timers.rearm() == 0
        assert sleeper.serials == ["1"]


async def test_a_full_store_is_an_error_for_who_sets_a_timer(tmp_path: Path) -> None:
    async with running_broker(tmp_path, room="2MB") as broker, _sleeper(broker) as sleeper:
        await _fill(broker)
        with pytest.raises(BrokerAway):
            await sleeper.set("1", after=2.0)


async def _nothing_left(sleeper: Sleeper) -> bool:
    return await sleeper.waiting() == 0


async def _is_late(sleeper: Sleeper) -> bool:
    past = sleeper._times["1"] + 1.0
    return asyncio.get_running_loop().time() > past and await sleeper.waiting() == 1


async def _rearmed(sleeper: Sleeper) -> bool:
    return await sleeper.bus.timers.rearm() == 1


async def _fill(broker: Broker) -> None:
    """Store pictures until not the smallest more has room."""
    async with broker.operator() as operator:
        stream = operator.jetstream()
        size = 256 * 1024
        while size:
            try:
                await stream.publish("media.full.1", bytes(size))
            except APIError:
                size //= 4
