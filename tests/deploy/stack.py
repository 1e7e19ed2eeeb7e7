"""The shipped compose file, up under a name and on ports that nobody else has."""

import json
import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from testcontainers.compose import DockerCompose

from tests.deploy import inside
from tests.deploy.recipe import COMPOSE_FILE
from tests.harness.ports import free_port

DEPLOY = COMPOSE_FILE.parent
PUBLISHED = {
    "planner": 8080,
    "publisher": 8081,
    "siren": 8082,
    "metrics": 8083,
    "alerts": 8084,
    "simulator": 8090,
}


@dataclass(frozen=True)
class Stack:
    """The running containers, as somebody at the machine meets them."""

    folder: Path
    project: str
    ports: Mapping[str, int]
    exercise: bool = False
    """Whether the made-up platform runs beside them."""
    more_channels: str = ""
    """Tables beside the shipped ones."""

    @property
    def compose(self) -> DockerCompose:
        """The compose program with the shipped file, and only ports and a name of our own."""
        return DockerCompose(
            DEPLOY,
            compose_file_name=COMPOSE_FILE.name,
            env_file=str(self._settings()),
            build=True,
            wait=True,
        )

    def url(self, service: str, path: str = "") -> str:
        """Return the address of a service on this machine."""
        return f"http://127.0.0.1:{self.ports[service]}{path}"

    def get(self, service: str, path: str) -> httpx.Response:
        """Read a page or a door of a service."""
        return httpx.get(self.url(service, path), timeout=10)

    def run(self, *words: str, within: float = 60, typed: str | None = None) -> str:
        """Give the compose program any order, and return what it prints."""
        done = subprocess.run(
            [*self.compose.compose_command_property, *words],
            cwd=DEPLOY,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=within,
            input=typed,
        )
        return done.stdout.strip()

    def inspect(self, service: str) -> dict[str, Any]:
        """Return what the engine knows of a container, finished ones too."""
        name = self.run("ps", "--all", "--quiet", service)
        told = subprocess.run(
            ["docker", "inspect", name], check=True, capture_output=True, timeout=20
        )
        known: dict[str, Any] = json.loads(told.stdout)[0]
        return known

    def python(self, service: str, program: str, *words: str) -> str:
        """Run a small program inside a container and return what it prints."""
        return self.run("exec", "-T", service, "python", "-c", program, *words)

    def kill(self, service: str) -> None:
        """End the service with SIGKILL from inside, as a crash would; the engine sees it die."""
        # The program itself dies with the container that it kills.
        with suppress(subprocess.CalledProcessError):
            self.python(service, inside.KILL)

    def start(self) -> None:
        """Build and start everything, and wait until it is healthy."""
        try:
            self.compose.start()
        except subprocess.CalledProcessError as failed:
            said = failed.stderr.decode(errors="replace")[-4000:]
            pytest.fail(f"{said}\n{self.run('logs')[-8000:]}", pytrace=False)

    def _settings(self) -> Path:
        env: dict[str, str] = {}
        channels = DEPLOY / "channels.toml"
        if self.exercise:
            shipped = (DEPLOY / "simulate.env").read_text()
            env = dict(line.split("=") for line in shipped.splitlines() if not line.startswith("#"))
            channels = DEPLOY / env["BUDKAVLE_CHANNELS"]
        # The shipped channels, but with the ports that people find them on here.
        text = channels.read_text()
        for service, port in PUBLISHED.items():
            text = text.replace(f"127.0.0.1:{port}", f"127.0.0.1:{self.ports[service]}")
        (self.folder / channels.name).write_text(text + self.more_channels)
        env |= {f"BUDKAVLE_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        env |= {
            "COMPOSE_PROJECT_NAME": self.project,
            "BUDKAVLE_CHANNELS": str(self.folder / channels.name),
            "BUDKAVLE_NEWSROOM_URL": self.url("publisher"),
            "BUDKAVLE_SIMULATOR_URL": self.url("simulator"),
        }
        file = self.folder / "stack.env"
        file.write_text("".join(f"{name}={value}\n" for name, value in env.items()))
        return file


@contextmanager
def running(folder: Path) -> Iterator[Stack]:
    """Build and start everything as shipped; end it, with its volumes, afterwards."""
    stack = Stack(
        folder,
        project=f"budkavle-test-{secrets.token_hex(4)}",
        ports={name: free_port() for name in PUBLISHED},
    )
    try:
        stack.start()
        yield stack
    finally:
        stack.compose.stop()


def need_an_engine() -> None:
    """Skip where no container engine is, but fail where somebody promised one."""
    try:
        for question in (["docker", "version"], ["docker", "compose", "version"]):
            subprocess.run(question, check=True, capture_output=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        reason = "no container engine with compose answers here; .ci/engine/run brings one"
        if os.environ.get("REQUIRE_ENGINE") == "1":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
