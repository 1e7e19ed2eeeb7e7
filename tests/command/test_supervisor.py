"""What dies is started again; what is not fit to run is not; nothing of ours outlives us."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from budkavle.children import end_leftovers
from budkavle.logfile import LogFile
from budkavle.supervisor import Ended, Program, Supervisor
from tests.harness.waiting import eventually

WAITS = "import signal; print('here', flush=True); signal.pause()"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAITS}"


def program(code: str, grace: float = 5.0) -> Program:
    return Program("some", (sys.executable, "-c", code), dict(os.environ), grace)


class Watched:
    def __init__(self, logs: Path) -> None:
        self.ended: list[Ended] = []
        self.noted: Mapping[str, Mapping[str, object]] = {}
        self.supervisor = Supervisor(logs, self.ended.append, self._note)

    def _note(self, running: Mapping[str, Mapping[str, object]]) -> None:
        self.noted = running

    @property
    def pid(self) -> int:
        """0 while it does not run."""
        return self.supervisor.pids.get("some", 0)


@asynccontextmanager
async def watching(logs: Path) -> AsyncIterator[Watched]:
    watched = Watched(logs)
    try:
        yield watched
    finally:
        await watched.supervisor.stop(["some"])


async def test_a_killed_program_is_started_again(tmp_path: Path) -> None:
    async with watching(tmp_path) as watched:
        watched.supervisor.keep(program(WAITS))
        first = await eventually(lambda: watched.pid)
        os.kill(first, signal.SIGKILL)
        second = await eventually(lambda: watched.pid if watched.pid != first else 0)
        assert watched.ended == [Ended("some", -signal.SIGKILL, 0.2, watched.ended[0].words)]
        assert watched.noted["some"]["pid"] == second
    assert not psutil.pid_exists(second)
    assert not watched.noted


async def test_pauses_between_starts_grow(tmp_path: Path) -> None:
    async with watching(tmp_path) as watched:
        watched.supervisor.keep(program("raise SystemExit(1)"))
        await eventually(lambda: len(watched.ended) >= 4, within=10)
    assert [ended.again_after for ended in watched.ended[:4]] == [0.2, 0.4, 0.8, 1.6]


async def test_a_set_up_fault_is_shown_and_not_tried_again(tmp_path: Path) -> None:
    async with watching(tmp_path) as watched:
        watched.supervisor.keep(
            program("import sys; print('write a token', file=sys.stderr); sys.exit(2)")
        )
        await eventually(lambda: watched.supervisor.unfit)
        assert watched.supervisor.unfit == {"some": "write a token"}
        assert watched.ended == [Ended("some", 2, None, "write a token")]
        assert watched.pid == 0


async def test_a_program_that_cannot_be_started_is_tried_again(tmp_path: Path) -> None:
    async with watching(tmp_path) as watched:
        watched.supervisor.keep(Program("some", (str(tmp_path / "none"),), dict(os.environ)))
        await eventually(lambda: len(watched.ended) >= 2)
    assert watched.ended[1].again_after == 0.4
    assert "No such file" in watched.ended[1].words


async def test_a_program_that_will_not_stop_is_killed_in_time(tmp_path: Path) -> None:
    async with watching(tmp_path) as watched:
        watched.supervisor.keep(program(DEAF, grace=0.3))
        pid = await eventually(lambda: watched.pid)
        await eventually(lambda: "here" in (tmp_path / "some.log").read_text())
        async with asyncio.timeout(3):
            await watched.supervisor.stop(["some"])
    assert not psutil.pid_exists(pid)


async def test_children_end_when_we_are_killed(tmp_path: Path) -> None:
    code = (
        "import asyncio, os, sys\n"
        "from pathlib import Path\n"
        "from budkavle.supervisor import Program, Supervisor\n"
        "async def main():\n"
        f"    s = Supervisor(Path({str(tmp_path)!r}), print, lambda _: None)\n"
        f"    s.keep(Program('some', (sys.executable, '-c', {DEAF!r}), dict(os.environ)))\n"
        "    while not s.pids: await asyncio.sleep(0.01)\n"
        "    print(s.pids['some'], flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())"
    )
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert parent.stdout is not None
        async with asyncio.timeout(10):
            child = int(await parent.stdout.readline())
        await eventually(lambda: "here" in (tmp_path / "some.log").read_text())
    finally:
        parent.kill()
        await parent.communicate()
    await eventually(lambda: not psutil.pid_exists(child))


def test_leftovers_are_ended_and_strangers_are_not() -> None:
    argv = [sys.executable, "-c", "print('here', flush=True); import time; time.sleep(60)"]
    ours, theirs = ({**os.environ, "BUDKAVLE_FOLDER": name} for name in ("/ours", "/ours2"))
    with (
        subprocess.Popen(argv, stdout=subprocess.PIPE, env=ours) as left,
        subprocess.Popen(argv, stdout=subprocess.PIPE, env=theirs) as stranger,
        subprocess.Popen(argv, stdout=subprocess.PIPE, env=ours) as another,
    ):
        for each in (left, stranger, another):
            assert each.stdout is not None
            assert each.stdout.readline() == b"here\n"
        noted = {
            "planner": {"pid": left.pid, "argv": argv},
            "publisher": {"pid": stranger.pid, "argv": argv},
            "metrics": {"pid": another.pid, "argv": [sys.executable, "-m", "services.metrics"]},
            "broker": {"pid": 2**22 + 1, "argv": argv},
        }
        assert end_leftovers(noted, "BUDKAVLE_FOLDER=/ours") == ["planner"]
        assert left.wait(5) == -signal.SIGTERM
        for each in (stranger, another):
            assert each.poll() is None
            each.kill()


def test_a_log_stays_within_its_bound(tmp_path: Path) -> None:
    with LogFile(tmp_path / "a.log", most=1000) as log:
        for number in range(500):
            log.write(f"line {number}\n".encode())
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert set(sizes) == {"a.log", "a.log.1"}
    assert all(size <= 1000 for size in sizes.values())
    assert log.last[-1] == "line 499"
