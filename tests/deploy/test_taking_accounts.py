"""A channel is added and taken away in the containers, by the commands that the guide gives."""

from dataclasses import replace

import pytest

from tests.deploy.desk import Desk
from tests.deploy.stack import Stack
from tests.harness.waiting import eventually

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.timeout(600)]

PUBLISHER = ("run", "--rm", "publisher", "python", "-m", "services.publisher")
TABLE = """
[channels.mastodon-barn]
kind = "mastodon"
title = "Barnhälsan"
base_url = "http://simulator:8090/mastodon"
"""
KEEP = ("sh", "-c", "umask 077; cat >/secrets/publisher/mastodon-barn.token")


async def test_an_account_comes_and_goes_as_the_guide_says(exercise: Stack) -> None:
    assert "write:statuses" in exercise.run(*PUBLISHER, "kinds", "mastodon")
    with_it = replace(exercise, more_channels=TABLE)
    with_it.run("run", "--rm", "-T", "init", *KEEP, typed="practice\n")
    assert "Barnhälsan" in with_it.run(*PUBLISHER, "check", "mastodon-barn")
    with_it.run("up", "--detach", "--wait", "--force-recreate", within=180)
    desk = Desk(with_it)
    await eventually(lambda: desk.channels_ready("mastodon-barn"), within=30)

    exercise.run("up", "--detach", "--wait", "--force-recreate", within=180)
    exercise.run(*PUBLISHER, "forget", "mastodon-barn")
    dropped = exercise.run(
        *("run", "--rm", "streams", "python", "-m", "services.provision", "streams"),
        *("--without", "mastodon-barn"),
    )
    assert "dropped durable publisher-due-mastodon-barn" in dropped
    await eventually(lambda: "mastodon-barn" not in offered(desk), within=30)


def offered(desk: Desk) -> set[str]:
    """Name the channels that people can choose."""
    channels = desk.ask("anna", "GET", "/api/v1/channels").json()["channels"]
    return {channel["channel"] for channel in channels}
