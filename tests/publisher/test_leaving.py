"""A channel is forgotten when no delivery stands open in it, and not before."""

from datetime import timedelta
from pathlib import Path

import pytest

from schemas.channels import ChannelRemoved
from services.publisher.accounts.leaving import StillOpen, leave
from services.publisher.settings import Settings
from tests.harness.waiting import eventually
from tests.publisher.builders import SECOND
from tests.publisher.fakes import Square
from tests.publisher.running import Region, region

pytestmark = pytest.mark.nats


def settings(one: Region, folder: Path) -> Settings:
    channels = folder / "channels.toml"
    channels.write_text(
        '[channels.ny]\nkind = "newsroom"\ntitle = "N"\npublic_url = "http://n.example"\n'
    )
    common = one.broker.settings("publisher")
    return Settings(
        nats_url=common.nats_url, secrets=common.secrets, data=folder, channels=channels
    )


async def test_a_channel_is_left_only_when_nothing_is_on_its_way_there(tmp_path: Path) -> None:
    async with region(tmp_path, Square()) as one:
        ours = settings(one, tmp_path)
        async with one.replica() as bus:
            await eventually(lambda: bus.facts.newest("publisher.channel.torget"), 10)
            out = await one.approve(SECOND)
            await one.comes_to("published", out)
            coming = await one.approve(timedelta(hours=1))
            await one.comes_to("scheduled", coming)
        with pytest.raises(StillOpen) as still:
            await leave(ours, "torget")
        assert still.value.posts == (coming.post,)

        async with one.replica():
            await one.withdraw(coming, "retract")
            await one.comes_to("cancelled", coming)
        assert await leave(ours, "torget")
        assert not await leave(ours, "torget")
        assert not await leave(ours, "never-there")
        async with one.replica() as bus:
            told = await bus.facts.page("PUBLISHER", "publisher.channel.torget", 1)
            facts = [bus.facts.read(kept) for kept in told]
        assert sum(isinstance(each.fact, ChannelRemoved) for each in facts if each) == 1
