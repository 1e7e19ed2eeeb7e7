"""Keys change and nothing that waits is lost; what the planner has not signed never goes out."""

import asyncio
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from schemas.codes import Code
from schemas.deliveries import DeliveryFailed
from schemas.envelope import now
from schemas.parked import MessageParked
from schemas.posts import Content, OrderApproved
from services.kit.connection import Connection
from services.kit.facts import Facts
from services.kit.messages import Kept
from services.kit.proofs import PROOF, signing_key
from services.provision import keys
from tests.harness.broker import Broker
from tests.harness.ports import free_port
from tests.harness.waiting import eventually
from tests.publisher.builders import order
from tests.simulator.running import Running, start, stop

pytestmark = [pytest.mark.nats, pytest.mark.web]

SOON = timedelta(seconds=8)
"""Time enough for a loaded machine to take the orders in before they are due."""

CHANNEL = (
    '[channels.mastodon]\nkind = "mastodon"\ntitle = "Mastodon"\nbase_url = "{url}/mastodon"\n'
)


@pytest.fixture
async def publisher(broker: Broker, platform: Running, tmp_path: Path) -> AsyncIterator[str]:
    """A publisher that runs from before the first key is changed until after the last post."""
    channels = tmp_path / "channels.toml"
    channels.write_text(CHANNEL.format(url=platform.url))
    token = broker.secrets / "publisher" / "mastodon.token"
    token.touch(mode=0o600)
    token.write_text("regionen-token")
    with _process(broker, channels, tmp_path / "publisher") as url:
        yield url


@contextmanager
def _process(broker: Broker, channels: Path, data: Path) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = {
        "PUBLISHER_PORT": str(port),
        "PUBLISHER_NATS_URL": broker.url,
        "PUBLISHER_SECRETS": str(broker.secrets / "publisher"),
        "PUBLISHER_CHANNELS": str(channels),
        "PUBLISHER_DATA": str(data),
        "PUBLISHER_LOG_FORMAT": "terminal",
        # An order that cannot be found is looked for again for so long.
        "PUBLISHER_ANSWER_WITHIN": "PT2S",
        "PUBLISHER_LEASE": "PT4S",
        "PUBLISHER_SETTLE": "PT5S",
    }
    program = start((sys.executable, "-m", "services.publisher"), f"{url}/health/live", settings)
    try:
        yield url
    finally:
        stop(program)


@asynccontextmanager
async def planner(broker: Broker) -> AsyncIterator[Facts]:
    """The planner as it is after a start: it signs with the key that is there now."""
    folder = broker.secrets / "planner"
    nkey, signing = ((folder / name).read_text() for name in ("nkey", keys.SIGNING))
    connection = Connection(broker.url, "planner", nkey, folder / "tellers.toml", signing)
    async with asyncio.timeout(15):
        await connection.connect()
    try:
        yield Facts(connection)
    finally:
        await connection.stop()


def orders(count: int, at: datetime) -> list[OrderApproved]:
    return [_order(uuid4(), at) for _ in range(count)]


def _order(post: UUID, at: datetime, revision: int = 1, text: str = "") -> OrderApproved:
    return order(
        channel="mastodon",
        post=post,
        revision=revision,
        occurred_at=now(),
        publish_at=at,
        fresh_until=at + timedelta(minutes=15),
        content=Content(text=text or f"Vaccinera dig på torsdag, mottagning {post}."),
    )


async def tell(facts: Facts, approved: Sequence[OrderApproved]) -> None:
    for each in approved:
        await facts.tell(each, after=0)


async def kept(facts: Facts, stream: str, pattern: str) -> list[Kept]:
    found: list[Kept] = []
    while page := await facts.page(stream, pattern, found[-1].sequence + 1 if found else 1):
        found += page
    return found


async def taken_in(facts: Facts, count: int) -> None:
    """Wait until the publisher has written down that many deliveries."""

    async def scheduled() -> bool:
        subjects = {each.subject for each in await kept(facts, "PUBLISHER", "publisher.delivery.>")}
        return len(subjects) == count

    await eventually(scheduled, within=20)


async def failures(facts: Facts, count: int) -> list[DeliveryFailed]:
    """Wait until that many deliveries have failed."""

    async def failed() -> list[DeliveryFailed]:
        found = await kept(facts, "PUBLISHER", "publisher.delivery.*.*")
        told = [facts.read(each) for each in found]
        ended = [each.fact for each in told if each and isinstance(each.fact, DeliveryFailed)]
        return ended if len(ended) >= count else []

    return await eventually(failed, within=20)


