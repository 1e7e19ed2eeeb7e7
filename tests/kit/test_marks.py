"""A broker that has forgotten something is noticed, and nothing is heard or sent meanwhile."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.kit.bus import Bus
from services.kit.ending import end
from services.kit.health import Health
from services.kit.marks import Mark, _setback
from services.kit.messages import BrokerAway
from services.kit.settings import ServiceSettings
from tests.harness.broker import CHANNELS, Broker
from tests.harness.waiting import eventually
from tests.kit.builders import DUES, Listener, scheduled
from tests.provision.keeping import restore

KNOWN = Mark(created="2026-11-22T00:00:00.1Z", last_seq=7)


def mark(**changes: str | int) -> Mark:
    return KNOWN.model_copy(update=changes)


@pytest.mark.parametrize("seen", [KNOWN, mark(last_seq=8)])
def test_a_stream_that_has_grown_is_sound(seen: Mark) -> None:
    assert _setback("PUBLISHER", KNOWN, seen) is None
    assert _setback("PUBLISHER", None, seen) is None


def test_a_stream_that_ends_earlier_is_told_with_both_numbers() -> None:
    said = _setback("PUBLISHER", KNOWN, mark(last_seq=6))

    assert said is not None
    assert "PUBLISHER is not the one that was here: it ends at 6, and was at 7 before" in said
    assert "restore --in-place" in said


def test_a_stream_of_another_making_is_told_with_both_times() -> None:
    said = _setback("PUBLISHER", KNOWN, mark(created="2026-11-23T00:00:00.1Z", last_seq=900))

    assert said is not None
    assert "made on 2026-11-23T00:00:00, and the one known here on 2026-11-22T00:00:00" in said


def test_a_copy_that_was_put_back_by_rule_is_a_known_setback() -> None:
    restored = mark(created="2026-11-23T00:00:00.1Z", last_seq=2, copy_of="a copy")

    assert _setback("PUBLISHER", KNOWN, restored) is None
    # From then on that copy counts, and must not go back either.
    assert _setback("PUBLISHER", restored, restored.model_copy(update={"last_seq": 1}))


class _Settings(ServiceSettings):
    data: Path


def remembering(broker: Broker, folder: Path) -> Bus:
    """Make a publisher's bus that keeps marks."""
    settings = _Settings(
        nats_url=broker.url, secrets=broker.secrets / "publisher", port=0, data=folder
    )
    return Bus(settings, "publisher")


def marks_in(folder: Path) -> dict[str, Mark]:
    return {
        name: Mark(**said) for name, said in json.loads((folder / "marks.json").read_text()).items()
    }


@asynccontextmanager
async def starting(bus: Bus) -> AsyncIterator[None]:
    task = asyncio.create_task(bus.start())
    try:
        yield
    finally:
        await end(task)
        await bus.stop()


@asynccontextmanager
async def put_back(broker: Broker, tmp_path: Path) -> AsyncIterator[None]:
    """Keep the broker's disk as it is, let the block run, and put the disk back."""
    store, kept = tmp_path / "broker-1" / "store", tmp_path / "kept"
    await broker.stop()
    await asyncio.to_thread(shutil.copytree, store, kept)
    await broker.start()
    yield
    await broker.kill()
    await asyncio.to_thread(shutil.rmtree, store)
    await asyncio.to_thread(shutil.copytree, kept, store)
    await broker.start()


@pytest.mark.nats
async def test_a_first_start_raises_no_alarm_and_leaves_marks(
    broker: Broker, tmp_path: Path
) -> None:
    bus = remembering(broker, tmp_path)
    async with broker.listening(bus):
        sequence = await bus.facts.tell(scheduled(), after=0)
        assert bus.marks.alarm is None
    # Stopping in good order renews them.
    assert marks_in(tmp_path)["PUBLISHER"].last_seq == sequence
    assert set(marks_in(tmp_path)) == {"PUBLISHER", "TIMERS_PUBLISHER", "SIREN"}


@pytest.mark.nats
async def test_with_an_older_disk_nothing_begins_until_a_person_has_said_so(
    broker: Broker, tmp_path: Path
) -> None:
    async with put_back(broker, tmp_path):
        bus = remembering(broker, tmp_path)
        async with broker.listening(bus):
            await bus.facts.tell(scheduled(), after=0)

    bus = remembering(broker, tmp_path)
    async with starting(bus):
        await eventually(lambda: bus.marks.alarm)
        [problem] = await Health(bus).problems()
        assert "it ends at 0, and was at 1 before" in problem
        assert not bus.started.is_set()

        await restore(broker, "--in-place")

        await eventually(bus.started.is_set, 10)
        assert await Health(bus).problems() == []


@pytest.mark.nats
async def test_a_broker_that_was_made_anew_is_noticed(broker: Broker, tmp_path: Path) -> None:
    async with broker.listening(remembering(broker, tmp_path)):
        pass
    await broker.kill()
    await asyncio.to_thread(shutil.rmtree, tmp_path / "broker-1" / "store")
    await broker.start()
    await broker.provision(CHANNELS)

    bus = remembering(broker, tmp_path)
    async with starting(bus):
        await eventually(lambda: bus.marks.alarm)
        assert "it was made on" in str(bus.marks.alarm)


@pytest.mark.nats
async def test_a_service_that_runs_handles_nothing_of_an_older_disk(
    broker: Broker, tmp_path: Path
) -> None:
    ended: list[int] = []
    listener = Listener()
    bus = remembering(broker, tmp_path)
    bus.marks._end = ended.append
    bus.hear_dues(DUES, listener.take)  # type: ignore[arg-type]  # it never gets one
    async with put_back(broker, tmp_path):
        starting_ = asyncio.create_task(bus.start())
        await eventually(bus.started.is_set, 15)
        await bus.facts.tell(scheduled(), after=0)
        await bus.marks.renew()
    try:
        async with broker.operator() as client:
            await client.jetstream().publish("due.publisher.newsroom.x.1", b"")
        await eventually(lambda: ended, 10)
        assert set(ended) == {70}
        assert listener.heard == []
    finally:
        await asyncio.gather(starting_)
        await bus.stop()


@pytest.mark.nats
async def test_a_restart_that_lost_nothing_goes_unnoticed(broker: Broker, tmp_path: Path) -> None:
    ended: list[int] = []
    bus = remembering(broker, tmp_path)
    bus.marks._end = ended.append
    async with broker.listening(bus):
        for _ in range(3):
            await bus.facts.tell(scheduled(), after=0)
            await bus.marks.renew()
            await broker.restart()
            await eventually(lambda: bus.connection.connected)
            await eventually(lambda: _sound(bus), 10)
    assert ended == []


@pytest.mark.nats
async def test_marks_that_cannot_be_read_are_an_alarm(broker: Broker, tmp_path: Path) -> None:
    (tmp_path / "marks.json").write_text("{")
    bus = remembering(broker, tmp_path)

    async with starting(bus):
        await eventually(lambda: bus.marks.alarm)
        assert "delete the file" in str(bus.marks.alarm)
        (tmp_path / "marks.json").unlink()
        await eventually(bus.started.is_set, 10)


@pytest.mark.nats
async def test_a_service_without_a_folder_keeps_none(broker: Broker, tmp_path: Path) -> None:
    async with broker.listening(broker.bus("metrics")) as bus:
        await bus.marks.renew()
    assert not await asyncio.to_thread(lambda: list(tmp_path.rglob("marks.json")))


async def _sound(bus: Bus) -> bool:
    try:
        await bus.marks.demand()
    except BrokerAway:
        return False
    return True
