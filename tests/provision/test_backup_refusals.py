"""What is there is never overwritten, half restored or believed without its keys."""

import asyncio
import tarfile
from pathlib import Path

import pytest

from schemas.flow import SERVICES
from services.kit.ending import end
from services.kit.marks import COPY, UNFINISHED
from services.provision.keys import write_keys
from services.provision.snapshots import ask
from services.provision.streams import Refused
from tests.harness.broker import CHANNELS, Broker, running_broker
from tests.harness.waiting import eventually
from tests.kit.builders import DUES, Listener
from tests.provision.keeping import (
    backup,
    connected,
    named,
    published,
    refused,
    restore,
    stream,
)

pytestmark = pytest.mark.nats


async def test_a_broker_that_remembers_something_is_not_overwritten(
    broker: Broker, tmp_path: Path
) -> None:
    async with connected(broker, "publisher") as bus:
        await bus.facts.tell(published(), after=0)
    await backup(broker, tmp_path / "copy.tar")
    before = (await stream(broker, "PUBLISHER"))["state"]

    said = await refused("restore", broker, "--from", tmp_path / "copy.tar")

    assert "already remembers something (stream PUBLISHER)" in said
    assert (await stream(broker, "PUBLISHER"))["state"] == before


async def test_services_that_run_are_named_and_nothing_is_changed(
    broker: Broker, tmp_path: Path
) -> None:
    await backup(broker, tmp_path / "copy.tar")
    bus = broker.bus("publisher")
    bus.hear_dues(DUES, Listener().take)  # type: ignore[arg-type]  # it never gets one

    async with broker.listening(bus):
        said = await refused("restore", broker, "--from", tmp_path / "copy.tar")

    assert "these services are running: publisher" in said
    assert not (await stream(broker, "PUBLISHER"))["config"]["metadata"].get(COPY)


async def test_a_copy_that_other_keys_have_signed_is_refused(
    broker: Broker, tmp_path: Path
) -> None:
    await backup(broker, tmp_path / "copy.tar")

    async with running_broker(tmp_path / "stranger") as other:
        said = await refused("restore", other, "--from", tmp_path / "copy.tar")

    assert "is not listed in" in said
    assert "Put the secrets back" in said


async def test_a_restore_that_was_broken_off_is_seen_and_can_be_done_again(
    broker: Broker, tmp_path: Path
) -> None:
    path = tmp_path / "copy.tar"
    async with connected(broker, "publisher") as bus:
        await bus.facts.tell(published(), after=0)
    await backup(broker, path)
    async with broker.connection("provision") as connection:
        config = (await stream(broker, "PUBLISHER"))["config"]
        config["metadata"][COPY] = UNFINISHED
        await ask(connection, "STREAM.UPDATE.PUBLISHER", config)

    with pytest.raises(Refused, match="begun and broken off"):
        await broker.provision(CHANNELS)
    assert "is not finished" in await refused("backup", broker, "--to", tmp_path / "more.tar")

    bus = broker.bus("publisher")
    starting = asyncio.create_task(bus.start())
    try:
        await eventually(lambda: bus.marks.alarm)
        assert not bus.started.is_set()
        # Only it is to be made anew; the empty ones that stand beside it count for nothing.
        await restore(broker, "--from", path)
        await eventually(bus.started.is_set, 10)
        assert bus.marks.alarm is None
    finally:
        await end(starting)
        await bus.stop()


async def test_secrets_are_in_a_copy_only_when_asked_for(broker: Broker, tmp_path: Path) -> None:
    await backup(broker, tmp_path / "without.tar")
    await backup(broker, tmp_path / "with.tar", "--with-secrets")

    with tarfile.open(tmp_path / "without.tar") as tar:
        assert not [name for name in tar.getnames() if name.startswith("secrets/")]
    fresh = tmp_path / "fresh"
    taking = ("--from", tmp_path / "with.tar", "--secrets-only", "--secrets", fresh)
    assert "wrote" in await restore(broker, *taking)
    write_keys(fresh)
    for service in SERVICES:
        for name in ("nkey", "signing.key", "signed-by.toml"):
            assert (fresh / service / name).read_text() == (
                broker.secrets / service / name
            ).read_text()


async def test_a_copy_is_never_written_over(broker: Broker, tmp_path: Path) -> None:
    (tmp_path / "copy.tar").write_text("an older one")

    said = await refused("backup", broker, "--to", tmp_path / "copy.tar")

    assert "is there already" in said
    assert (tmp_path / "copy.tar").read_text() == "an older one"
    await backup(broker, tmp_path)
    assert len(named(tmp_path, "budkavle-*.tar")) == 1
