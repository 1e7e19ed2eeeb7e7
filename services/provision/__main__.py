"""Prepares a system: `keys` before the broker starts, `streams` when it is healthy."""

import argparse
import asyncio
import sys
from pathlib import Path

from pydantic import ValidationError

from services.kit import logs
from services.kit.connection import Connection
from services.kit.serving import CANNOT_START
from services.kit.settings import MissingSecret
from services.provision.channels import Unfit, channel_names
from services.provision.keys import write_keys
from services.provision.permissions import PROVISION
from services.provision.settings import Settings
from services.provision.streams import PATIENCE, Refused, provision_streams


def main() -> int:
    """Do what was asked; 2 with one sentence when a person must mend something first."""
    asked = vars(_parser().parse_args())
    try:
        if asked.pop("verb") == "keys":
            return _keys(**asked)
        settings = Settings(**asked)
        logs.configure("terminal", settings.log_level)
        return asyncio.run(_streams(settings, settings.seed))
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            where = ".".join(map(str, problem["loc"])).replace("_", "-")
            print(f"--{where}: {problem['msg']}", file=sys.stderr)
    except OSError as error:
        print(f"{error.filename} cannot be written: {error.strerror}", file=sys.stderr)
    except (MissingSecret, Refused, Unfit) as error:
        print(error, file=sys.stderr)
    return CANNOT_START


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.provision", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    keys = verbs.add_parser("keys", help="make what is missing of keys, people and broker users")
    keys.add_argument("--secrets", type=Path, required=True, help="the folder of all secrets")
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
    return parser


def _keys(secrets: Path) -> int:
    for path in write_keys(secrets):
        print(f"made {path}")
    print(f"wrote {secrets / 'broker' / 'users.conf'}")
    return 0


async def _streams(settings: Settings, seed: str) -> int:
    names = channel_names(settings.channels)
    connection = Connection(settings.nats_url, PROVISION, seed)
    try:
        async with asyncio.timeout(PATIENCE):
            await connection.connect()
    except TimeoutError as error:
        raise Refused(
            f"no way into the broker at {settings.nats_url} within {PATIENCE:.0f} s; is it "
            "running, and with the users.conf that belongs to these secrets?"
        ) from error
    try:
        outcome = await provision_streams(
            connection, names, replicas=settings.replicas, ack_wait=settings.ack_wait
        )
    finally:
        await connection.stop()
    for line in (*(f"made {what}" for what in outcome.made), *outcome.strengthened):
        print(line)
    for orphan in outcome.orphans:
        print(f"nothing asks for the durable {orphan}; its channel is gone", file=sys.stderr)
    print("streams and durables are as they should be")
    return 0


sys.exit(main())
