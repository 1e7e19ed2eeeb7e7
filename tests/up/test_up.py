"""A running system does what people ask of it, and loses nothing when its parts die."""

import asyncio
from collections.abc import Iterator

import httpx
import psutil
import pytest

from tests.harness.waiting import eventually
from tests.up.running import Up, command, lateness

pytestmark = [pytest.mark.up, pytest.mark.nats]

ON_TIME = 2.0


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One running system for all tests of this file."""
    running = Up(tmp_path_factory.mktemp("up"))
    asyncio.run(running.start())
    yield running
    running.end()


async def test_the_printed_link_signs_in_once(system: Up) -> None:
    [link] = [word for word in system.out.split() if "/sign-in?code=" in word]
    async with httpx.AsyncClient(trust_env=False) as client:
        first = await client.get(link)
        second = await client.get(link)
    assert first.status_code == 303
    assert "HttpOnly" in first.headers["set-cookie"]
    assert second.status_code == 403


async def test_the_doctor_finds_a_running_system_well(system: Up) -> None:
    told = await asyncio.to_thread(command, "doctor", "--data", str(system.folder))
    assert told.returncode == 0, told.stdout
    assert told.stdout.rstrip().endswith("All is well.")
    assert "sync_interval always – OK" in told.stdout


async def test_the_siren_stands_beside_it_with_two_officers_papers(system: Up) -> None:
    assert await system.ready("siren")
    assert f"The siren              {system.ports.url('siren')}" in system.out
    async with httpx.AsyncClient(trust_env=False) as client:
        page = await client.get(system.ports.url("alerts"))
    assert page.status_code == 200
    papers = system.folder / "secrets" / "officers"
    assert {each.name for each in papers.iterdir()} >= {"astrid.key", "astrid.txt", "bo.key"}
    assert "An alert has no channel yet but its own page." in system.out


async def test_a_post_from_the_terminal_is_out_when_a_colleague_says_yes(system: Up) -> None:
    words = ["post", "Kaffe i foajén\nVälkomna!", "--approve-as", "cilla"]
    told = await asyncio.to_thread(command, *words, "--data", str(system.folder))
    assert told.returncode == 0, told.stdout
    assert f"newsroom: Published {system.ports.url('publisher')}/" in told.stdout
    assert await eventually(lambda: system.times_in_newsroom("Kaffe i foajén")) == 1


async def test_nobody_approves_their_own_post_from_the_terminal(system: Up) -> None:
    words = ["post", "Eget", "--as", "cilla", "--approve-as", "cilla"]
    told = await asyncio.to_thread(command, *words, "--data", str(system.folder))
    assert told.returncode == 2
    assert "You have written in this post" in told.stdout


async def test_a_publisher_killed_before_the_time_publishes_once_and_on_time(system: Up) -> None:
    post = await system.approved("Efter mordet", 10)
    # From here on it holds nothing; a message in its hands would come back after the lease.
    await system.comes_to(post, "scheduled", 8)
    await system.kill("publisher")
    variant = await system.out_within(post, 25)
    assert 0 <= lateness(variant) < ON_TIME
    assert await eventually(lambda: system.times_in_newsroom("Efter mordet")) == 1


async def test_a_planner_killed_before_the_time_is_not_needed(system: Up) -> None:
    post = await system.approved("Utan planerare", 4)
    psutil.Process(system.pids()["planner"]).suspend()
    await eventually(lambda: system.times_in_newsroom("Utan planerare"), 15)
    await system.kill("planner")
    assert 0 <= lateness(await system.out_within(post, 10)) < ON_TIME


async def test_a_killed_broker_comes_back_with_what_was_approved(system: Up) -> None:
    post = await system.approved("Efter navet", 8)
    before = system.pids()["broker"]
    psutil.Process(before).kill()
    await eventually(lambda: system.pids().get("broker", before) != before)
    assert 0 <= lateness(await system.out_within(post, 25)) < ON_TIME
    assert await eventually(lambda: system.times_in_newsroom("Efter navet")) == 1


async def test_a_second_system_in_the_same_folder_is_refused(system: Up) -> None:
    told = await asyncio.to_thread(command, "up", "--data", str(system.folder))
    assert told.returncode == 2
    assert "is used by another budkavle" in told.stdout
