"""One whole system on this machine: started in parallel, watched until ready, stopped in order."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx

from budkavle import broker, programs
from budkavle.children import end_leftovers
from budkavle.ports import demand_free
from budkavle.programs import Plan
from budkavle.supervisor import Ended, Supervisor
from budkavle.tokens import share_tokens
from budkavle.trouble import Trouble
from budkavle.waiting import comes_true
from schemas.flow import SERVICES
from services.kit.unfit import Unfit
from services.provision.keys import write_keys

_BROKER_WITHIN = 15.0
_READY_WITHIN = 60.0
_LOOK_EVERY = 0.1


class System:
    """The programs of one plan."""

    def __init__(self, plan: Plan, tell: Callable[[Ended], None]) -> None:
        self.plan = plan
        self.supervisor = Supervisor(plan.folder.logs, self._ended, self._note)
        self._tell = tell
        self._started = False
        self._client = httpx.AsyncClient(timeout=2, trust_env=False)
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Give how long ago the start began."""
        return time.monotonic() - self._began

    async def start(self) -> None:
        """Start everything; returns when every program says that it is ready."""
        if self.plan.simulated:
            # It needs nobody; the services come after the broker, and wait for their streams.
            self.supervisor.keep(programs.simulator(self.plan))
        self.supervisor.keep(programs.the_broker(self.plan))
        for name in SERVICES:
            self.supervisor.keep(programs.service(self.plan, name))
        streams = asyncio.create_task(self._prepare_streams())
        try:
            await self._await_ready(streams)
        finally:
            streams.cancel()
            await asyncio.gather(streams, return_exceptions=True)
        self._started = True

    async def stop(self) -> None:
        """Stop the services, then the broker that they speak through."""
        await self.supervisor.stop(self.plan.names)
        await self.supervisor.stop(["broker"])
        await self._client.aclose()
        self.plan.folder.running.unlink(missing_ok=True)

    async def problems(self, name: str) -> list[str]:
        """Ask a program what keeps it from its work; empty when it is ready."""
        if name in self.supervisor.unfit:
            raise Trouble(
                "{name} cannot start: {words}", name=name, words=self.supervisor.unfit[name]
            )
        return await readiness(self._client, self.plan.ports.url(name))

    async def _prepare_streams(self) -> None:
        monitor = broker.Monitor(self._client, self.plan.ports)
        if not await comes_true(monitor.healthy, _BROKER_WITHIN, every=0.03):
            raise Trouble(
                "The broker has not come up. See {log}", log=self.plan.folder.logs / "broker.log"
            )
        ended = await self.supervisor.run_once(programs.provision_streams(self.plan))
        if ended.status:
            raise Trouble("The streams could not be prepared: {words}", words=ended.words)

    async def _await_ready(self, streams: asyncio.Task[None]) -> None:
        give_up = time.monotonic() + _READY_WITHIN
        waiting = list(self.plan.names)
        while waiting or not streams.done():
            if streams.done():
                streams.result()
            found = {name: await self.problems(name) for name in waiting}
            waiting = [name for name in waiting if found[name]]
            if waiting and time.monotonic() > give_up:
                raise Trouble(
                    "{name} is not ready after {seconds} s: {problems} See {log}",
                    name=waiting[0],
                    seconds=round(_READY_WITHIN),
                    problems="; ".join(found[waiting[0]]),
                    log=self.plan.folder.logs / f"{waiting[0]}.log",
                )
            await asyncio.sleep(_LOOK_EVERY)
        streams.result()

    def _ended(self, ended: Ended) -> None:
        # What is unfit while we start ends the start, and is said there.
        if self._started or ended.again_after is not None:
            self._tell(ended)

    def _note(self, running: dict[str, dict[str, Any]]) -> None:
        ports = self.plan.listening()
        # Only a note: a full disk must not keep a program from being started again.
        with contextlib.suppress(OSError):
            self.plan.folder.write_running({"ports": ports, "programs": running})


async def readiness(client: httpx.AsyncClient, url: str) -> list[str]:
    """Read what a program says of itself; no answer is a problem too."""
    try:
        answer = await client.get(f"{url}/health/ready")
    except httpx.HTTPError as error:
        return [f"no answer from {url} ({type(error).__name__})"]
    if answer.status_code == 200:
        return []
    try:
        return [str(problem) for problem in answer.json()["problems"]] or [answer.text]
    except (ValueError, KeyError, TypeError):
        return [f"{url} answers {answer.status_code}: {answer.text[:200]}"]


@asynccontextmanager
async def running(
    plan: Plan,
    tell: Callable[[Ended], None],
    found: Callable[[list[str]], None],
    furnish: Callable[[Plan], None] = programs.write_channels,
) -> AsyncIterator[System]:
    """Run a system for as long as the block runs.

    `found` hears of what a killed one has left; `furnish` writes which channels there are.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(plan.folder.claimed())
        leftovers = end_leftovers(plan.folder.read_running().get("programs", {}), plan.mark)
        if leftovers:
            found(leftovers)
        demand_free(plan.listening())
        furnish(plan)
        try:
            write_keys(plan.folder.secrets)
        except Unfit as unfit:
            raise Trouble(str(unfit)) from unfit
        share_tokens(plan.folder)
        broker.write_config(plan.folder, plan.ports)
        system = System(plan, tell)
        stack.push_async_callback(system.stop)
        await system.start()
        yield system
