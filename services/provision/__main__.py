"""Prepares a system (`keys`, then `streams`; `officers`), and keeps it (`backup`, `erase` …)."""

import argparse
import asyncio
import sys
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from services.kit import logs
from services.kit.connection import Connection
from services.kit.messages import BrokerAway
from services.kit.settings import MissingSecret
from services.kit.unfit import CANNOT_START, Unfit
from services.provision import erasing, keeping, keys, officers
from services.provision.channels import channel_names
from services.provision.copies import Failed, Spoilt
from services.provision.entrance import inside
from services.provision.permissions import PROVISION
from services.provision.settings import Settings
from services.provision.streams import Refused, drop_durables, provision_streams

_KEEPING = {"backup": keeping.back_up_to, "restore": keeping.restore_from}
_LIKE_THIS = "write it like 2026-11-23T18:30+01:00"


def main() -> int:
    """Do what was asked; 2 with one sentence when a person must mend something first."""
    asked = vars(_parser().parse_args())
    try:
        if (verb := asked.pop("verb")) == "keys":
            return _keys(**asked)
        if verb == "officers":
            officers.change(asked, print)
            return 0
        without = asked.pop("without", None)
        rule = erasing.rule_of(asked) if verb == "erase" else None
        wish = keeping.wish_of(asked)
        settings = Settings(**asked)
        logs.configure("terminal", settings.log_level)
        if rule is not None:
            asyncio.run(erasing.erase(settings, rule, print))
            return 0
        if verb in _KEEPING:
            asyncio.run(_KEEPING[verb](settings, wish, print))
            return 0
        return asyncio.run(_streams(settings, settings.seed, without))
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            where = ".".join(map(str, problem["loc"])).replace("_", "-")
            print(f"--{where}: {problem['msg']}", file=sys.stderr)
    except OSError as error:
        print(f"{error.filename} cannot be written: {error.strerror}", file=sys.stderr)
    except (MissingSecret, Refused, Unfit, Failed, Spoilt) as error:
        print(error, file=sys.stderr)
    except BrokerAway as error:
        print(f"the broker went away: {error}; see that it runs, and try again", file=sys.stderr)
    return CANNOT_START


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.provision", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    making_keys = verbs.add_parser(
        "keys", help="make what is missing of keys, people and broker users"
    )
    making_keys.add_argument(
        "--secrets", type=Path, required=True, help="the folder of all secrets"
    )
    change = making_keys.add_mutually_exclusive_group()
    change.add_argument("--renew", metavar="SERVICE", help="give a service another signing key")
    change.add_argument("--revoke", metavar="KEY", help="name of a stolen key: it counts no longer")
    making_keys.add_argument(
        "--since",
        metavar="TIME",
        type=_moment,
        help="with --revoke: what was stored before this moment still counts; without, nothing",
    )
    # A flag that is not given is left out, so that the environment can say it.
    making = verbs.add_parser(
        "streams",
        help="make streams and durables, on a broker that is running",
        argument_default=argparse.SUPPRESS,
    )
    making.add_argument("--secrets", help="the folder of all secrets, or the provisioner's own")
    making.add_argument("--nats-url", help="for example nats://127.0.0.1:4222")
    making.add_argument("--channels", help="the file of channels")
    making.add_argument("--replicas", choices=("1", "3"), help="copies of every stream")
    making.add_argument("--ack-wait", help="when an unfinished message comes again, as PT40S")
    making.add_argument(
        "--without", metavar="CHANNEL", help="also drop the durables of a channel that is gone"
    )
    keeping.add_verbs(verbs)
    erasing.add_verb(verbs, _moment)
    officers.add_verb(verbs)
    return parser


def _keys(secrets: Path, renew: str | None, revoke: str | None, since: datetime | None) -> int:
    if since and not revoke:
        raise Unfit("--since says from when a key no longer counts; say which with --revoke")
    for path in keys.write_keys(secrets):
        print(f"made {path}")
    print(f"wrote {secrets / 'broker' / 'users.conf'}")
    if renew:
        public = keys.renew(secrets, renew)
        print(f"{renew} signs with {public.name} when it is started again; start it again now")
        print("what it has signed before still counts")
    if revoke:
        _revoke(secrets, revoke, since or keys.NEVER)
    return 0


def _revoke(secrets: Path, name: str, since: datetime) -> None:
    service = keys.revoke(secrets, name, since)
    when = "" if since == keys.NEVER else f" and was stored since {since.isoformat()}"
    print(f"refused by every service from now on: what {name} has signed for {service}{when}")
    print(
        "posts that wait under it do not go out; they are set aside with the code signature_wrong, "
        "to be approved or written anew"
        if service == "planner"
        else f"what {service} remembers under it stands still, set aside with the code "
        "signature_wrong, until a person has looked"
    )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a moment; {_LIKE_THIS}") from error
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} says no zone; {_LIKE_THIS}")
    return moment


async def _streams(settings: Settings, seed: str, without: str | None) -> int:
    names = channel_names(settings.channels)
    connection = Connection(settings.nats_url, PROVISION, seed)
    async with inside(connection, settings.nats_url):
        outcome = await provision_streams(
            connection, names, replicas=settings.replicas, ack_wait=settings.ack_wait
        )
        dropped = await drop_durables(connection, names, without) if without else []
    for line in (*(f"made {what}" for what in outcome.made), *outcome.strengthened):
        print(line)
    for durable in dropped:
        print(f"dropped durable {durable}")
    for orphan in sorted(set(outcome.orphans) - set(dropped)):
        print(f"nothing asks for the durable {orphan}; its channel is gone", file=sys.stderr)
    print("streams and durables are as they should be")
    return 0


sys.exit(main())
