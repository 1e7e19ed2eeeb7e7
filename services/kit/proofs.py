"""Proof of who told a fact, which the broker's permissions alone are not.

The broker checks where a request goes, and not where its answer is wanted: an answer can be led
into anybody's stream. So each teller signs with a key of its own, apart from its way into the
broker; keys have names, and one that is no longer used still counts for what it has signed.
"""

import base64
import hashlib
import tomllib
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path

import nkeys
import structlog
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter

from schemas.envelope import teller_of
from services.kit.settings import MissingSecret

log = structlog.get_logger()

PROOF = "Budkavle-Proof"
AFTER = "Nats-Expected-Last-Subject-Sequence"

_REMEMBERED = 1024
"""Signatures of one key that need not be worked out again."""

_SHOWN = 40
"""Characters of a stranger's key name that are repeated to people."""


class PublicKey(BaseModel):
    """A key that one teller signs with, or has signed with."""

    model_config = ConfigDict(frozen=True)

    key: str
    until: AwareDatetime | None = None
    """What the broker has stored from then on does not count; None: all of it counts."""

    @property
    def name(self) -> str:
        """What a proof calls this key."""
        return hashlib.sha256(self.raw).hexdigest()[:16]

    @property
    def raw(self) -> bytes:
        """The key itself: one byte of prefix stands before it, two of checksum after it."""
        padded = self.key + "=" * (-len(self.key) % 8)
        return base64.b32decode(padded)[1:33]


KEYS_OF_A_TELLER = TypeAdapter(dict[str, PublicKey])
_KEYS_OF_ALL = TypeAdapter(dict[str, dict[str, PublicKey]])


class Proofs:
    """Signs what one service tells, and knows everybody's signature."""

    def __init__(self, seed: str, tellers: str | Path) -> None:
        self._own, public = signing_key(seed)
        self._name = public.name
        self._file = tellers if isinstance(tellers, Path) else None
        self._stamp = self._look()
        self._tellers = _Tellers(tellers if isinstance(tellers, str) else tellers.read_text())

    def must_count(self, teller: str) -> None:
        """Refuse to begin with a key that nobody would believe."""
        if not self._tellers.of(teller, self._name):
            raise MissingSecret(
                f"the signing key of {teller} is not on the list tellers.toml, so nobody would "
                "believe what it tells; put both right with: python -m services.provision keys"
            )

    def sign(self, subject: str, after: int, body: bytes) -> str:
        """Give the proof of a fact at one place: moved or repeated, it proves nothing."""
        signed = _signed(subject, str(after), body)
        signature = base64.b64encode(self._own.sign(signed)).decode()
        for key in self._tellers.of(teller_of(subject), self._name):
            if key.name == self._name:
                key.remember(signed, signature)
        return f"{self._name}.{signature}"

    def flaw(
        self, subject: str, headers: Mapping[str, str], body: bytes, stored_at: datetime
    ) -> str | None:
        """Say why the teller that the subject names has not told this, here; None: it has.

        The broker itself sees to it that a message with this header stands nowhere else.
        """
        if PROOF not in headers:
            return "it is not signed"
        self._read_again()
        name, _, proof = headers[PROOF].rpartition(".")
        teller = teller_of(subject)
        # Before keys had names, any of the teller's could have signed.
        keys = self._tellers.of(teller, name)
        if not keys:
            return f"the key {name[:_SHOWN]!r} is not listed for {teller}"
        signed = _signed(subject, headers.get(AFTER, ""), body)
        found = next((key for key in keys if key.has_signed(signed, proof)), None)
        if found is None:
            return "the signature does not fit"
        if found.until is not None and stored_at >= found.until:
            return f"the key {found.name} counts only for what was stored before {found.until}"
        return None

    def _read_again(self) -> None:
        """Take in a list that has been changed: a key has come, or counts no longer."""
        stamp = self._look()
        if self._file is None or stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._tellers = _Tellers(self._file.read_text())
        except (OSError, MissingSecret) as error:
            log.warning("tellers.kept_as_they_were", why=str(error))
        else:
            log.info("tellers.read_again")

    def _look(self) -> tuple[int, int, int] | None:
        """Tell one making of the file from another; each is put in place whole."""
        try:
            seen = self._file.stat() if self._file else None
        except OSError:
            return None
        return (seen.st_ino, seen.st_mtime_ns, seen.st_size) if seen else None


class _Key:
    def __init__(self, public: PublicKey) -> None:
        self.name = public.name
        self.until = public.until
        self._verify = VerifyKey(public.raw)
        self._held: dict[tuple[bytes, str], None] = {}

    def has_signed(self, signed: bytes, proof: str) -> bool:
        if (hashlib.sha256(signed).digest(), proof) in self._held:
            return True
        try:
            self._verify.verify(signed, base64.b64decode(proof, validate=True))
        except (BadSignatureError, ValueError):
            return False
        self.remember(signed, proof)
        return True

    def remember(self, signed: bytes, proof: str) -> None:
        """Keep that this very signature fits these very bytes: an order is read three times."""
        if len(self._held) >= _REMEMBERED:
            del self._held[next(iter(self._held))]
        self._held[hashlib.sha256(signed).digest(), proof] = None


class _Tellers:
    """Everybody's public keys, as one text says."""

    def __init__(self, text: str) -> None:
        try:
            listed = _KEYS_OF_ALL.validate_python(tomllib.loads(text))
            self._keys = {
                teller: {name: _Key(public) for name, public in keys.items()}
                for teller, keys in listed.items()
            }
        except ValueError as error:
            raise MissingSecret(
                "the list tellers.toml cannot be read; "
                "write it again with: python -m services.provision keys"
            ) from error

    def of(self, teller: str, name: str) -> Collection[_Key]:
        keys = self._keys.get(teller, {})
        if not name:
            return keys.values()
        return [keys[name]] if name in keys else []


def signing_key(seed: str) -> tuple[nkeys.KeyPair, PublicKey]:
    """Make a key of its seed, and what others may know of it."""
    try:
        pair = nkeys.from_seed(bytearray(seed.encode()))
    except (nkeys.NkeysError, ValueError, IndexError) as error:
        raise MissingSecret(
            "the signing key cannot be read; "
            "make another with: python -m services.provision keys --renew <service>"
        ) from error
    return pair, PublicKey(key=pair.public_key.decode())


def _signed(subject: str, after: str, body: bytes) -> bytes:
    return f"{subject}\n{after}\n".encode() + body
