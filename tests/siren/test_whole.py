"""The real siren against simulated platforms: alone, killed, and corrected."""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from pathlib import Path

import httpx
import pytest

from tests.harness.waiting import eventually
from tests.siren.whole import HEALTHY, whole

pytestmark = [pytest.mark.web, pytest.mark.nats]


async def test_with_nobody_else_alive_an_alert_reaches_every_channel_and_is_corrected(
    tmp_path: Path,
) -> None:
    async with whole(tmp_path) as all_of_it:
        alert, _, _ = await all_of_it.out()
        await eventually(lambda: _are(all_of_it.states(alert, 1), "published"), within=15)
        await all_of_it.astrid.correct(alert)
        await eventually(lambda: _are(all_of_it.states(alert, 1), "corrected"), within=15)
        await eventually(lambda: _are(all_of_it.states(alert, 2), "published"), within=15)
        assert Counter(line["account"] for line in await all_of_it.record_since()) == dict.fromkeys(
            HEALTHY, 2
        )
        async with httpx.AsyncClient(timeout=5, trust_env=False) as stranger:

            async def told() -> bool:
                try:
                    return "Rättelse" in (await stranger.get(all_of_it.face)).text
                except httpx.HTTPError:
                    return False

            await eventually(told, within=20)


async def test_a_siren_that_is_killed_while_it_sends_loses_nothing_and_repeats_nothing(
    tmp_path: Path,
) -> None:
    async with whole(tmp_path) as all_of_it:
        alerts = []
        for number in range(3):
            alert, _, _ = await all_of_it.out(f"Tunadal {number}")
            alerts.append(alert)
            await asyncio.sleep(0.02 * number)
            all_of_it.siren.kill()
            await all_of_it.up()

        async def all_out() -> bool:
            return all([await _are(all_of_it.states(each, 1), "published") for each in alerts])

        await eventually(all_out, within=60)
        published = Counter(
            (line["account"], line["text"]) for line in await all_of_it.record_since()
        )
        assert len(published) == 3 * len(HEALTHY)
        assert set(published.values()) == {1}


async def _are(asked: Awaitable[dict[str, str]], wanted: str) -> bool:
    return set((await asked).values()) == {wanted}