async def set_aside(facts: Facts, count: int) -> list[MessageParked]:
    """Wait until the publisher has set that many messages aside."""

    async def parked() -> list[MessageParked]:
        found = await kept(facts, "PUBLISHER", "publisher.parked.*")
        told = [facts.read(each) for each in found]
        facts_told = [each.fact for each in told if each]
        return facts_told if len(facts_told) >= count else []

    return await eventually(parked, within=20)


def shown(platform: Running) -> Counter[str]:
    """Count by the platform's own record what has become public."""
    said = [str(line) for line in platform.record() if line["what"] == "published"]
    return Counter(
        found[1] for line in said if (found := re.search(r"mottagning ([0-9a-f-]+)", line))
    )


async def out(platform: Running, approved: Sequence[OrderApproved]) -> None:
    """Wait until all of these are public, and see that each is so once."""
    wanted = {str(each.post) for each in approved}
    await eventually(lambda: wanted <= set(shown(platform)), within=25)
    assert {post: shown(platform)[post] for post in wanted} == dict.fromkeys(wanted, 1)


async def refusals(publisher: str) -> float:
    """Read what the publisher counts for ops."""
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        text = (await client.get(f"{publisher}/metrics")).text
    found = re.search(
        r'^budkavle_forged_messages_total{teller="planner"} (\S+)$', text, re.MULTILINE
    )
    return float(found[1]) if found else 0.0


async def test_twenty_orders_that_wait_go_out_though_the_key_is_changed_twice(
    broker: Broker, platform: Running, publisher: str
) -> None:
    at = now() + SOON
    approved = orders(20, at)
    for number, share in enumerate((approved[:7], approved[7:14], approved[14:])):
        if number:
            keys.renew(broker.secrets, "planner")
        async with planner(broker) as facts:
            await tell(facts, share)
    async with planner(broker) as facts:
        await taken_in(facts, 20)
        names = {
            each.headers[PROOF].split(".")[0] for each in await kept(facts, "PLANNER", "planner.>")
        }
        assert len(names) == 3
        assert not shown(platform)

        await out(platform, approved)

        assert not await kept(facts, "PUBLISHER", "publisher.parked.*")
    assert await refusals(publisher) == 0


async def test_orders_under_a_revoked_key_stay_and_are_set_aside(
    broker: Broker, platform: Running, publisher: str
) -> None:
    at = now() + SOON
    stolen, right = orders(4, at), orders(4, at)
    async with planner(broker) as facts:
        await tell(facts, stolen)
        await taken_in(facts, 4)
    old = signing_key((broker.secrets / "planner" / keys.SIGNING).read_text())[1].name
    keys.renew(broker.secrets, "planner")
    keys.revoke(broker.secrets, old)
    async with planner(broker) as facts:
        await tell(facts, right)

        await out(platform, right)
        ended = await failures(facts, 4)

    assert set(shown(platform)) == {str(each.post) for each in right}
    assert {each.code for each in ended} == {Code.ORDER_LOST}
    assert {each.post for each in ended} == {each.post for each in stolen}
    assert await refusals(publisher) >= 4


async def test_a_forged_order_stops_the_send_until_people_approve_again(
    broker: Broker, platform: Running, publisher: str
) -> None:
    at = now() + SOON
    attacked, other = orders(1, at), orders(1, at)
    [genuine] = attacked
    forged = _order(genuine.post, at, 2, f"Allt är inställt, mottagning {genuine.post}.")
    async with planner(broker) as facts:
        await tell(facts, [*attacked, *other])
        await taken_in(facts, 2)
        await _led_astray(broker, forged)

        # Set aside when it is heard; in its time, nothing is sent and people see why.
        [parked] = await set_aside(facts, 1)
        [ended] = await failures(facts, 1)
        await out(platform, other)

        assert parked.code is Code.SIGNATURE_WRONG
        assert parked.about == genuine.subject
        assert (ended.post, ended.code) == (genuine.post, Code.ORDER_LOST)
        assert set(shown(platform)) == {str(other[0].post)}
        assert await refusals(publisher) >= 2

        newest = await facts.newest_kept("PLANNER", genuine.subject)
        assert newest is not None
        assert b"inst" in newest.body
        again = _order(genuine.post, now() + timedelta(seconds=1), 2)
        await facts.tell(again, after=newest.sequence)

        await out(platform, [again])
    assert not any("inställt" in str(line) for line in platform.record())


async def _led_astray(broker: Broker, forged: OrderApproved) -> None:
    """Store an order with the credentials of metrics: by an answer that is wanted elsewhere."""
    async with broker.connection("metrics") as connection:
        own = f"metrics.parked.{uuid4()}"
        await connection.ask(own, forged.model_dump_json().encode())
        look_up = f"$JS.API.DIRECT.GET.METRICS.{own}"
        await connection.client.publish(look_up, b"", reply=forged.subject)
        await connection.client.flush()
