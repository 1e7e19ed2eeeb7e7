"""Says what a drill has found, to people and to the file of results."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.__main__ import machine
from drill.channels import Fleet
from drill.judge import Violation, by_kind, trace
from drill.run import Outcome
from drill.shapes import DIALECTS

_PROMISES = (
    "lost",
    "twice",
    "ghost",
    "stuck",
    "untrue",
    "asked a person",
    "false alarm",
    "wrong answer",
)
_SHOWN = 3
_HEAD = (
    "channel",
    "accepted",
    "public",
    "lost",
    "twice",
    "ghost",
    "repeats",
    "ambiguous",
    "person",
)


def figures(outcome: Outcome) -> dict[str, Any]:
    """Give everything that is kept of a drill."""
    verdict, struck = outcome.verdict, outcome.struck
    finding = outcome.shape.channels.finding
    kinds = by_kind(verdict.violations)
    return {
        "machine": machine(),
        "size": outcome.shape.name,
        "seed": outcome.seed,
        "seconds": outcome.seconds,
        "deliveries": outcome.notes.deliveries,
        "violations": {kind: kinds[kind] for kind in _PROMISES},
        "declared_repeats": verdict.declared,
        "channels": {name: _channel(outcome, name) for name in outcome.shape.channels},
        "needed_a_person": {
            "where_the_publisher_can_find_out": sum(
                channel in finding for channel, _ in outcome.asked
            ),
            "elsewhere": sum(channel not in finding for channel, _ in outcome.asked),
            "decisions": outcome.decided,
        },
        "kills": _counted([blow.target for blow in struck if not blow.frozen]),
        "freezes": sum(blow.frozen > 0 for blow in struck),
        "platform_faults": dict(outcome.trouble),
        "planner_asked_again": outcome.asked_again,
        "posts": {
            "accepted": len(outcome.notes.accepted),
            "withdrawn": sum(each.withdrawn_at is not None for each in outcome.notes.accepted),
            "never_approved": len(outcome.notes.left),
            "written_anew_as_too_late": outcome.notes.too_late,
            "without_an_answer": len(outcome.notes.unknown),
            "newer_than_the_copy": len(outcome.notes.forgotten),
        },
        "held_after_the_restore": outcome.held,
        "strangers": outcome.strangers,
        "ended_by_themselves": outcome.ended,
        "recovery": outcome.recovery,
    }


def _channel(outcome: Outcome, name: str) -> dict[str, int]:
    texts = [each.plan.texts[name] for each in outcome.notes.accepted if name in each.plan.texts]
    record, verdict = outcome.record, outcome.verdict
    return {
        "accepted": len(texts),
        "public": sum(bool(record.shown(name, text)) for text in texts),
        "lost": verdict.count("lost", name) + verdict.count("stuck", name),
        "twice": verdict.count("twice", name),
        "ghost": verdict.count("ghost", name),
        "repeats": sum(max(0, len(record.shown(name, text)) - 1) for text in texts),
        "ambiguous": outcome.entries.ambiguous(name),
        "person": sum(channel == name for channel, _ in outcome.asked),
    }


def table(found: Mapping[str, Any], channels: Fleet) -> Iterator[str]:
    """Give the lines that people read."""
    yield (
        f"drill {found['size']}, seed {found['seed']}: {found['deliveries']} deliveries, "
        f"{sum(found['kills'].values())} kills, {found['freezes']} freezes, "
        f"{sum(found['platform_faults'].values())} faults of the platform, "
        f"{found['seconds']:.0f} s"
    )
    yield _row(_HEAD)
    for name in channels:
        counted = found["channels"][name]
        yield _row([name, *(str(counted[column]) for column in _HEAD[1:])])
    total = {column: sum(c[column] for c in found["channels"].values()) for column in _HEAD[1:]}
    yield _row(["all", *(str(total[column]) for column in _HEAD[1:])])
    yield from _persons(found, channels)
    for name, times in found["recovery"].items():
        if times["n"]:
            yield f"{name}: p50 {times['p50_s']} s, max {times['max_s']} s (n {times['n']})"
    if newer := found["posts"]["newer_than_the_copy"]:
        yield (
            f"restored from a copy that did not know of {newer} posts: "
            f"{found['held_after_the_restore']} deliveries were held for a person, "
            f"{found['strangers']} posts in channels that can be read were told as strangers"
        )
    for words in found["ended_by_themselves"]:
        yield f"ended by itself: {words}"


def _persons(found: Mapping[str, Any], channels: Fleet) -> Iterator[str]:
    asked = found["needed_a_person"]
    yield (
        f"needed a person where the publisher can find out ({', '.join(channels.finding)}): "
        f"{asked['where_the_publisher_can_find_out']}"
    )
    for name, drilled in channels.items():
        counted = found["channels"][name]
        if drilled.finds or not counted["accepted"]:
            continue
        of_all = counted["person"] / counted["accepted"]
        of_faults = counted["person"] / max(1, counted["ambiguous"])
        repeats = f"{drilled.repeats} declared repeat" if drilled.repeats else "no repeat"
        yield (
            f"needed a person where nobody else can ({name}, {repeats}): {counted['person']}, "
            f"{of_all:.1%} of its deliveries, {of_faults:.0%} of its ambiguous faults"
        )


def stories(outcome: Outcome) -> Iterator[str]:
    """Tell the first violations of each kind, with what happened around them."""
    shown: dict[str, list[Violation]] = {}
    for violation in outcome.verdict.violations:
        shown.setdefault(violation.kind, []).append(violation)
    for kind, found in shown.items():
        yield f"{kind.upper()}: {len(found)}"
        for violation in found[:_SHOWN]:
            yield f"  {violation.channel}: {violation.text} {violation.words}"
            for line in trace(violation, outcome.record, outcome.entries):
                yield f"    {line}"


def keep(found: Mapping[str, Any], folder: Path) -> None:
    """Write the figures of one drill."""
    seed = "" if found["size"] == DIALECTS.name else f"-{found['seed']}"
    path = folder / f"drill-{found['size']}{seed}.json"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=2) + "\n")


def _counted(names: Sequence[str]) -> dict[str, int]:
    return {name: names.count(name) for name in dict.fromkeys(sorted(names))}


def _row(cells: Sequence[str]) -> str:
    return f"{cells[0]:<10}" + "".join(f"{cell:>10}" for cell in cells[1:])
