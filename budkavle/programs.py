"""Which programs make a system on this machine, and what each of them is told."""

import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from budkavle import broker
from budkavle.folder import Folder
from budkavle.ports import HOST, Ports
from budkavle.supervisor import Program
from budkavle.trouble import Trouble
from schemas.flow import SERVICES

NEWSROOM = "newsroom"
MASTODON = "mastodon-regionen"
BLUESKY = "bluesky-regionen"
FACEBOOK = "facebook-regionen"
INSTAGRAM = "instagram-regionen"
_MARK = "BUDKAVLE_FOLDER"
_MODULES = {
    "planner": ("services.planner",),
    "publisher": ("services.publisher",),
    "metrics": ("services.metrics",),
    "siren": ("services.publisher", "--lane", "siren"),
}
"""What runs each service."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One system on this machine."""

    folder: Folder
    ports: Ports
    tempo: Mapping[str, str] = field(default_factory=dict)
    """Settings that make time pass faster, as in the demo."""
    simulated: bool = False
    """Whether the simulator runs beside the services."""

    @property
    def mark(self) -> str:
        """Stands in the environment of all programs of this folder, and of no other's."""
        return f"{_MARK}={self.folder.root.resolve()}"

    def environment(self, told: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
        """Give a program's environment: ours, faster if wished, and what it alone is told."""
        name, _, value = self.mark.partition("=")
        return {**os.environ, **self.tempo, **told, name: value}

    @property
    def names(self) -> tuple[str, ...]:
        """Name the programs that listen for people, in the order in which they are shown."""
        return (*SERVICES, *(["simulator"] if self.simulated else []))

    def listening(self) -> dict[str, int]:
        """Give every port that this system takes."""
        return self.ports.of([*self.names, "alerts", "broker", "monitor"])


def write_channels(plan: Plan) -> None:
    """Write which channels there are, unless somebody has said so already."""
    path = plan.folder.channels
    if path.exists():
        _refuse_moved_newsroom(plan)
        return
    text = f"""\
# The channels that posts are published in. Another one: budkavle channel add
# After a change by hand: stop budkavle and start it again.
[channels.{NEWSROOM}]
kind = "newsroom"
title = "Nyhetsrummet"
public_url = "{plan.ports.url("publisher")}"
"""
    path.write_text(text)


def _refuse_moved_newsroom(plan: Plan) -> None:
    """Links that are out already lead to the old port; a person decides what becomes of them."""
    try:
        channels = tomllib.loads(plan.folder.channels.read_text()).get("channels", {})
        said = str(channels.get(NEWSROOM, {}).get("public_url", "")).rstrip("/")
    except (OSError, ValueError, AttributeError):
        return  # the publisher says what is wrong with the file
    if said.startswith(f"http://{HOST}:") and said != plan.ports.url("publisher"):
        raise Trouble(
            "The newsroom was at {said} and would now be at {now}, so links that are out would "
            "break. Start with the same --port-base as before, or change public_url in {path}.",
            said=said,
            now=plan.ports.url("publisher"),
            path=plan.folder.channels,
        )


def the_broker(plan: Plan) -> Program:
    """Make the broker's program."""
    argv = (str(broker.find()), "--config", str(plan.folder.broker_config.resolve()))
    return Program("broker", argv, plan.environment(), grace=2.0)


def provision_streams(plan: Plan, without: str | None = None) -> Program:
    """Make what is missing of streams and consumers; drop those of a channel that is gone."""
    folder = plan.folder
    argv = (
        *(sys.executable, "-m", "services.provision", "streams"),
        *("--secrets", str(folder.secrets), "--channels", str(folder.channels)),
        *("--nats-url", plan.ports.nats_url),
        *(("--without", without) if without else ()),
    )
    return Program("provision", argv, plan.environment(), grace=2.0)


def backup(plan: Plan, to: Path, *, with_secrets: bool) -> Program:
    """Copy what the broker remembers."""
    more = ["--to", str(to), "--channels", str(plan.folder.channels)]
    return _keeping(plan, "backup", *more, *(["--with-secrets"] if with_secrets else []))


def restore(plan: Plan, copy: Path | None, why: str) -> Program:
    """Put a copy into a broker that remembers nothing, or take what it has for one."""
    what = ["--from", str(copy.resolve())] if copy else ["--in-place"]
    return _keeping(plan, "restore", *what, "--why", why)


def _keeping(plan: Plan, verb: str, *more: str) -> Program:
    argv = (
        *(sys.executable, "-m", "services.provision", verb),
        *("--secrets", str(plan.folder.secrets), "--nats-url", plan.ports.nats_url),
        *more,
    )
    return Program(verb, argv, plan.environment(), grace=2.0)


def service(plan: Plan, name: str) -> Program:
    """Make one service's program."""
    lies_in = {"DATA": str(plan.folder.of(name))}
    channels = {"CHANNELS": str(plan.folder.channels)}
    own = {
        "planner": {**lies_in, "PUBLIC_URL": plan.ports.url("planner")},
        "publisher": {**lies_in, **channels},
        "metrics": {},
        "siren": {**lies_in, **channels, **_doors(plan)},
    }[name]
    told = {
        "NATS_URL": plan.ports.nats_url,
        "SECRETS": str(plan.folder.secrets / name),
        "HOST": HOST,
        "PORT": str(plan.ports.of([name])[name]),
        **own,
    }
    prefixed = {f"{name.upper()}_{key}": value for key, value in told.items()}
    return Program(name, (sys.executable, "-m", *_MODULES[name]), plan.environment(prefixed))


def _doors(plan: Plan) -> dict[str, str]:
    """Say where the siren is found, and which accounts are for exercises."""
    exercise = plan.folder.exercise_channels
    return {
        "DOOR_URL": plan.ports.url("siren"),
        "PUBLIC_PORT": str(plan.ports.alerts),
        "PUBLIC_URL": plan.ports.url("alerts"),
        **({"EXERCISE_CHANNELS": str(exercise)} if exercise.exists() else {}),
    }


def simulator(plan: Plan) -> Program:
    """Make the program that stands in for the platforms."""
    folder = plan.folder.of("simulator")
    told = {
        "SIMULATOR_HOST": HOST,
        "SIMULATOR_PORT": str(plan.ports.simulator),
        "SIMULATOR_DATA_FOLDER": str(folder),
        "SIMULATOR_TOKENS_FILE": str(folder / "tokens.json"),
        "SIMULATOR_NEWSROOM_FEED": f"{plan.ports.url('publisher')}/feed.json",
    }
    argv = (sys.executable, "-m", "simulator")
    return Program("simulator", argv, plan.environment(told), grace=4.0)
