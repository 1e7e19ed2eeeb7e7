"""Harms everything that can be harmed, and says what was lost, twice or a ghost."""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import structlog

import benchmarks
from drill.defects import DEFECTS
from drill.judge import by_kind
from drill.report import figures, keep, stories, table
from drill.run import Outcome, drill
from drill.shapes import (
    DEFAULT,
    DIALECTS,
    FULL,
    RESTORED,
    SHAPES,
    SMALL,
    SMALL_DIALECTS,
    Shape,
    in_dialects,
)

RESULTS = Path(benchmarks.__file__).parent / "results"
FULL_SEEDS = (101, 202, 303)

_KEPT = (SMALL, DEFAULT, FULL, RESTORED, DIALECTS, SMALL_DIALECTS)
_CAUGHT, _CLEAN, _MISSED = 1, 0, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run what was asked for; 1 if a promise was broken, 2 if a planted defect was not seen."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given[:1] == ["power"]:
        from drill.power.__main__ import main as power  # noqa: PLC0415 – it needs a disk of its own

        return power(given[1:])
    asked = _parser().parse_args(given)
    # What the drill's own connections say at every kill is no news.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if asked.defect:
        return _defect(asked.defect, asked.seed or 1, dialects=asked.dialects)
    # One after the other, so that each has the machine to itself.
    return max([_drill(shape, seed, asked.results) for shape, seed in _asked(asked)])


def _asked(asked: argparse.Namespace) -> Iterator[tuple[Shape, int]]:
    shape = SHAPES[asked.shape] if asked.shape else _size(asked)
    shape = in_dialects(shape) if asked.dialects else shape
    if shape is not FULL:
        yield shape, asked.seed or 1
        return
    for seed in (asked.seed,) if asked.seed else FULL_SEEDS:
        yield shape, seed
    yield DIALECTS, asked.seed or 1


def _size(asked: argparse.Namespace) -> Shape:
    if asked.small:
        return SMALL
    if asked.restore:
        return RESTORED
    return FULL if asked.full else DEFAULT


def _drill(shape: Shape, seed: int, results: Path) -> int:
    outcome = _run(shape, seed)
    found = figures(outcome)
    print("\n".join(table(found, shape.channels)), flush=True)
    if outcome.verdict.violations:
        print("\n".join(stories(outcome)), flush=True)
        print("A promise was broken.", flush=True)
    if shape in _KEPT:
        keep(found, results)
    return 1 if outcome.verdict.violations else _CLEAN


def _defect(name: str, seed: int, *, dialects: bool) -> int:
    defect = DEFECTS[name]
    shape = SHAPES[defect.shape]
    outcome = _run(in_dialects(shape) if dialects else shape, seed, name)
    violations = outcome.verdict.violations
    if not violations:
        print(
            f"{name}: not caught ({defect.meaning}; seed {seed}). This drill cannot see it, so "
            "what it says of the publisher that ships is worth less."
        )
        return _MISSED
    counted = ", ".join(f"{number} {kind}" for kind, number in by_kind(violations).items())
    print(f"{name}: caught ({defect.meaning}): {counted}, in {outcome.seconds:.0f} s")
    print("\n".join(stories(outcome)))
    return _CAUGHT


def _run(shape: Shape, seed: int, defect: str = "") -> Outcome:
    folder = Path(mkdtemp(prefix="budkavle-drill-"))
    outcome: Outcome | None = None
    try:
        outcome = asyncio.run(_until_told(shape, seed, folder, defect))
    finally:
        if outcome is None or (outcome.verdict.violations and not defect):
            print(f"What there is to read is kept in {folder}", flush=True)
        else:
            rmtree(folder, ignore_errors=True)
    return outcome


async def _until_told(shape: Shape, seed: int, folder: Path, defect: str) -> Outcome:
    """Run a drill that ends everything it has started also when it is told to stop."""
    task = asyncio.ensure_future(drill(shape, seed, folder, defect))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m drill", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--full", action="store_true", help="the size for every release")
    size.add_argument("--small", action="store_true", help="the size for every change")
    size.add_argument("--restore", action="store_true", help="an older copy is put back")
    size.add_argument("--shape", choices=sorted(SHAPES), help="one with nothing planted")
    size.add_argument("--defect", choices=sorted(DEFECTS), help="planted, and to be caught")
    words = "with the platforms' own adapters"
    parser.add_argument("--dialects", action="store_true", help=words)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
