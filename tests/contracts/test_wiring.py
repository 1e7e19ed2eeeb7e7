"""What the services listen to is what the table says, and the README shows that table."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.__main__ import picture
from schemas.flow import durables
from services.kit.bus import Bus
from services.metrics import app as metrics
from services.metrics.settings import Settings as MetricsSettings
from services.planner import app as planner
from services.planner.settings import Settings as PlannerSettings
from services.provision.keys import write_keys
from services.publisher import app as publisher
from services.publisher.settings import Settings as PublisherSettings

ROOT = Path(__file__).parents[2]
CHANNELS_TOML = """
[channels.newsroom]
kind = "newsroom"
title = "Nyheter"
public_url = "http://127.0.0.1:1"

[channels.anslagstavlan]
kind = "newsroom"
title = "Anslagstavlan"
public_url = "http://127.0.0.1:2"
"""


@pytest.fixture
def create(tmp_path: Path) -> dict[str, Callable[[], Any]]:
    write_keys(tmp_path / "secrets")
    channels = tmp_path / "channels.toml"
    channels.write_text(CHANNELS_TOML, encoding="utf-8")
    secrets = {name: tmp_path / "secrets" / name for name in ("planner", "publisher", "metrics")}
    return {
        "planner": lambda: planner.create_app(
            PlannerSettings(secrets=secrets["planner"], data=tmp_path / "planner")
        ),
        "publisher": lambda: publisher.create_app(
            PublisherSettings(
                secrets=secrets["publisher"], data=tmp_path / "pages", channels=channels
            )
        ),
        "metrics": lambda: metrics.create_app(MetricsSettings(secrets=secrets["metrics"])),
    }


@pytest.mark.parametrize("service", ["planner", "publisher", "metrics"])
async def test_a_service_listens_to_what_the_flow_says(
    service: str, create: dict[str, Callable[[], Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    buses: list[Bus] = []
    make = Bus.__init__

    def remember(bus: Bus, *args: Any, **named: Any) -> None:
        make(bus, *args, **named)
        buses.append(bus)

    monkeypatch.setattr(Bus, "__init__", remember)
    create[service]()
    [bus] = buses
    table = {d for d in durables(["newsroom", "anslagstavlan"]) if d.service == service}
    assert set(bus.ears) == table


def test_the_readme_shows_the_table_as_it_is() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert picture() in readme, "put the picture that `python -m schemas` prints into README.md"
