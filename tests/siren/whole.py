"""A whole siren: the real program, simulated platforms, and officers with keys."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from budkavle.alert.statements import digest_of
from budkavle.system import readiness
from budkavle.waiting import comes_true
from drill.programs import Program
from schemas.envelope import now
from services.provision.keys import write_keys
from tests.harness.broker import Broker
from tests.harness.ports import free_port
from tests.siren.client import Officer

NOBODY = "nats://127.0.0.1:1"
"""Where no broker is."""

HEALTHY = ("torget", "kajen", "backen", "hamnen")
_UP_WITHIN = 60.0
_TABLE = """
[channels.{name}]
kind = "{kind}"
title = "{title}"
base_url = "{origin}/{path}"
{more}
"""


@dataclass(frozen=True, slots=True)
class Account:
    """One channel and the platform that it is on."""

    name: str
    origin: str
    kind: str = "mastodon"
    path: str = "mastodon"
    more: str = ""

    @property
    def table(self) -> str:
        """Write it as operators do."""
        values = {"kind": self.kind, "path": self.path, "more": self.more, "origin": self.origin}
        return _TABLE.format(name=self.name, title=self.name.capitalize(), **values)


@dataclass
class Whole:
    """What runs, and how it is spoken to."""

    siren: Program
    door: str
    face: str
    folder: Path
    platform: httpx.AsyncClient
    officers: list[Officer] = field(default_factory=list)

    @property
    def astrid(self) -> Officer:
        return self.officers[0]

    @property
    def bo(self) -> Officer:
        return self.officers[1]

    async def up(self) -> None:
        """Wait until the door opens, and let the officers in."""
        async with httpx.AsyncClient(timeout=2, trust_env=False) as client:

            async def ready() -> bool:
                self.siren.complain()
                return not await readiness(client, self.door)

            if not await comes_true(ready, _UP_WITHIN, every=0.05):
                raise RuntimeError(f"the siren does not come up; see {self.folder}")
        for officer in self.officers:
            await officer.enter()

    async def limits_known(self, channels: Sequence[str]) -> None:
        """Wait until every channel has been asked what it takes."""
        async with httpx.AsyncClient(timeout=2, trust_env=False) as client:

            async def asked() -> bool:
                said = (await client.get(f"{self.door}/health/alert?lang=en")).json()
                unasked = [each for each in said["channels"] if "not been asked" in each["said"]]
                return len(said["channels"]) == len(channels) and not unasked

            if not await comes_true(asked, _UP_WITHIN, every=0.05):
                raise RuntimeError("the channels are not looked at")

    async def out(
        self, place: str = "Tunadal", lasts: timedelta | None = None
    ) -> tuple[Any, dict[str, Any], datetime]:
        """Send an alert by two people; gives it, its draft, and when it was accepted."""
        drafted = await self.astrid.draft("boil-water", {"place": place, "cause": "bacteria"})
        if lasts is not None:
            ends = (now() + lasts).isoformat().replace("+00:00", "Z")
            drafted["bulletin"]["expires"] = ends
            drafted["digest"] = digest_of(drafted["bulletin"], drafted["prepared"])
        alert = await self.astrid.issue(drafted)
        said = await self.bo.confirm(alert, drafted["digest"])
        return alert, drafted, datetime.fromisoformat(said["issued"][0]["accepted_at"])

    async def states(self, alert: Any, number: int) -> dict[str, str]:
        """Say how a bulletin is in each channel."""
        shown = await self.astrid.show(alert)
        return {
            each["channel"]: each["state"] for each in shown["channels"] if each["number"] == number
        }

    async def record_since(self, place: int = 0) -> list[dict[str, Any]]:
        """Give what the platform has made public, by its own record."""
        answer = await self.platform.get("/record", params={"after": place})
        lines = [json.loads(line) for line in answer.text.splitlines()]
        return [line for line in lines if line["what"] == "published"]

    async def last(self) -> int:
        """Give the place of the newest line in the platform's record."""
        return int((await self.platform.get("/record?limit=1&after=0")).headers["X-Last"])

    async def all_told(self) -> bool:
        """Whether the broker knows everything that the siren does."""
        async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
            said = (await client.get(f"{self.door}/health/ready")).json()
        return bool(said["untold"] == 0)


