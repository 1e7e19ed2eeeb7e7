"""A write is ours only if we read ourselves back: with killed writers and killed brokers."""

import hashlib
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from services.kit.messages import Kept
from tests.harness.broker import Broker, running_broker
from tests.harness.server import Server
from tests.harness.waiting import eventually
from tests.kit.builders import all_kept, scheduled

pytestmark = pytest.mark.nats

WRITERS = 3
POSTS = 2


class Racer:
    """One writing process and what it says it has written."""

    def __init__(self, broker: Broker, posts: list[UUID], record: Path) -> None:
        self.record = record
        seed = broker.secrets / "publisher" / "nkey"
        with record.open("wb") as out, record.with_suffix(".log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.kit.racer", broker.url, str(seed), *map(str, posts)],
                stdout=out,
                stderr=log,
            )

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)

    @property
    def successes(self) -> list[tuple[int, str]]:
        """Give sequence and digest of each success; a line that the kill cut off is none."""
        lines = self.record.read_text().splitlines(keepends=True)[1:]
        whole = [line.split() for line in lines if line.endswith("\n")]
        return [(int(sequence), digest) for sequence, digest in whole]


class Race:
    """Writers on the same things; those that are killed are replaced."""

    def __init__(self, broker: Broker, folder: Path) -> None:
        self._broker = broker
        self._folder = folder
        self.posts = [uuid4() for _ in range(POSTS)]
        self.racers: list[Racer] = []
        self._running: list[Racer] = []

    def join(self) -> None:
        """Let one more writer in."""
        racer = Racer(self._broker, self.posts, self._folder / f"racer-{len(self.racers)}")
        self.racers.append(racer)
        self._running.append(racer)

    async def replace_one(self) -> None:
        """Kill the longest-running writer in the middle of its work, and let another in."""
        self._running.pop(0).kill()
        self.join()

    async def goes_on(self, *, by: int = 60, within: float = 40) -> None:
        """Wait until there are more successes, from everybody who runs."""
        before = len(self.successes)
        await eventually(lambda: len(self.successes) >= before + by, within)
        await eventually(lambda: all(racer.successes for racer in self._running), within)

    @property
    def successes(self) -> list[tuple[int, str]]:
        return [success for racer in self.racers for success in racer.successes]

    def stop(self) -> None:
        while self._running:
            self._running.pop().kill()


@asynccontextmanager
async def _race(broker: Broker, folder: Path) -> AsyncIterator[Race]:
    race = Race(broker, folder)
    try:
        for _ in range(WRITERS):
            race.join()
        await race.goes_on()
        yield race
    finally:
        race.stop()


def _check(race: Race, kept: list[Kept]) -> None:
    stored = {one.sequence: hashlib.sha256(one.body).hexdigest() for one in kept}
    successes = race.successes
    assert len(successes) > 100
    # Each success is in the stream, at the sequence that the writer was given, with its bytes.
    assert [s for s in successes if stored.get(s[0]) != s[1]] == []
    # Nobody else was told that the same place is theirs.
    assert len({sequence for sequence, _ in successes}) == len(successes)
    # And each fact stands on the one that its writer had seen.
    last: dict[str, int] = defaultdict(int)
    attempts: dict[str, int] = defaultdict(int)
    for one in kept:
        assert int(one.headers["Nats-Expected-Last-Subject-Sequence"]) == last[one.subject]
        assert json.loads(one.body)["attempt"] == attempts[one.subject] + 1
        last[one.subject] = one.sequence
        attempts[one.subject] += 1


async def _kept(broker: Broker) -> list[Kept]:
    bus = broker.bus("publisher")
    async with broker.listening(bus):
        return await all_kept(bus, "PUBLISHER", "publisher.delivery.*.*")


async def test_killed_writers_and_a_killed_broker(broker: Broker, tmp_path: Path) -> None:
    async with _race(broker, tmp_path) as race:
        for _ in range(2):
            await race.replace_one()
            await race.goes_on()
            await broker.restart()
            await race.goes_on()
        race.stop()
        _check(race, await _kept(broker))


@pytest.mark.slow
async def test_killed_writers_and_a_killed_leader_of_three(tmp_path: Path) -> None:
    async with running_broker(tmp_path, nodes=3) as broker, _race(broker, tmp_path) as race:
        for _ in range(2):
            await race.replace_one()
            leader = await _leader(broker)
            await leader.kill()
            await race.goes_on()
            await leader.start()
            await race.goes_on()
        race.stop()
        _check(race, await _kept(broker))


@pytest.mark.slow
async def test_a_cluster_keeps_what_was_told_when_all_of_it_is_killed(tmp_path: Path) -> None:
    async with running_broker(tmp_path, nodes=3) as broker:
        publisher = broker.bus("publisher")
        async with broker.listening(publisher):
            facts = [scheduled() for _ in range(20)]
            told = [await publisher.facts.tell(fact, after=0) for fact in facts]
            await broker.restart()
            again = await publisher.facts.tell(scheduled(), after=0)

            kept = await all_kept(publisher, "PUBLISHER", "publisher.>")
        assert [one.sequence for one in kept] == [*told, again]
        assert [one.body for one in kept[:-1]] == [f.model_dump_json().encode() for f in facts]


async def _leader(broker: Broker) -> Server:
    """Find the server that decides about the publisher's stream."""

    async def named() -> str:
        async with broker.connection("publisher") as connection:
            answer = await connection.ask("$JS.API.STREAM.INFO.PUBLISHER")
        return str(json.loads(answer.data).get("cluster", {}).get("leader", ""))

    name = await eventually(named, within=15)
    return next(server for server in broker.servers if server.name == name)
