"""Makes every secret of a first start; what is there already is kept as it is."""

import os
import secrets as random
from pathlib import Path

import nkeys

from schemas.flow import SERVICES
from services.provision import people
from services.provision.permissions import PROVISION, users_conf
from services.provision.secret_files import make_folder, write, write_once

IDENTITIES = (*SERVICES, PROVISION)


def write_keys(secrets: Path) -> list[Path]:
    """Write keys, first people, and what follows from the keys; gives the secrets that are new.

    The broker's user file and the lists of signatures are made afresh from the keys each time.
    """
    made = []
    for identity in IDENTITIES:
        make_folder(secrets / identity)
        if write_once(path := secrets / identity / "nkey", _seed()):
            made.append(path)
    if write_once(path := secrets / "planner" / "session.key", random.token_hex(32)):
        made.append(path)
    made += people.write_first(secrets)
    make_folder(secrets / "broker")
    public = _public_keys(secrets)
    write(secrets / "broker" / "users.conf", users_conf(public))
    tellers = "".join(f'{name} = ["{public[name]}"]\n' for name in SERVICES)
    for service in SERVICES:
        write(secrets / service / "tellers.toml", tellers)
    return made


def _public_keys(secrets: Path) -> dict[str, str]:
    seeds = {name: (secrets / name / "nkey").read_text().strip() for name in IDENTITIES}
    return {
        name: nkeys.from_seed(bytearray(seed.encode())).public_key.decode()
        for name, seed in seeds.items()
    }


def _seed() -> str:
    return str(nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER).decode())