@asynccontextmanager
async def platform(folder: Path, name: str, accounts: Sequence[str]) -> AsyncIterator[Program]:
    """Run a simulator until the block ends."""
    port = free_port()
    told = {
        "SIMULATOR_PORT": str(port),
        "SIMULATOR_DATA_FOLDER": str(folder / name),
        "SIMULATOR_TOKENS": json.dumps({each: each for each in accounts}),
        "SIMULATOR_POSTS_A_DAY": "1000000",
    }
    program = Program(name, "simulator", told, folder, f"http://127.0.0.1:{port}")
    program.start()
    try:
        yield program
    finally:
        await program.stop()


@asynccontextmanager
async def whole(
    folder: Path,
    *,
    broker: str = NOBODY,
    secrets: Path | None = None,
    healthy: Sequence[str] = HEALTHY,
    ill: Sequence[Account] = (),
    told: Mapping[str, str] | None = None,
) -> AsyncIterator[Whole]:
    """Run a siren and its platforms in a folder of their own."""
    async with AsyncExitStack() as stack:
        well = await stack.enter_async_context(platform(folder, "well", healthy))
        origin = well.origin
        if secrets is None:
            secrets = folder / "secrets"
            write_keys(secrets)
        accounts = [*(Account(name, origin) for name in healthy), *ill]
        for account in accounts:
            for service in ("siren", "publisher"):
                token = secrets / service / f"{account.name}.token"
                token.write_text(account.name)
                token.chmod(0o600)
        channels = folder / "channels.toml"
        channels.write_text("".join(account.table for account in accounts))
        door, face = free_port(), free_port()
        environment = {
            "SIREN_NATS_URL": broker,
            "SIREN_SECRETS": str(secrets / "siren"),
            "SIREN_DATA": str(folder / "siren"),
            "SIREN_CHANNELS": str(channels),
            "SIREN_PORT": str(door),
            "SIREN_PUBLIC_PORT": str(face),
            "SIREN_DOOR_URL": f"http://127.0.0.1:{door}",
            "SIREN_PUBLIC_URL": f"http://127.0.0.1:{face}",
            "SIREN_LOG_FORMAT": "terminal",
            "SIREN_LOG_LEVEL": "warning",
            **(told or {}),
        }
        siren = Program("siren", "services.publisher --lane siren", environment, folder)
        siren.start()
        stack.push_async_callback(siren.stop)
        address = f"http://127.0.0.1:{door}"
        officers = [
            await stack.enter_async_context(Officer(address, secrets / "officers" / f"{name}.key"))
            for name in ("astrid", "bo")
        ]
        client = await stack.enter_async_context(
            httpx.AsyncClient(base_url=origin, timeout=30, trust_env=False)
        )
        made = Whole(siren, address, f"http://127.0.0.1:{face}", folder, client, officers)
        await made.up()
        await made.limits_known([account.name for account in accounts])
        yield made


@asynccontextmanager
async def beside(
    folder: Path, broker: Broker, services: Sequence[str]
) -> AsyncIterator[dict[str, Program]]:
    """Run other services beside a siren, on its channels, until the block ends."""
    async with AsyncExitStack() as stack:
        programs = {name: _service(name, folder, broker) for name in services}
        for program in programs.values():
            program.start()
            stack.push_async_callback(program.stop)
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:

            async def all_ready() -> bool:
                for program in programs.values():
                    program.complain()
                asked = [await readiness(client, each.origin) for each in programs.values()]
                return not any(asked)

            if not await comes_true(all_ready, _UP_WITHIN, every=0.2):
                raise RuntimeError(f"{', '.join(services)}: not ready; see {folder}")
        yield programs


def _service(name: str, folder: Path, broker: Broker) -> Program:
    port = free_port()
    data = folder / name
    data.mkdir(exist_ok=True)
    told = {
        "NATS_URL": broker.url,
        "SECRETS": str(broker.secrets / name),
        "DATA": str(data),
        "PORT": str(port),
        "LOG_LEVEL": "warning",
        "CHANNELS": str(folder / "channels.toml"),
    }
    environment = {f"{name.upper()}_{key}": value for key, value in told.items()}
    return Program(name, f"services.{name}", environment, folder, f"http://127.0.0.1:{port}")
