"""Makes every secret of a first start, keeps what is there, and changes signing keys when asked."""

import os
import secrets as random
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nkeys

from schemas.envelope import now
from schemas.flow import SERVICES
from services.kit.proofs import KEYS_OF_A_TELLER, PublicKey, signing_key
from services.kit.secret_files import make_folder, write, write_once
from services.kit.unfit import Unfit
from services.provision import people
from services.provision.enlisting import Enlisting
from services.provision.permissions import PROVISION, users_conf

IDENTITIES = (*SERVICES, PROVISION)

SIGNING = "signing.key"
"""What a service signs with; nobody but that service has it, and an old one is gone for good."""

SIGNED_BY = "signed-by.toml"
"""A service's public keys, the present one and those before it. Every `tellers.toml` follows it."""

NEVER = datetime(1970, 1, 1, tzinfo=UTC)

_STILL_RUNNING = timedelta(hours=1)
"""For how long a process from before signing keys may go on signing with its broker key."""


def write_keys(secrets: Path) -> list[Path]:
    """Write keys, first people and officers, and what follows; gives the secrets that are new.

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
    made += Enlisting(secrets).write_first()
    make_folder(secrets / "broker")
    write(secrets / "broker" / "users.conf", users_conf(_broker_keys(secrets)))
    for service in SERVICES:
        if (path := secrets / service / SIGNING).exists():
            _list(secrets, service, _listed(secrets, service))
        else:
            renew(secrets, service)
            made.append(path)
    return made


def renew(secrets: Path, service: str) -> PublicKey:
    """Give a service another signing key, for its next start; gives what others may know of it.

    Everybody knows it before it is in place. What the old one has signed still counts, and nobody
    can sign with that any more once the service has started again.
    """
    if service not in SERVICES:
        raise Unfit(f"{service!r} signs nothing; choose one of: {', '.join(SERVICES)}")
    seed = _seed()
    _, public = signing_key(seed)
    _list(secrets, service, {**_listed(secrets, service), public.name: public})
    write(secrets / service / SIGNING, seed)
    return public


def revoke(secrets: Path, name: str, since: datetime = NEVER) -> str:
    """Let a stolen key no longer count for what was stored since a moment; gives whose it was."""
    for service in SERVICES:
        listed = _listed(secrets, service)
        if name not in listed:
            continue
        if _present(secrets, service) == name:
            raise Unfit(
                f"{service} signs with {name}; give it another first: --renew {service}, "
                f"start {service} again, and revoke {name} then"
            )
        # Said twice, the earlier moment stands.
        until = min(since, listed[name].until or since)
        _list(secrets, service, {**listed, name: PublicKey(key=listed[name].key, until=until)})
        return service
    raise Unfit(f"nobody has signed with a key called {name!r}; {SIGNED_BY} lists each service's")


def _listed(secrets: Path, service: str) -> dict[str, PublicKey]:
    """Read which keys of a service count."""
    path = secrets / service / SIGNED_BY
    if path.exists():
        try:
            return KEYS_OF_A_TELLER.validate_python(tomllib.loads(path.read_text()))
        except ValueError as error:
            raise Unfit(f"{path} cannot be read ({error}); put the last good copy back") from error
    # Before there were signing keys, all was signed with the broker key, which has a name as well.
    broker = PublicKey(key=_broker_keys(secrets)[service], until=now() + _STILL_RUNNING)
    known = [broker]
    if (path := secrets / service / SIGNING).exists():
        known.append(signing_key(path.read_text().strip())[1])
    return {public.name: public for public in known}


def _list(secrets: Path, service: str, keys: Mapping[str, PublicKey]) -> None:
    """Write which keys of a service count, for good, then what everybody reads."""
    write(secrets / service / SIGNED_BY, _toml("", keys))
    tellers = "".join(
        _toml(f"{teller}.", _listed(secrets, teller))
        for teller in SERVICES
        if (secrets / teller / SIGNED_BY).exists()
    )
    for reader in SERVICES:
        write(secrets / reader / "tellers.toml", tellers)


def _present(secrets: Path, service: str) -> str:
    return signing_key((secrets / service / SIGNING).read_text().strip())[1].name


def _toml(place: str, keys: Mapping[str, PublicKey]) -> str:
    return "".join(
        f'[{place}{name}]\nkey = "{public.key}"\n'
        + (f"until = {public.until.isoformat()}\n" if public.until else "")
        for name, public in keys.items()
    )


def _broker_keys(secrets: Path) -> dict[str, str]:
    seeds = {name: (secrets / name / "nkey").read_text().strip() for name in IDENTITIES}
    return {
        name: nkeys.from_seed(bytearray(seed.encode())).public_key.decode()
        for name, seed in seeds.items()
    }


def _seed() -> str:
    return str(nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER).decode())
