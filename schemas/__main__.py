"""Prints the language: `python -m schemas` (catalogue and picture) or `… export` (JSON Schema)."""

import json
import sys
from pathlib import Path

from schemas.envelope import Fact, type_of
from schemas.flow import FLOW, HEARERS, TIMERS, Hop, facts_told

EXPORTED = Path(__file__).parent / "json"


def picture() -> str:
    """Draw who tells what to whom, one line for each kind of thing."""
    lines = []
    for hop in FLOW:
        ears = [*hop.heard_by, *(f"{board}’s board" for board in hop.boards)]
        if ears and hop.told_by == _first_teller(hop):
            tellers = [other.told_by for other in FLOW if other.facts == hop.facts]
            teller = "each" if len(tellers) == len(HEARERS) else hop.told_by
            lines.append(f"{teller:>9} ──{hop.thing:─<10}─▶ {' · '.join(ears)}")
    owners = "each" if len(TIMERS) == len(HEARERS) else " · ".join(t.owner for t in TIMERS)
    return "\n".join([*lines, f"{owners:>9} ──timer ⏱────▶ itself"])


def catalogue() -> str:
    """List every fact with its subject, its readers and its sentence."""
    return "\n\n".join(_entry(hop) for hop in FLOW if hop.told_by == _first_teller(hop))


def export() -> dict[Path, str]:
    """Give the JSON Schema of every fact, by the file it belongs into."""
    return {
        EXPORTED / f"{type_of(fact)}.json": json.dumps(
            fact.model_json_schema(mode="serialization"), indent=2, sort_keys=True
        )
        + "\n"
        for fact in facts_told()
    }


def _first_teller(hop: Hop) -> str:
    """Say who tells these facts first in the table: parked messages stand there once a service."""
    return next(other.told_by for other in FLOW if other.facts == hop.facts)


def _entry(hop: Hop) -> str:
    readers = [
        *(f"heard by {service}" for service in hop.heard_by),
        *(f"looked up by {service}" for service in hop.looked_up_by),
        *(f"on the board of {service}" for service in hop.boards),
    ]
    head = f"{hop.facts[0].address}  ({', '.join(readers) or 'its own memory'})"
    return "\n".join([head, *(f"  {type_of(fact):26} {_meaning(fact)}" for fact in hop.facts)])


def _meaning(fact: type[Fact]) -> str:
    return (fact.__doc__ or "").strip().splitlines()[0]


def main(words: list[str]) -> int:
    """Print, or write the exported schemas."""
    match words:
        case []:
            print(picture(), catalogue(), sep="\n\n")
        case ["export"]:
            EXPORTED.mkdir(exist_ok=True)
            for path, text in export().items():
                path.write_text(text, encoding="utf-8")
        case _:
            print("usage: python -m schemas [export]", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
