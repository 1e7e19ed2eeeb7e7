"""The command is there at once: it waits for nothing that it does not use."""

import subprocess
import sys


def test_the_command_does_not_bring_the_brokers_client() -> None:
    asked = (
        "import sys, budkavle.__main__; print({'nats', 'faststream', 'aiohttp'} & {*sys.modules})"
    )
    told = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=True
    )
    assert told.stdout.strip() == "set()"
