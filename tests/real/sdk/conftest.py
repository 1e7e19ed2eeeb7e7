"""Lets the tests here import the SDKs from a venv of their own, and gives them a simulator."""

import site
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.simulator.running import Running, png, running_simulator

_VENV = Path(__file__).parent / ".venv"
PACKAGES = Path(sysconfig.get_path("purelib", "venv", {"base": str(_VENV)}))

if PACKAGES.is_dir():
    # At the end of the path: what both venvs hold comes from ours.
    site.addsitedir(str(PACKAGES))
else:
    collect_ignore_glob = ["test_*.py"]

SDK = [pytest.mark.real, pytest.mark.filterwarnings("ignore")]
"""What every test here is marked with; files and sockets that an SDK leaves open are its own."""

UNKEPT = {"Connection": "close"}
"""For an SDK that never closes its connections: else they are found open when all is over."""


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("simulator")
    # So fast that a post has met all its readers before it can be asked about.
    with running_simulator(folder, speed="1000000") as running:
        yield running


@pytest.fixture(autouse=True)
def _no_faults(simulator: Running) -> Iterator[None]:
    yield
    httpx.delete(f"{simulator.url}/faults", trust_env=False)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "bild.png"
    path.write_bytes(png())
    return path


def fails_once(simulator: Running, path: str, **effect: object) -> None:
    rule = {"method": "POST", "path": path, "count": 1, "effect": effect}
    set_ = httpx.post(f"{simulator.url}/faults", json=rule, trust_env=False)
    set_.raise_for_status()


def published(simulator: Running, account: str, text: str) -> int:
    """How often the simulator says that a text became public."""
    return sum(
        line["what"] == "published" and line.get("account") == account and line.get("text") == text
        for line in simulator.record()
    )
