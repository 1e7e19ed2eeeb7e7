"""Guessing is slow, and nobody is shut out for longer than a minute."""

import asyncio
from pathlib import Path

import pytest

from schemas.codes import Code
from tests.siren.door import Door
from tests.siren.enlisted import station


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(station(tmp_path))


async def test_guessing_becomes_slow_and_never_shuts_out_for_longer_than_a_minute(
    door: Door,
) -> None:
    waits = []
    for _ in range(30):
        refusal = await door.refused("astrid", "000000")
        while refusal.code is Code.SIGN_IN_PAUSED:
            seconds = refusal.parameters["seconds"]
            assert isinstance(seconds, int)
            waits.append(seconds)
            door.made.clock.passes(seconds=seconds)
            refusal = await door.refused("astrid", "000000")
    assert waits[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert max(waits) == 60
    door.made.clock.passes(seconds=60)
    await door.enter("astrid")
    # Right once, it is forgotten.
    assert (await door.refused("astrid", "000000")).code is Code.SIGN_IN_REFUSED
    assert (await door.refused("astrid", "000000")).code is Code.SIGN_IN_REFUSED


async def test_a_right_code_does_not_shorten_a_pause(door: Door) -> None:
    for _ in range(3):
        await door.refused("astrid", "000000")
    assert (await door.refused("astrid", door.made.code("astrid"))).code is Code.SIGN_IN_PAUSED
    door.made.clock.passes(seconds=1)
    await door.enter("astrid")


async def test_a_strangers_guesses_do_not_keep_an_officer_out(door: Door) -> None:
    for number in range(40):
        await door.refused("astrid", "000000", address=f"198.51.100.{number % 4}")
    refusal = await door.refused("astrid", "000000", address="198.51.100.1")
    assert refusal.code is Code.SIGN_IN_PAUSED
    await door.enter("astrid")


async def test_an_address_that_tries_one_name_after_the_other_is_slowed_down(door: Door) -> None:
    for number in range(4):
        await door.refused(f"guess-{number}", "000000")
    assert (await door.refused("bo", "000000")).code is Code.SIGN_IN_PAUSED


async def test_a_clock_set_back_shuts_nobody_out(door: Door) -> None:
    for _ in range(12):
        await door.refused("astrid", "000000")
        door.made.clock.passes(seconds=60)
    door.made.clock.passes(days=-1)
    await door.enter("astrid")


async def test_a_flood_is_turned_away_and_leaves_the_door_usable(door: Door) -> None:
    tries = [door.refused("astrid", "000000", address=f"2001:db8::{n:x}") for n in range(300)]
    codes = [refusal.code for refusal in await asyncio.gather(*tries)]
    assert set(codes) == {Code.SIGN_IN_REFUSED, Code.SIGN_IN_PAUSED}
    await door.enter("astrid")


async def test_memory_of_wrong_tries_is_bounded(door: Door) -> None:
    throttle = door.sessions._throttle
    for number in range(10_000):
        throttle.wrong(f"officer-{number}", f"address-{number}", door.made.clock())
    assert len(throttle._tries) == 4096
    assert throttle.wait("officer-9999", "address-9999", door.made.clock()) == 0
