"""The demo's own world: the simulator beside the services, and a faster clock."""

import json
import secrets
from collections.abc import Mapping

from budkavle.demo.story import AGES
from budkavle.folder import Folder
from budkavle.ports import Ports
from budkavle.programs import BLUESKY, FACEBOOK, INSTAGRAM, MASTODON, NEWSROOM, Plan
from budkavle.trouble import Trouble
from services.kit.secret_files import make_folder, write, write_once

_TEMPO = {
    "PUBLISHER_ANSWER_WITHIN": "PT2S",
    "PUBLISHER_LEASE": "PT4S",
    "PUBLISHER_SETTLE": "PT9.5S",
    "METRICS_WITNESS_AFTER": "PT1.5S",
    "METRICS_LOOK_AGAIN": json.dumps(["PT2S", "PT4S", "PT8S"]),
    "METRICS_AGES": json.dumps([f"PT{age.seconds}S" for age in AGES]),
    "METRICS_READ_AGAIN": json.dumps(["PT2S", "PT4S", "PT8S"]),
    "METRICS_WATCH_LEAST": "PT2S",
    "METRICS_ANSWER_WITHIN": "PT3S",
    # A second of the clock is an hour of the audience's.
    "SIMULATOR_SPEED": "3600",
}

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

[channels.{facebook}]
kind = "facebook"
title = "{organisation} på Facebook"
page = "{page}"
base_url = "{simulator}/graph/v26.0"

[channels.{instagram}]
kind = "instagram"
title = "{organisation} på Instagram"
account = "{account}"
media_url = "{newsroom_url}"
base_url = "{simulator}/graph/v26.0"
"""

_EXERCISE = """\
# Accounts for exercises alone: nobody else follows them.
[channels.mastodon-ovning]
kind = "mastodon"
title = "Övningskontot på Mastodon"
base_url = "{simulator}/mastodon"

[channels.bluesky-ovning]
kind = "bluesky"
title = "Övningskontot på Bluesky"
handle = "ovning.test"
base_url = "{simulator}/bluesky"
public_url = "{simulator}/bluesky"
"""

_PRACTISING = ("mastodon-ovning", "bluesky-ovning")

_PAGE = "101082996395759"
"""What the simulator calls the Page of `regionen`."""

_ACCOUNT = "17841400006515022"
"""What it calls the Instagram account."""


def lay_out(folder: Folder, ports: Ports, organisation: str, series: Mapping[str, str]) -> Plan:
    """Make the plan of a demo."""
    tempo = {
        **_TEMPO,
        "PLANNER_ORGANISATION": organisation,
        "SIREN_ORGANISATION": organisation,
        "PLANNER_SERIES": json.dumps(dict(series)),
        "METRICS_GRAPH_URL": f"{ports.url('simulator')}/graph/v26.0",
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
            facebook=FACEBOOK,
            page=_PAGE,
            instagram=INSTAGRAM,
            account=_ACCOUNT,
            simulator=plan.ports.url("simulator"),
        )
    )
    simulator = plan.ports.url("simulator")
    folder.exercise_channels.write_text(_EXERCISE.format(simulator=simulator))
    make_folder(folder.secrets)
    accounts = (MASTODON, BLUESKY, FACEBOOK, INSTAGRAM)
    tokens = {_token(folder, channel): "regionen" for channel in accounts}
    tokens |= {_token(folder, channel): "ovning" for channel in _PRACTISING}
    make_folder(folder.of("simulator"))
    write(folder.of("simulator") / "tokens.json", json.dumps(tokens))


def _token(folder: Folder, channel: str) -> str:
    """Make a channel's token once, for all who speak to it, and give it."""
    speakers = ("siren",) if channel in _PRACTISING else ("publisher", "metrics", "siren")
    files = [folder.secrets / service / f"{channel}.token" for service in speakers]
    for file in files:
        make_folder(file.parent)
    write_once(files[0], secrets.token_urlsafe(24))
    for file in files[1:]:
        write_once(file, files[0].read_text())
    return files[0].read_text().strip()
