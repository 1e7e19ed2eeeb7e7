"""What is on the broker becomes what the table says, and never less."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from schemas.flow import durables
from services.provision.streams import Refused, drop_durables
from tests.harness.broker import CHANNELS, Broker
from tests.provision.probes import STREAMS

pytestmark = pytest.mark.nats


async def test_a_second_run_changes_nothing(broker: Broker) -> None:
    before = await _configs(broker)

    again = await broker.provision(CHANNELS)

    assert not again.made
    assert not again.strengthened
    assert not again.orphans
    assert await _configs(broker) == before


async def test_streams_keep_what_they_are_told(broker: Broker) -> None:
    configs = await _configs(broker)

    for stream in ("PLANNER", "PUBLISHER", "METRICS"):
        config = configs[stream]
        assert config["deny_delete"]
        assert config["deny_purge"]
        assert not config["allow_rollup_hdrs"]
        assert config["allow_atomic"]
        assert config["duplicate_window"] == 3_600_000_000_000
    for stream in STREAMS:
        config = configs[stream]
        assert config["storage"] == "file"
        assert config["allow_direct"]
        limits = [config[f"max_{what}"] for what in ("age", "msgs", "bytes")]
        assert all(limit in {0, -1} for limit in limits)
    for durable in durables(CHANNELS):
        config = configs[durable.name]
        assert config["max_deliver"] == -1
        assert config["ack_wait"] == 5_000_000_000
        assert config["filter_subject"] == durable.pattern


async def test_a_new_channel_gets_its_durables_and_others_keep_theirs(broker: Broker) -> None:
    before = await _configs(broker)

    outcome = await broker.provision((*CHANNELS, "bluesky"))

    assert outcome.made == [
        "durable publisher-planner-order-bluesky",
        "durable publisher-planner-decision-bluesky",
        "durable publisher-planner-moderation-bluesky",
        "durable publisher-due-bluesky",
    ]
    after = await _configs(broker)
    assert before == {name: after[name] for name in before}


async def test_a_removed_channels_durables_are_told_and_kept(broker: Broker) -> None:
    before = await _configs(broker)

    outcome = await broker.provision(("newsroom",))

    assert sorted(outcome.orphans) == [
        "publisher-due-mastodon",
        "publisher-planner-decision-mastodon",
        "publisher-planner-moderation-mastodon",
        "publisher-planner-order-mastodon",
    ]
    assert await _configs(broker) == before


async def test_a_removed_channels_durables_go_when_that_is_asked_and_come_back_whole(
    broker: Broker,
) -> None:
    before = await _configs(broker)
    async with broker.connection("provision") as connection:
        with pytest.raises(Refused, match="still there"):
            await drop_durables(connection, CHANNELS, "mastodon")
        dropped = await drop_durables(connection, ("newsroom",), "mastodon")
        assert await drop_durables(connection, ("newsroom",), "mastodon") == []

    assert sorted(dropped) == [
        "publisher-due-mastodon",
        "publisher-planner-decision-mastodon",
        "publisher-planner-moderation-mastodon",
        "publisher-planner-order-mastodon",
    ]
    left = await _configs(broker)
    assert left == {name: said for name, said in before.items() if name not in dropped}
    await broker.provision(CHANNELS)
    assert await _configs(broker) == before


WEAKER: tuple[Mapping[str, Any], ...] = (
    {"allow_atomic": False},
    {"duplicate_window": 60_000_000_000},
    {"max_age": 3_600_000_000_000, "duplicate_window": 60_000_000_000},
    {"max_msgs": 100},
    {"max_msgs_per_subject": 5},
    {"max_bytes": 1_000_000},
)


@pytest.mark.parametrize("change", WEAKER, ids=",".join)
async def test_a_weaker_stream_is_strengthened(broker: Broker, change: Mapping[str, Any]) -> None:
    right = await _configs(broker)
    await _update(broker, "PUBLISHER", change)

    outcome = await broker.provision(CHANNELS)

    assert len(outcome.strengthened) == len(change)
    assert all(line.startswith("stream PUBLISHER: ") for line in outcome.strengthened)
    assert await _configs(broker) == right


STRONGER = (
    ("PUBLISHER", {"duplicate_window": 7_200_000_000_000}, "duplicate_window"),
    ("METRICS", {"subjects": ["metrics.>", "further.>"]}, "subjects"),
)


@pytest.mark.parametrize(("stream", "change", "setting"), STRONGER)
async def test_weakening_is_refused_in_a_sentence_and_nothing_is_changed(
    broker: Broker, stream: str, change: Mapping[str, Any], setting: str
) -> None:
    await _update(broker, stream, change)
    # Something that would have to be strengthened, before the refusal in the order of work.
    await _update(broker, "PLANNER", {"allow_atomic": False})
    before = await _configs(broker)

    with pytest.raises(Refused) as refusal:
        await broker.provision((*CHANNELS, "bluesky"))

    said = str(refusal.value)
    assert said.startswith(
        f"stream {stream}: {setting} is {json.dumps(change[setting])} and wanted"
    )
    assert await _configs(broker) == before


async def test_a_durable_with_another_filter_is_refused(broker: Broker) -> None:
    await _consumer(broker, "metrics-publisher-delivery", {"filter_subject": "publisher.>"})

    with pytest.raises(
        Refused, match="durable metrics-publisher-delivery of stream PUBLISHER: filt"
    ):
        await broker.provision(CHANNELS)


async def test_a_durable_that_gives_up_is_told_not_to(broker: Broker) -> None:
    right = await _configs(broker)
    await _consumer(broker, "metrics-publisher-delivery", {"max_deliver": 3})

    outcome = await broker.provision(CHANNELS)

    assert outcome.strengthened == ["durable metrics-publisher-delivery: max_deliver 3 → -1"]
    assert await _configs(broker) == right


async def test_how_soon_a_message_comes_again_may_be_tuned_both_ways(broker: Broker) -> None:
    for ack_wait in (timedelta(seconds=3), timedelta(seconds=60)):
        outcome = await broker.provision(CHANNELS, ack_wait=ack_wait)

        configs = await _configs(broker)
        assert len(outcome.strengthened) == len(tuple(durables(CHANNELS)))
        for durable in durables(CHANNELS):
            assert configs[durable.name]["ack_wait"] == ack_wait.total_seconds() * 1e9


async def test_more_copies_than_servers_is_an_error_and_not_a_wait(broker: Broker) -> None:
    with pytest.raises(Refused, match="replicas"):
        await broker.provision(CHANNELS, replicas=3)


async def _configs(broker: Broker) -> dict[str, dict[str, Any]]:
    async with broker.connection("provision") as connection:

        async def config(what: str) -> dict[str, Any]:
            said = json.loads((await connection.ask(f"$JS.API.{what}")).data)
            found: dict[str, Any] = said.get("config", {})
            # The broker's own notes: who asked last for which level of its interface.
            return {name: value for name, value in found.items() if name != "metadata"}

        streams = {stream: await config(f"STREAM.INFO.{stream}") for stream in STREAMS}
        return streams | {
            durable.name: found
            for durable in durables((*CHANNELS, "bluesky"))
            if (found := await config(f"CONSUMER.INFO.{durable.stream}.{durable.name}"))
        }


async def _update(broker: Broker, stream: str, change: Mapping[str, Any]) -> None:
    config = (await _configs(broker))[stream] | dict(change)
    async with broker.connection("provision") as connection:
        answer = await connection.ask(
            f"$JS.API.STREAM.UPDATE.{stream}", json.dumps(config).encode()
        )
    assert "error" not in json.loads(answer.data), answer.data


async def _consumer(broker: Broker, name: str, change: Mapping[str, Any]) -> None:
    config = (await _configs(broker))[name] | dict(change)
    request = {"stream_name": "PUBLISHER", "config": config, "action": "update"}
    subject = f"$JS.API.CONSUMER.CREATE.PUBLISHER.{name}.{config['filter_subject']}"
    async with broker.connection("provision") as connection:
        answer = await connection.ask(subject, json.dumps(request).encode())
    assert "error" not in json.loads(answer.data), answer.data
