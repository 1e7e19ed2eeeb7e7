"""The verb `officers`: who may sign for an alert, with what, and how they are called at night."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.kit.rolls import Entry, RollFile
from services.provision.enlisting import Enlisting
from services.provision.papers import Papers
from services.provision.restore import Tell

_NOTICED = "a siren that runs takes it in at its next look; nothing needs a restart"


def add_verb(verbs: Any) -> None:
    """Say that there is this verb, what it can do, and its flags."""
    about = verbs.add_parser("officers", help="who may sign for an alert, and with what")
    steps = about.add_subparsers(dest="step", required=True)

    def step(name: str, said: str, *, of_one: bool = True) -> ArgumentParser:
        parser: ArgumentParser = steps.add_parser(name, help=said)
        parser.add_argument("--secrets", type=Path, required=True, help="the folder of all secrets")
        if of_one:
            parser.add_argument("officer", metavar="id", help="lower-case letters, digits, dashes")
        return parser

    add = step("add", "let somebody serve; prints what they need, once")
    add.add_argument("--name", required=True, help="as people say it")
    _pages(add)
    add.add_argument("--language", choices=("sv", "en"), default="sv")
    add.add_argument("--phone", help="shown to other officers when somebody has to be phoned")
    step("renew", "give somebody another password, time code, printed codes and key")
    _pages(step("reach", "change how somebody is called"))
    which = step("key", "list a key for the command line").add_mutually_exclusive_group(
        required=True
    )
    which.add_argument("--public", help="of a key that its owner made: 32 bytes in base64")
    which.add_argument("--make", type=Path, metavar="FILE", help="make one; the file is the key")
    step("remove", "let somebody serve no more")
    step("list", "who serves, and with what", of_one=False)
    step("break-glass", "make a code for a sealed envelope; prints it, once", of_one=False)


def change(asked: dict[str, Any], tell: Tell) -> None:
    """Do one step, and say what it means."""
    roll = Enlisting(asked.pop("secrets"))
    match asked.pop("step"):
        case "add":
            _hand_over(roll.add(**asked), tell)
        case "renew":
            _hand_over(roll.renew(**asked), tell)
            tell(
                "earlier papers and key files open nothing any more; what they signed still counts"
            )
            tell(f"a new key file: officers key {asked['officer']} --make FILE")
        case "reach":
            roll.reach(**asked)
            tell(f"{asked['officer']} is called there from now on")
        case "key":
            _list_key(roll, tell, **asked)
        case "remove":
            roll.remove(**asked)
            tell(f"{asked['officer']} signs nothing any more; what they signed still counts")
        case "list":
            for line in _listed(roll.read()):
                tell(line)
            return
        case "break-glass":
            tell(f"  {roll.seal_envelope()}")
            tell("write it on paper, seal it in an envelope, and keep that where two can find it;")
            tell("it lets one officer alone send one alert, and stands nowhere else")
    tell(_NOTICED)


def _pages(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--page",
        dest="pages",
        metavar="URL",
        action="append",
        required=True,
        help="how to call them, for example mailtos://…; say it again for every way",
    )


def _hand_over(papers: Papers, tell: Tell) -> None:
    for line in papers.text().splitlines():
        tell(line)
    tell("")


def _list_key(
    roll: Enlisting, tell: Tell, officer: str, public: str | None, make: Path | None
) -> None:
    if make is not None:
        name = roll.make_key(officer, make)
        tell(f"made {make}: whoever has it signs in the name of {officer}; guard it")
    else:
        name = roll.list_key(officer, public or "")
    tell(f"{officer} may sign with the key {name}")


def _listed(roll: RollFile) -> Iterator[str]:
    for officer, entry in sorted(roll.officers.items()):
        yield f"{officer}: {entry.name}, {_ways(entry)}, {entry.phone or 'no telephone'}"
        for name, key in entry.keys.items():
            ended = f", ended {key.until:%Y-%m-%d %H:%M} UTC" if key.until else ""
            yield f"  key {name} ({key.use}), since {key.since:%Y-%m-%d}{ended}"
    for officer, former in sorted(roll.former.items()):
        yield f"{officer}: {former.name}, serves no more"
    yield f"sealed envelopes made: {len(roll.envelopes)}"


def _ways(entry: Entry) -> str:
    """Say how many ways there are, and of what kind: the addresses themselves hold passwords."""
    kinds = [page.get_secret_value().partition("://")[0] for page in entry.pages]
    return f"called by {', '.join(kinds)}" if kinds else "cannot be called: officers reach"
