"""The demo's own world: the simulator beside the services, and a faster clock."""

import json
import secrets
from collections.abc import Mapping

from budkavle.folder import Folder
from budkavle.ports import Ports
from budkavle.programs import BLUESKY, MASTODON, NEWSROOM, Plan
from budkavle.trouble import Trouble
from services.provision.secret_files import make_folder, write, write_once

_TEMPO = {
    "PUBLISHER_ANSWER_WITHIN": "PT2S",
    "PUBLISHER_LEASE": "PT4S",
    "PUBLISHER_SETTLE": "PT4.5S",
    "METRICS_WITNESS_AFTER": "PT1.5S",
    "METRICS_LOOK_AGAIN": json.dumps(["PT2S", "PT4S", "PT8S"]),
    "METRICS_AGES": json.dumps(["PT4S", "PT10S"]),
    "METRICS_READ_AGAIN": json.dumps(["PT2S", "PT4S"]),
    "METRICS_ANSWER_WITHIN": "PT3S",
    # A second of the clock is an hour of the audience's.
    "SIMULATOR_SPEED": "3600",
}

"""Over the lease, or two publishers would work on the same message."""

_CHANNELS = """\
# The demo's channels: the organisation's own page, and accounts at the simulator.
[channels.{newsroom}]
kind = "newsroom"
title = "{organisation}"
public_url = "{newsroom_url}"

[channels.{newsroom}.series]
{series}

[channels.{mastodon}]
kind = "mastodon"
title = "{organisation} på Mastodon"
base_url = "{simulator}/mastodon"

[channels.{bluesky}]
kind = "bluesky"
title = "{organisation} på Bluesky"
handle = "regionen.test"
base_url = "{simulator}/bluesky"
public_url = "{simulator}/bluesky"
"""


def lay_out(folder: Folder, ports: Ports, organisation: str, series: Mapping[str, str]) -> Plan:
    """Make the plan of a demo."""
    tempo = {
        **_TEMPO,
        "PLANNER_ORGANISATION": organisation,
        "PLANNER_SERIES": json.dumps(dict(series)),
    }
    return Plan(folder, ports, tempo, simulated=True)


def furnish(plan: Plan, organisation: str, series: Mapping[str, str]) -> None:
    """Write the demo's channels, and random tokens for the publisher and the simulator."""
    folder = plan.folder
    if folder.channels.exists() and f"[channels.{MASTODON}]" not in folder.channels.read_text():
        raise Trouble(
            "The folder {folder} is no demo's. Leave --data out, or choose an empty one.",
            folder=folder.root,
        )
    folder.channels.write_text(
        _CHANNELS.format(
            organisation=organisation,
            # A TOML string is written as JSON writes it.
            series="\n".join(
                f"{name} = {json.dumps(label, ensure_ascii=False)}"
                for name, label in series.items()
            ),
            newsroom=NEWSROOM,
            newsroom_url=plan.ports.url("publisher"),
            mastodon=MASTODON,
            bluesky=BLUESKY,
            simulator=plan.ports.url("simulator"),
        )
    )
    publishers = folder.secrets / "publisher"
    make_folder(folder.secrets)
    make_folder(publishers)
    tokens = {}
    for channel in (MASTODON, BLUESKY):
        file = publishers / f"{channel}.token"
        write_once(file, secrets.token_urlsafe(24))
        tokens[file.read_text().strip()] = "regionen"
    make_folder(folder.of("simulator"))
    write(folder.of("simulator") / "tokens.json", json.dumps(tokens))
