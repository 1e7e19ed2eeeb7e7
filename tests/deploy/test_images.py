"""Each image is complete, and needs nothing from its neighbours: shown without an engine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.recipe import IMAGES, SERVICES, copy_into

# Runs in an image's folder: every module must import, and the neighbours must not be there.
IMPORTS = """
import importlib, importlib.util, pkgutil, sys
package = importlib.import_module(sys.argv[1])
found = list(pkgutil.walk_packages(package.__path__, package.__name__ + "."))
for module in found:
    if not module.name.endswith(".__main__"):
        importlib.import_module(module.name)
print(len(found))
for neighbour in sys.argv[2:]:
    try:
        assert importlib.util.find_spec(neighbour) is None, neighbour
    except ModuleNotFoundError:
        pass
"""


@pytest.mark.slow
@pytest.mark.parametrize("image", IMAGES)
def test_an_image_holds_all_that_its_service_needs_and_no_neighbour(
    image: str, tmp_path: Path
) -> None:
    copy_into(tmp_path / "app", image)
    lock = tmp_path / "app" / "requirements.txt"
    uv = Path(sys.executable).parent / "uv"
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run(
        [uv, "venv", "--quiet", "--python", sys.executable, tmp_path / "venv"],
        check=True,
        timeout=30,
    )
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--require-hashes", "--python", python, "-r", lock],
        check=True,
        timeout=100,
    )
    own = "simulator" if image == "simulator" else f"services.{image}"
    neighbours = [f"services.{name}" for name in SERVICES if name != image]
    if image != "simulator":
        neighbours.append("simulator")

    imported = subprocess.run(
        [python, "-W", "error", "-c", IMPORTS, own, *neighbours, "budkavle", "pytest"],
        cwd=tmp_path / "app",
        env={"PATH": os.environ["PATH"]},
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert imported.returncode == 0, imported.stderr
    assert int(imported.stdout) > 5
