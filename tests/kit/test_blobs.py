"""Pictures come back byte for byte, or not at all."""

import asyncio
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.kit.blobs import LARGEST, PIECE, Blobs
from services.kit.messages import BrokerAway, NotWhole
from tests.harness.broker import Broker, running_broker

pytestmark = pytest.mark.nats


def cut(content: bytes) -> Iterator[bytes]:
    return (content[at : at + PIECE] for at in range(0, len(content), PIECE))


@pytest.mark.parametrize("size", [0, 1, PIECE, PIECE + 1, 3_000_000])
async def test_bytes_come_back(broker: Broker, size: int) -> None:
    content = os.urandom(size)
    planner, publisher = broker.bus("planner"), broker.bus("publisher")
    async with broker.listening(planner), broker.listening(publisher):
        digest = await Blobs(planner.facts).put(content)

        assert digest == hashlib.sha256(content).hexdigest()
        assert await Blobs(publisher.facts).get(digest) == content


async def test_the_same_bytes_are_stored_once_also_by_two_at_once(broker: Broker) -> None:
    content = os.urandom(PIECE * 3)
    one, two = broker.bus("planner"), broker.bus("planner")
    async with broker.listening(one), broker.listening(two):
        stores = [Blobs(bus.facts) for bus in (one, two)]
        digests = await asyncio.gather(*(store.put(content) for store in stores * 2))
        async with broker.operator() as operator:
            info = await operator.jetstream().stream_info("MEDIA")

        assert set(digests) == {hashlib.sha256(content).hexdigest()}
        assert await stores[0].get(digests[0]) == content
        assert info.state.messages == 4


async def test_changed_bytes_are_not_given_out(broker: Broker) -> None:
    content = os.urandom(PIECE * 2)
    planner = broker.bus("planner")
    async with broker.listening(planner):
        blobs = Blobs(planner.facts)
        digest = await blobs.put(content)
        await planner.connection.ask(f"media.{digest}.2", os.urandom(PIECE))

        with pytest.raises(NotWhole):
            await blobs.get(digest)


async def test_a_blob_that_was_cut_off_is_not_there_and_can_be_put_again(broker: Broker) -> None:
    content = os.urandom(PIECE * 2)
    digest = hashlib.sha256(content).hexdigest()
    planner = broker.bus("planner")
    async with broker.listening(planner):
        blobs = Blobs(planner.facts)
        await planner.connection.ask(f"media.{digest}.1", content[:PIECE])
        assert not await blobs.has(digest)
        with pytest.raises(NotWhole):
            await blobs.get(digest)

        await blobs.put(content)
        assert await blobs.get(digest) == content


async def test_what_is_too_large_is_refused_before_it_is_sent(broker: Broker) -> None:
    planner = broker.bus("planner")
    async with broker.listening(planner):
        with pytest.raises(ValueError, match="are more than"):
            await Blobs(planner.facts).put(bytes(LARGEST + 1))
        assert await planner.facts.stream("PLANNER")
        async with broker.operator() as operator:
            info = await operator.jetstream().stream_info("MEDIA")
    assert info.state.messages == 0


async def test_what_is_too_large_to_hold_is_stored_and_read_in_pieces(broker: Broker) -> None:
    content = os.urandom(PIECE * 2 + 5)
    digest = hashlib.sha256(content).hexdigest()
    planner, publisher = broker.bus("planner"), broker.bus("publisher")
    async with broker.listening(planner), broker.listening(publisher):
        await Blobs(planner.facts).put_pieces(digest, cut(content))
        blobs = Blobs(publisher.facts)
        assert await blobs.size(digest) == len(content)
        for first, last in ((0, len(content) - 1), (PIECE - 1, PIECE), (PIECE * 2, PIECE * 2)):
            read = b"".join([piece async for piece in blobs.read(digest, first, last)])
            assert read == content[first : last + 1]


async def test_a_piece_that_is_changed_after_all_was_read_is_not_given_out(broker: Broker) -> None:
    content = os.urandom(PIECE * 2)
    planner = broker.bus("planner")
    async with broker.listening(planner):
        blobs = Blobs(planner.facts)
        digest = await blobs.put(content)
        await blobs.whole(digest)
        await planner.connection.ask(f"media.{digest}.2", os.urandom(PIECE))
        with pytest.raises(NotWhole):
            [piece async for piece in blobs.read(digest, 0, len(content) - 1)]
        with pytest.raises(NotWhole):
            await Blobs(planner.facts).whole(digest)


async def test_pieces_of_something_else_do_not_become_the_blob(broker: Broker) -> None:
    content = os.urandom(PIECE + 1)
    planner = broker.bus("planner")
    async with broker.listening(planner):
        blobs = Blobs(planner.facts)
        with pytest.raises(ValueError, match="not the bytes"):
            await blobs.put_pieces("0" * 64, cut(content))
        with pytest.raises(NotWhole):
            await blobs.size("0" * 64)


async def test_a_full_store_is_not_a_fault_of_whoever_puts_a_blob(tmp_path: Path) -> None:
    async with running_broker(tmp_path, room="2MB") as broker:
        planner = broker.bus("planner")
        async with broker.listening(planner):
            with pytest.raises(BrokerAway):
                await Blobs(planner.facts).put(os.urandom(PIECE * 6))
