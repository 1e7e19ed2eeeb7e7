"""The shipped files, read the way the tests ask about them."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
COMPOSE_FILE = ROOT / "deploy" / "docker-compose.yml"

SERVICES = ("provision", "planner", "publisher", "metrics")
IMAGES = (*SERVICES, "simulator")


def compose() -> dict[str, Any]:
    """Return the compose file with its anchors merged, and its variables as written."""
    text: dict[str, Any] = yaml.safe_load(COMPOSE_FILE.read_text())
    return text


def instructions() -> Iterator[tuple[str, str, str]]:
    """Yield the stage, the word and the rest of each instruction of the Dockerfile."""
    stage = ""
    for line in DOCKERFILE.read_text().replace("\\\n", " ").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        word, rest = line.split(maxsplit=1)
        if word == "FROM":
            stage = rest.split(" AS ")[1]
        yield stage, word, rest.strip()


def copy_into(folder: Path, image: str) -> None:
    """Copy exactly what the Dockerfile copies for one image."""
    own_stage = "simulator" if image == "simulator" else "service"
    for stage, word, rest in instructions():
        if word != "COPY" or stage not in {"base", own_stage}:
            continue
        source, target = rest.replace("${SERVICE}", image).split()
        destination = folder / target
        if (ROOT / source).is_dir():
            shutil.copytree(
                ROOT / source, destination, ignore=shutil.ignore_patterns("__pycache__")
            )
            continue
        if target.endswith("/"):
            destination = destination / Path(source).name
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / source, destination)
