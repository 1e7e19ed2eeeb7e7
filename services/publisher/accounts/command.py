"""What an operator can ask of the publisher's program instead of serving."""

import argparse
import asyncio
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from services.kit import logs
from services.kit.languages import LANGUAGES, Language, language
from services.kit.settings import MissingSecret
from services.kit.unfit import CANNOT_START, Unfit
from services.publisher.accounts.kinds import kinds, sheet
from services.publisher.accounts.leaving import StillOpen, leave
from services.publisher.accounts.probing import probe_channels, told
from services.publisher.settings import Settings

_FOLDER = Path(__file__).parents[1] / "locale"


class Answer(NamedTuple):
    """What is said, and the status that the program ends with."""

    text: str
    status: int = 0


def answer(arguments: Sequence[str]) -> Answer:
    """Do what was asked; 1: not all is well, 2: a person must mend the set-up first."""
    asked = _parser().parse_args(arguments)
    speech = language(asked.language, _FOLDER)
    try:
        match asked.verb:
            case "kinds":
                return _kinds(asked.kind, speech, as_json=asked.json)
            case "check":
                return _check(Settings(), asked.names, speech, as_json=asked.json)
            case _:
                return _forget(Settings(), asked.name, speech)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
        where = [".".join(map(str, each["loc"])).upper() for each in problems]
        said = [f"setting {at}: {each['msg']}" for at, each in zip(where, problems, strict=True)]
        return _lines(said, CANNOT_START)
    except (MissingSecret, Unfit) as error:
        return Answer(str(error), CANNOT_START)


def _kinds(kind: str | None, speech: Language, *, as_json: bool) -> Answer:
    known = kinds(speech)
    chosen = [each for each in known if kind in {None, each.kind}]
    if not chosen:
        raise Unfit(f"there is no kind {kind}; choose one of: {', '.join(k.kind for k in known)}")
    if as_json:
        return Answer(json.dumps([each.model_dump() for each in chosen], ensure_ascii=False))
    if kind is None:
        return _lines(f"{each.kind:<12} {each.called}" for each in chosen)
    return _lines(sheet(chosen[0], speech))


def _check(settings: Settings, names: list[str], speech: Language, *, as_json: bool) -> Answer:
    logs.configure("terminal", "error")
    probes = asyncio.run(probe_channels(settings, names, speech))
    status = 0 if all(probe.ready for probe in probes) else 1
    if not all(probe.made for probe in probes):
        status = CANNOT_START
    if as_json:
        return Answer(json.dumps([p.model_dump(mode="json") for p in probes]), status)
    return _lines((line for probe in probes for line in told(probe, speech)), status)


def _forget(settings: Settings, name: str, speech: Language) -> Answer:
    logs.configure("terminal", "error")
    try:
        did = asyncio.run(leave(settings, name))
    except StillOpen as still:
        said = speech("Posts are still on their way in {channel}:", channel=name)
        remedy = speech("Put its table back. Let them go out, or withdraw them; then try again.")
        return _lines([said, *map(str, still.posts), remedy], 1)
    if did:
        return Answer(speech("The planner offers {channel} no more.", channel=name))
    return Answer(speech("The planner does not offer {channel}.", channel=name))


def _lines(said: Iterable[str], status: int = 0) -> Answer:
    return Answer("\n".join(said), status)


def _parser() -> argparse.ArgumentParser:
    every = argparse.ArgumentParser(add_help=False)
    every.add_argument("--language", choices=LANGUAGES, default="sv")
    parser = argparse.ArgumentParser(prog="python -m services.publisher", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    listing = verbs.add_parser(
        "kinds", parents=[every], help="say how to get an account of each kind"
    )
    listing.add_argument("kind", nargs="?")
    listing.add_argument("--json", action="store_true")
    checking = verbs.add_parser(
        "check", parents=[every], help="ask accounts whether they would take a post; 1: not all"
    )
    checking.add_argument("names", nargs="*", metavar="NAME")
    checking.add_argument("--json", action="store_true")
    leaving = verbs.add_parser(
        "forget", parents=[every], help="tell the planner that a channel is gone"
    )
    leaving.add_argument("name", metavar="NAME")
    return parser
