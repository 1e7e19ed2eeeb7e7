"""The demo tells the truth: a week in a minute, the publisher killed midway, a clean verdict."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.up.places import free_base
from tests.up.running import ENVIRONMENT

pytestmark = [
    pytest.mark.up,
    pytest.mark.nats,
    pytest.mark.slow,
    pytest.mark.timeout(200),
]


def test_every_post_is_out_once_although_the_publisher_is_killed_in_one(tmp_path: Path) -> None:
    told = subprocess.run(
        [
            *(sys.executable, "-m", "budkavle", "--language", "sv", "demo", "--once", "--break"),
            *("--seconds", "25", "--data", str(tmp_path), "--port-base", str(free_base())),
        ],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env=ENVIRONMENT,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "dödades med SIGKILL medan den skickade" in told.stdout
    assert "Övervakaren har startat den igen" in told.stdout
    assert "publicerat: 1." in told.stdout
    assert "Varje inlägg är ute exakt en gång" in told.stdout
