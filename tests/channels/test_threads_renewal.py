"""The token of Threads renews itself, and whatever breaks meanwhile leaves the account open."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from schemas.codes import Code
from services.kit.settings import ServiceSettings
from services.publisher.channels.config import make_channels, read_channels
from services.publisher.channels.meta.threads import ThreadsChannel
from services.publisher.channels.tokens import TokenFile
from services.publisher.domain.answers import Published
from services.publisher.ports import NotRenewed, Renewing
from services.publisher.wiring import renew
from simulator.graph.threads import BASE, user_id
from tests.channels.builders import laid, parcel, write_token
from tests.harness.waiting import eventually
from tests.simulator.running import Running, running_simulator

pytestmark = pytest.mark.web

DAY = timedelta(days=1)
NOW = int(time.time())
YOUNG, RIPE = "KANARIEUNGE", "KANARIEFAGEL"
GRANTS = {
    RIPE: {"issued_at": NOW - 86_400 * 2, "expires_at": NOW + 86_400 * 58},
    YOUNG: {"issued_at": NOW - 3600, "expires_at": NOW + 86_400 * 60},
    "over": {"issued_at": 1, "expires_at": 2},
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    told = {"tokens": json.dumps(dict.fromkeys(GRANTS, "regionen")), "grants": json.dumps(GRANTS)}
    with running_simulator(tmp_path_factory.mktemp("simulator"), **told) as running:
        yield running


@dataclass
class Place:
    """One folder of secrets with a token, and the replicas that work on it."""

    world: Running
    folder: Path
    made: list[ThreadsChannel] = field(default_factory=list)

    @property
    def file(self) -> Path:
        return self.folder / "t.token"

    def replica(self) -> ThreadsChannel:
        """Start one, as the publisher does."""
        path = self.folder / "channels.toml"
        path.write_text(
            '[channels.t]\nkind = "threads"\ntitle = "T"\nmedia_url = "http://127.0.0.1:9"\n'
            f'account = "{user_id("regionen.threads")}"\nbase_url = "{self.world.url}{BASE}/v1.0"\n'
        )
        settings = ServiceSettings(secrets=self.folder, port=1)
        entries = read_channels(path)
        [channel] = make_channels(entries, settings, self.folder, answer_within=DAY / 8640).values()
        assert isinstance(channel, ThreadsChannel)
        self.made.append(channel)
        return channel

    async def strikes(self, effect: dict[str, Any]) -> None:
        """Let the next exchange go wrong."""
        rule = {"path": f"{BASE}/refresh_access_token", "effect": effect, "count": 1}
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{self.world.url}/faults", json={"method": "GET", **rule})
        answer.raise_for_status()

    def exchanges(self) -> int:
        """Count those that the platform has made."""
        return sum(each["what"] == "renewed" for each in self.world.record())


@pytest.fixture
async def place(world: Running, tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(world, tmp_path)
    write_token(place.file, RIPE)
    yield place
    for channel in place.made:
        await channel.close()


async def days_left(channel: ThreadsChannel) -> float:
    readiness = await channel.check()
    assert readiness.code is None
    assert readiness.token_ends is not None
    return (readiness.token_ends - datetime.now(UTC)) / DAY


async def test_a_token_is_renewed_and_its_end_is_told_anew(place: Place) -> None:
    channel = place.replica()
    assert isinstance(channel, Renewing)
    assert await days_left(channel) == pytest.approx(58, abs=0.01)
    assert await channel.renew()
    assert place.file.read_text() != f"{RIPE}\n"
    assert place.file.stat().st_mode & 0o777 == 0o600
    assert await days_left(channel) == pytest.approx(60, abs=0.01)
    assert isinstance(await channel.commit(await laid(channel, parcel())), Published)
    assert not await channel.renew(), "it is a day too early for another"


async def test_a_process_that_starts_later_goes_on_with_the_newer_one(place: Place) -> None:
    assert await place.replica().renew()
    kept, before = place.file.read_text(), place.exchanges()
    later = place.replica()
    assert await days_left(later) == pytest.approx(60, abs=0.01)
    assert not await later.renew()
    assert (place.file.read_text(), place.exchanges()) == (kept, before)


async def test_two_replicas_renew_once_and_both_go_on_with_the_newer_one(place: Place) -> None:
    one, other, before = place.replica(), place.replica(), place.exchanges()
    await one.check()
    await other.check()
    await place.strikes({"kind": "slow", "seconds": 1})
    renewing = asyncio.ensure_future(one.renew())
    await eventually(lambda: _is_claimed(place))
    assert not await other.renew(), "the first is at it"
    assert await renewing
    assert not await other.renew(), "it has been done"
    assert place.exchanges() == before + 1
    assert await days_left(other) == pytest.approx(60, abs=0.01)


async def test_a_picture_that_was_handed_over_just_before_can_still_be_fetched(
    place: Place,
) -> None:
    one, other = place.replica(), place.replica()
    digest = "a" * 64
    seal = one.showcase.address(digest).rpartition("-")[2].removesuffix(".jpg")
    assert await one.renew()
    assert one.showcase.opens(digest, seal)
    assert other.showcase.opens(digest, seal)
    assert one.showcase.address(digest) == other.showcase.address(digest)
    assert seal not in one.showcase.address(digest)


async def test_a_crash_between_the_answer_and_the_file_leaves_the_old_one_which_is_good(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(Exception):
        pass

    def crash(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as broken, suppress(Crash):
        broken.setattr(TokenFile, "keep", crash)
        await place.replica().renew()
    assert place.file.read_text() == f"{RIPE}\n"
    again = place.replica()
    assert (await again.check()).code is None
    assert await again.renew()


async def test_what_a_person_writes_meanwhile_is_not_written_over(place: Place) -> None:
    channel = place.replica()
    await place.strikes({"kind": "slow", "seconds": 1})
    renewing = asyncio.ensure_future(channel.renew())
    await eventually(lambda: _is_claimed(place))
    write_token(place.file, YOUNG, age=timedelta())
    assert not await renewing
    assert place.file.read_text() == YOUNG
    assert (await channel.check()).code is None


@pytest.mark.parametrize(
    ("effect", "why"),
    [
        ({"kind": "status", "status": 500}, Code.CHANNEL_BUSY),
        ({"kind": "status", "status": 401}, Code.CREDENTIALS_REFUSED),
        ({"kind": "throttle", "retry_after": 60}, Code.CHANNEL_THROTTLED),
        ({"kind": "reset-after"}, Code.CHANNEL_UNREACHABLE),
    ],
)
async def test_what_fails_leaves_the_old_one_and_the_day_on_which_it_ends(
    place: Place, effect: dict[str, Any], why: Code
) -> None:
    channel = place.replica()
    await place.strikes(effect)
    with pytest.raises(NotRenewed, match=why):
        await channel.renew()
    assert place.file.read_text() == f"{RIPE}\n"
    assert await days_left(channel) == pytest.approx(58, abs=0.01)
    assert await channel.renew(), "the next hour it goes well"


@pytest.mark.parametrize(
    ("token", "why"), [(YOUNG, Code.CHANNEL_REFUSED), ("over", Code.CREDENTIALS_REFUSED)]
)
async def test_what_is_too_young_or_over_stays_as_it_is(place: Place, token: str, why: str) -> None:
    write_token(place.file, token, age=2 * DAY)
    with pytest.raises(NotRenewed, match=why):
        await place.replica().renew()
    assert place.file.read_text().strip() == token


async def test_nobody_is_asked_for_a_token_that_could_not_be_kept(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    channel, before = place.replica(), place.exchanges()
    monkeypatch.setattr("services.publisher.channels.tokens.write", full)
    with pytest.raises(NotRenewed, match="No space left on device"):
        await channel.renew()
    assert place.exchanges() == before


async def test_the_log_tells_what_became_of_it_and_never_a_token(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    channel = place.replica()
    await place.strikes({"kind": "reset-before"})
    with capture_logs() as logs:
        await renew(channel)
        await renew(channel)
        await renew(channel)
    said = [(each["event"], each["channel"], each.get("why")) for each in logs]
    assert said == [
        ("token.not_renewed", "t", Code.CHANNEL_UNREACHABLE),
        ("token.renewed", "t", None),
    ]
    newer = place.file.read_text().strip()
    write_token(place.file, YOUNG)
    with pytest.raises(NotRenewed) as caught:
        await channel.renew()
    told = f"{logs} {caplog.text} {caught.value!r} {caught.value.__cause__!r}"
    assert not any(token in told for token in (RIPE, YOUNG, newer))
    assert caught.value.__suppress_context__


async def _is_claimed(place: Place) -> bool:
    token = place.made[0]._token
    assert isinstance(token, TokenFile)
    with token.claimed() as ours:
        return not ours
