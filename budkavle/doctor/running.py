"""Looks at a running system: broker, services, channels, clocks."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx

from budkavle import broker
from budkavle.doctor.findings import Finding, fine, wrong
from budkavle.folder import Folder
from budkavle.planner import Planner
from budkavle.ports import Ports
from budkavle.system import readiness
from budkavle.trouble import Trouble
from budkavle.up import FIRST_PERSON
from schemas.flow import SERVICES

MOST_OFF = 2.0
_WITHIN = 5.0


async def look(folder: Folder, ports: Ports) -> AsyncIterator[Finding]:
    """Ask every program how it is."""
    async with httpx.AsyncClient(timeout=_WITHIN, trust_env=False) as client:
        async for finding in _broker(client, ports):
            yield finding
        for name in SERVICES:
            problems = await readiness(client, ports.url(name))
            for problem in problems:
                yield wrong(
                    "Service",
                    "{name} is not ready: {problem} See {log}",
                    name=name,
                    problem=problem,
                    log=folder.logs / f"{name}.log",
                )
            if not problems:
                yield fine("Service", "{name} is ready", name=name)
    async for finding in _channels(folder, ports):
        yield finding


async def _broker(client: httpx.AsyncClient, ports: Ports) -> AsyncIterator[Finding]:
    before = datetime.now(UTC)
    state = await broker.Monitor(client, ports).state()
    if state is None:
        yield wrong(
            "Broker",
            "does not answer on {url}. Start the system again: budkavle up",
            url=ports.url("monitor"),
        )
        return
    if broker.always_syncs(state):
        yield fine(
            "Broker", "nats-server {version}, sync_interval always", version=state["version"]
        )
    else:
        yield wrong(
            "Broker",
            "is not told sync_interval: always, so a power cut could lose what was approved. "
            "Set it in the jetstream part of its configuration and restart it.",
        )
    yield clocks(before, broker.clock(state), datetime.now(UTC))


def clocks(before: datetime, theirs: datetime, after: datetime) -> Finding:
    """Compare the broker's clock, read between two looks at ours, with ours."""
    off = max((before - theirs).total_seconds(), (theirs - after).total_seconds(), 0.0)
    if off > MOST_OFF:
        return wrong(
            "Clock",
            "this machine and the broker differ by {off} s. Turn on time synchronisation (NTP).",
            off=f"{off:.1f}",
        )
    return fine("Clock", "the broker's and ours agree within {most} s", most=MOST_OFF)


async def _channels(folder: Folder, ports: Ports) -> AsyncIterator[Finding]:
    try:
        async with Planner(ports.url("planner"), folder.token_of(FIRST_PERSON)) as planner:
            channels = await planner.channels()
    except Trouble as trouble:
        yield wrong("Channel", trouble.text, **trouble.values)
        return
    for channel in channels:
        if channel.ready:
            yield fine("Channel", "{name} is ready", name=channel.name)
        else:
            yield wrong("Channel", "{name} is not ready: {why}", name=channel.name, why=channel.why)
