"""What opens a door: secrets sealed under a password, time codes, printed codes, signing keys."""

import base64
import hashlib
import hmac
import secrets as random
import struct
from datetime import datetime
from typing import Annotated, NamedTuple, Self
from urllib.parse import quote, urlencode

from nacl.encoding import Base64Encoder
from nacl.exceptions import BadSignatureError, CryptoError
from nacl.pwhash import argon2id
from nacl.secret import SecretBox
from nacl.signing import SigningKey, VerifyKey
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from schemas.envelope import Digest

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""What printed words are made of: nothing that looks like something else."""

STEP = 30
"""Seconds that a time code lasts (RFC 6238)."""

_DIGITS = 6
_DRIFT = 1
"""Steps that somebody's clock may be away from ours."""


class Cost(NamedTuple):
    """What one try at a password costs (Argon2id)."""

    passes: int
    memory: int


CAREFUL = Cost(2, 64 * 1024 * 1024)
"""A tenth of a second; beside passwords of eighty bits that is plenty."""


def _of_length(length: int) -> AfterValidator:
    def check(written: str) -> str:
        if len(base64.b64decode(written, validate=True)) != length:
            raise ValueError(f"this is not {length} bytes in base64")
        return written

    return AfterValidator(check)


class Sealed(BaseModel):
    """A secret that only its password opens, with all else that is needed to try."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    salt: Annotated[str, _of_length(argon2id.SALTBYTES)]
    passes: Annotated[int, Field(ge=1, le=20)]
    memory: Annotated[int, Field(ge=8192, le=1024 * 1024 * 1024)]
    box: str = Field(description="base64")

    @classmethod
    def close(cls, secret: bytes, password: str, cost: Cost = CAREFUL) -> Self:
        """Seal a secret under a password."""
        salt = random.token_bytes(argon2id.SALTBYTES)
        box = SecretBox(_stretched(password, salt, cost)).encrypt(secret, encoder=Base64Encoder)
        return cls._of(salt, cost, box)

    @classmethod
    def empty(cls, size: int, cost: Cost = CAREFUL) -> Self:
        """Make a seal that no password opens; to try one takes as long as on a secret's."""
        salt = random.token_bytes(argon2id.SALTBYTES)
        box = random.token_bytes(SecretBox.NONCE_SIZE + SecretBox.MACBYTES + size)
        return cls._of(salt, cost, Base64Encoder.encode(box))

    @classmethod
    def _of(cls, salt: bytes, cost: Cost, box: bytes) -> Self:
        return cls(
            salt=base64.b64encode(salt).decode(),
            passes=cost.passes,
            memory=cost.memory,
            box=box.decode(),
        )

    def open(self, password: str) -> bytes | None:
        """Give the secret; None: this is not the password. Takes as long either way."""
        key = _stretched(password, base64.b64decode(self.salt), Cost(self.passes, self.memory))
        try:
            return SecretBox(key).decrypt(self.box.encode(), encoder=Base64Encoder)
        except (CryptoError, ValueError):
            return None


class PrintedCodes(BaseModel):
    """Codes on paper, each good once; what is kept of them opens nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    salt: Annotated[str, Field(min_length=16)]
    digests: tuple[Digest, ...]

    @classmethod
    def of(cls, codes: list[str]) -> Self:
        """Keep what tells these codes from others."""
        salt = random.token_hex(16)
        return cls(salt=salt, digests=tuple(_salted(salt, code) for code in codes))

    def found(self, code: str) -> str | None:
        """Give the digest of the code that this is; every one is compared."""
        given = _salted(self.salt, code)
        found = [kept for kept in self.digests if hmac.compare_digest(given, kept)]
        return found[0] if found else None


class Listed(BaseModel):
    """A key as others know it: it proves who signed, and signs nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    public: Annotated[str, _of_length(32)]

    @property
    def name(self) -> str:
        """What a signature calls this key."""
        return _named(base64.b64decode(self.public))

    def fits(self, signed: bytes, proof: str) -> bool:
        """Whether this key has signed just these bytes."""
        try:
            VerifyKey(base64.b64decode(self.public)).verify(
                signed, base64.b64decode(proof, validate=True)
            )
        except (BadSignatureError, ValueError):
            return False
        return True


class Signer:
    """A key that signs; it lives in memory, and shows itself to nobody."""

    __slots__ = ("_key", "name", "public")

    def __init__(self, seed: bytes) -> None:
        self._key = SigningKey(seed)
        self.public = self._key.verify_key.encode(Base64Encoder).decode()
        self.name = _named(bytes(self._key.verify_key))

    def sign(self, content: bytes) -> str:
        """Give the proof in base64."""
        return base64.b64encode(self._key.sign(content).signature).decode()


def new_seed() -> bytes:
    """Make a key that nobody has had."""
    return random.token_bytes(32)


def time_code(secret: bytes, step: int, digits: int = _DIGITS) -> str:
    """Work out the code of one time step (RFC 6238 with SHA-1, as every authenticator does)."""
    mac = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    start = mac[-1] & 0x0F
    number = struct.unpack(">I", mac[start : start + 4])[0] & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def used_step(secret: bytes, code: str, now: datetime, newest: int) -> int | None:
    """Say which time step a code is of; None: it is wrong, or not newer than the newest used."""
    here = int(now.timestamp()) // STEP
    steps = range(here - _DRIFT, here + _DRIFT + 1)
    given = "".join(code.split()).encode(errors="replace")
    fits = [step for step in steps if hmac.compare_digest(time_code(secret, step).encode(), given)]
    return next((step for step in fits if step > newest), None)


def authenticator_address(secret: bytes, issuer: str, account: str) -> str:
    """Write the address that authenticators read from a picture or take as text."""
    what = {"secret": base32(secret), "issuer": issuer, "digits": _DIGITS, "period": STEP}
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{urlencode(what, quote_via=quote)}"


def base32(secret: bytes) -> str:
    """Spell a secret as authenticators take it by hand."""
    return base64.b32encode(secret).decode().rstrip("=")


def written_code(groups: int, size: int = 4) -> str:
    """Make up a code that people can read off paper, such as `k3mp-9xwa`."""
    return "-".join("".join(random.choice(ALPHABET) for _ in range(size)) for _ in range(groups))


def plain(written: str) -> str:
    """Take away what people add when they copy a code: spaces, dashes, capitals."""
    return "".join(written.split()).replace("-", "").replace("–", "").casefold()


def _stretched(password: str, salt: bytes, cost: Cost) -> bytes:
    return bytes(
        argon2id.kdf(
            SecretBox.KEY_SIZE,
            plain(password).encode(errors="replace"),
            salt,
            opslimit=cost.passes,
            memlimit=cost.memory,
        )
    )


def _salted(salt: str, code: str) -> str:
    return hashlib.sha256(f"{salt}.{plain(code)}".encode(errors="replace")).hexdigest()


def _named(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()[:16]
