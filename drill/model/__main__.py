"""Prints the table of the model: `python -m drill.model [--attempts N]`."""

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from drill.model.search import Result, search
from drill.model.setting import Setting
from services.publisher.domain.rules import Repeat


class Case(NamedTuple):
    """One line of the table."""

    name: str
    setting: Setting
    broken: bool
    """Whether a violation has to be found."""


KEY, OWN = Repeat.IDEMPOTENCY_KEY, Repeat.DETERMINISTIC_ID
GUARDS = {
    "no-write-before-call": (Repeat.LOOK_UP, Repeat.NONE),
    "no-cas": (Repeat.LOOK_UP, Repeat.NONE),
    "send-after-lease": (Repeat.LOOK_UP,),
    "no-settle": (Repeat.LOOK_UP,),
    "retry-uncertain": (Repeat.LOOK_UP, Repeat.NONE),
    "new-key-per-attempt": (KEY,),
}
"""Every guard, and channels on which its absence must be seen."""


def cases(attempts: int) -> Iterator[Case]:
    """List what is searched: every kind as it ships, then each guard taken away."""
    for by in Repeat:
        yield Case(by.value, Setting(by, attempts=attempts), broken=False)
    crisis = Setting(Repeat.NONE, attempts=attempts, repeats=1)
    yield Case("none, in a crisis", crisis, broken=False)
    for by, change in ((OWN, "withdrawn 1"), (Repeat.LOOK_UP, "approved 2")):
        changed = Setting(by, attempts=1, changes=(change,))
        yield Case(f"{by.value}, then {change}", changed, broken=False)
        yield Case(f"{by.value}, soon too late", Setting(by, attempts=1, fresh=3), broken=False)
    for guard, kinds in GUARDS.items():
        for by in kinds:
            yield Case(f"{by.value}, {guard}", Setting(by, without=guard), broken=True)


def main(words: list[str]) -> int:
    """Search every case on all processors; 1 if one of them is not as it has to be."""
    parser = argparse.ArgumentParser(prog="python -m drill.model", description=__doc__)
    parser.add_argument("--attempts", type=int, default=2, help="the most of one delivery")
    listed = list(cases(parser.parse_args(words).attempts))
    began, wrong = time.monotonic(), 0
    print(f"{'case':42} {'states':>9}  {'for a person':>12}  {'stuck':>5}  found")
    with ProcessPoolExecutor() as processes:
        results = processes.map(search, [case.setting for case in listed])
        for case, result in zip(listed, results, strict=True):
            wrong += not as_it_has_to_be(case, result)
            _print(case, result)
    print(
        f"{len(listed)} cases in {time.monotonic() - began:.0f} s, {wrong} not as they have to be"
    )
    return 1 if wrong else 0


def as_it_has_to_be(case: Case, result: Result) -> bool:
    """Whether a search found what it had to find, and nothing else."""
    if case.broken:
        return bool(result.violation)
    return not (result.violation or result.stuck or result.cut)


def _print(case: Case, result: Result) -> None:
    found = result.violation or ("cut off: too many states" if result.cut else "nothing")
    print(
        f"{case.name:42} {result.states:>9,}  {result.waiting:>12,}  {result.stuck:>5}  {found}",
        flush=True,
    )
    for step in result.trace or result.stuck_trace:
        print(f"    {step}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
