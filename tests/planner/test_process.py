"""The planner as its own process: killed at any moment, it goes on from what was told."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from services.planner.settings import Settings
from tests.harness.broker import Broker
from tests.harness.waiting import eventually
from tests.planner.running import publisher_of, settings_for, tokens_of
from tests.planner.samples import in_a_while, variant, written

pytestmark = pytest.mark.nats

POSTS = "/api/v1/posts"


def environment(settings: Settings) -> dict[str, str]:
    values = {
        "NATS_URL": settings.nats_url,
        "SECRETS": str(settings.secrets),
        "DATA": str(settings.data),
        "PORT": str(settings.port),
        "PUBLIC_URL": f"http://127.0.0.1:{settings.port}",
    }
    return dict(os.environ) | {f"PLANNER_{name}": value for name, value in values.items()}


def launched(settings: Settings, log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "services.planner"], env=environment(settings), stderr=out
        )


def said_last(log: Path) -> str:
    return log.read_text()[-2000:]


@asynccontextmanager
async def process(settings: Settings, log: Path) -> AsyncIterator[subprocess.Popen[bytes]]:
    started = launched(settings, log)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}") as client:

            async def ready() -> bool:
                assert started.poll() is None, said_last(log)
                try:
                    return (await client.get("/health/ready")).status_code == 200
                except httpx.TransportError:
                    return False

            await eventually(ready, within=20)
        yield started
    finally:
        started.kill()
        await asyncio.to_thread(started.wait, 10)


async def test_a_killed_planner_goes_on_where_it_was(broker: Broker, tmp_path: Path) -> None:
    settings = settings_for(broker, tmp_path / "planner")
    log = tmp_path / "planner.log"
    tokens = tokens_of(broker)
    client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", timeout=20)
    anna, bengt = ({"Authorization": f"Bearer {tokens[name]}"} for name in ("anna", "bengt"))
    async with publisher_of(broker), client:
        async with process(settings, log) as first:
            body = written(variant(publish_at=in_a_while()))
            kept = (await client.post(POSTS, json=body, headers=anna)).headers["location"]
            sent = await client.post(f"{kept}/submit", headers=anna)
            first.send_signal(signal.SIGKILL)
        async with process(settings, log) as second:
            shown = await client.get(kept, headers=anna)
            assert shown.json()["state"] == "submitted"
            assert shown.headers["etag"] == sent.headers["etag"]
            seen = bengt | {"If-Match": sent.headers["etag"]}
            assert (await client.post(f"{kept}/approve", headers=seen)).status_code == 200
            second.send_signal(signal.SIGTERM)
            await asyncio.to_thread(second.wait, 10)


def ask(settings: Settings, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.planner", *words],
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


async def test_a_link_from_the_command_line_signs_in_once(broker: Broker, tmp_path: Path) -> None:
    settings = settings_for(broker, tmp_path / "planner")
    async with process(settings, tmp_path / "planner.log"), httpx.AsyncClient() as browser:
        link = (await asyncio.to_thread(ask, settings, "sign-in", "anna")).stdout.strip()
        assert link.startswith(f"http://127.0.0.1:{settings.port}/sign-in?code=anna.")
        assert (await browser.get(link)).status_code == 303
        posts = await browser.get(f"http://127.0.0.1:{settings.port}{POSTS}")
        assert posts.status_code == 200
        assert (await browser.get(link)).json()["code"] == "link_used"


@pytest.mark.parametrize(
    ("words", "said"), [(["sign-in", "nisse"], "no person nisse"), (["dance"], "usage")]
)
def test_a_wrong_command_says_what_is_right(
    broker: Broker, tmp_path: Path, words: list[str], said: str
) -> None:
    answer = ask(settings_for(broker, tmp_path / "planner"), *words)
    assert answer.returncode == 1
    assert said in answer.stderr
