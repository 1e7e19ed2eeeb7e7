"""Draws the pictures of the example week, so that none of them has to be stored.

`python -m examples.pictures FOLDER` writes them all; `draw(name)` gives one as PNG bytes.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from examples import scenes_advent, scenes_inside, scenes_outside
from examples.brush import Sheet

SCENES: dict[str, Callable[[Sheet], Sheet]] = {
    "natt-pa-akuten": scenes_outside.night_at_the_emergency_ward,
    "hjalm-och-lyse": scenes_outside.bicycle_and_helmet,
    "ta-en-kolapp": scenes_inside.queue_ticket,
    "blodprovets-resa": scenes_inside.lab_bench,
    "novemberljus": scenes_outside.november_walk,
    "forsta-advent": scenes_advent.first_advent,
}


def draw(name: str) -> bytes:
    """One picture as PNG, 1200 by 800, the same bytes every time."""
    if name not in SCENES:
        raise KeyError(f"no picture is called {name!r}; there are {', '.join(SCENES)}")
    return SCENES[name](Sheet()).png()


def write_all(folder: Path) -> list[Path]:
    """Every picture as a file, named as `week.yaml` names it."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name in SCENES:
        path = folder / f"{name}.png"
        path.write_bytes(draw(name))
        paths.append(path)
    return paths


def main(arguments: list[str]) -> int:
    """Write the pictures and say where they are."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m examples.pictures FOLDER\n")
        return 2
    for path in write_all(Path(arguments[0])):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
