"""Cuts the broker's power again and again, and says what was lost."""

import argparse
import asyncio
import json
import logging
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

import benchmarks
from benchmarks.__main__ import machine
from drill.disk.frozen import NoFuse
from drill.power.judge import Verdict
from drill.power.lives import Cut, LazyServer, cuts, life

RESULTS = Path(benchmarks.__file__).parent / "results" / "drill-power.json"
CUTS = 6
FULL = 100

_CUTS_IN_A_LIFE = 4


async def drill(number: int, seed: int) -> dict[str, Any]:
    """Cut so often; gives the figures and what was broken."""
    drawn = cuts(seed, number)
    figures: dict[str, Any] = {
        "seed": seed,
        "cuts": 0,
        "second_cuts_during_recovery": 0,
        "cuts_with_scattered_pages": 0,
        "acknowledged": 0,
        "facts": 0,
        "timers": 0,
        "batches": 0,
        "unsure": 0,
        "lost": 0,
        "streams_backwards": 0,
        "torn_batches": 0,
        "broken": [],
    }
    began = time.perf_counter()
    for first in range(0, number, _CUTS_IN_A_LIFE):
        async with life(seed + first) as one:
            for cut in drawn[first : first + _CUTS_IN_A_LIFE]:
                verdict = await one.suffer(cut)
                figures["cuts"] += 1
                figures["second_cuts_during_recovery"] += cut.again_after is not None
                figures["cuts_with_scattered_pages"] += cut.scatter is not None
                _count(figures, verdict)
                print(_line(figures["cuts"], number, verdict), flush=True)
                if verdict.broken:
                    break
                await one.go_on()
            # What came after the last judgement was not looked for.
            figures["acknowledged"] += verdict.acknowledged
            for kind in ("facts", "timers", "batches"):
                figures[kind] += getattr(verdict, kind)
            figures["unsure"] += one.notes.unsure
    figures["seconds"] = round(time.perf_counter() - began, 1)
    return figures


async def controls(seed: int) -> dict[str, Any]:
    """Cut once where much must be lost, and once where little is, to show that both are seen."""
    cut = Cut(after=1500, scatter=None, again_after=None)
    async with life(seed, LazyServer) as one:
        lazy = await one.suffer(cut)
    async with life(seed, lying=True) as one:
        lied_to = await one.suffer(cut)
    named = {"default_sync_interval": lazy, "always_on_a_lying_disk": lied_to}
    return {
        name: {"acknowledged": verdict.acknowledged, "lost": verdict.lost}
        for name, verdict in named.items()
    }


def _count(figures: dict[str, Any], verdict: Verdict) -> None:
    figures["lost"] += verdict.lost
    figures["streams_backwards"] += len(verdict.backwards)
    figures["torn_batches"] += len(verdict.torn)
    figures["broken"] += verdict.sentences()


def _line(cut: int, of: int, verdict: Verdict) -> str:
    said = f"cut {cut} of {of}: {verdict.acknowledged} acknowledged so far, {verdict.lost} lost"
    return "\n".join([said, *(f"  {sentence}" for sentence in verdict.sentences())])


async def _both(number: int, seed: int) -> dict[str, Any]:
    found = {"machine": machine() | {"kernel": platform.release()}}
    found["controls"] = await controls(seed)
    return found | {"sync_interval_always": await drill(number, seed)}


def main(argv: Sequence[str] | None = None) -> int:
    """Run it, print and keep the figures; 0 only if nothing was lost and the control lost."""
    parser = argparse.ArgumentParser(prog="python -m drill power", description=__doc__)
    parser.add_argument("--cuts", type=int, default=FULL if os.environ.get("FULL") else CUTS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parser.parse_args(argv)
    if asked.cuts < 1:
        parser.error("at least one cut: --cuts 1")
    try:
        with _quiet():
            found = asyncio.run(_both(asked.cuts, asked.seed))
    except NoFuse as missing:
        if os.environ.get("REQUIRE_FUSE"):
            print(f"The power cut cannot be shown: {missing}", file=sys.stderr)
            return 1
        print(f"skipped: {missing}")
        return 0
    asked.results.write_text(json.dumps(found, indent=2) + "\n")
    return verdict_of(found)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back the services' own log lines: they say at every cut that the broker went away."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**before)


def verdict_of(found: dict[str, Any]) -> int:
    """Say the result in sentences, and as an exit code."""
    ours = found["sync_interval_always"]
    print(
        f"power cut (seed {ours['seed']}): {ours['cuts']} cuts, {ours['acknowledged']} writes "
        f"acknowledged, {ours['lost']} lost, {ours['torn_batches']} batches torn, "
        f"{ours['streams_backwards']} streams went backwards"
    )
    for name, control in found["controls"].items():
        lost, of = control["lost"], control["acknowledged"]
        print(f"control, {name.replace('_', ' ')}: {of} acknowledged, {lost} lost")
    if ours["broken"]:
        print(
            "What was acknowledged is not there. The first ones:", *ours["broken"][:5], sep="\n  "
        )
        return 1
    if not all(control["lost"] for control in found["controls"].values()):
        print("A control lost nothing: this drill cannot see a loss, so it shows nothing.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
