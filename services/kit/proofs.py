"""Proof of who told a fact, which the broker's permissions alone are not.

The broker checks where a request goes, and not where its answer is wanted: an answer can be led
into anybody's stream. A teller may have several keys, so that what an old one signed still holds.
"""

import base64
import binascii
import tomllib
from collections.abc import Mapping

import nkeys
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

PROOF = "Budkavle-Proof"
AFTER = "Nats-Expected-Last-Subject-Sequence"


class Proofs:
    """Signs what one service tells, and knows everybody's signature."""

    def __init__(self, seed: str, tellers: str) -> None:
        self._own = nkeys.from_seed(bytearray(seed.encode()))
        self._tellers: dict[str, list[VerifyKey]] = {
            name: [_verifier(key) for key in keys] for name, keys in tomllib.loads(tellers).items()
        }

    def sign(self, subject: str, after: int, body: bytes) -> str:
        """Give the proof of a fact at one place: moved or repeated, it proves nothing."""
        signature: bytes = self._own.sign(_signed(subject, str(after), body))
        return base64.b64encode(signature).decode()

    def hold(self, subject: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the teller that the subject names has told this, here.

        The broker itself sees to it that a message with this header stands nowhere else.
        """
        signed = _signed(subject, headers.get(AFTER, ""), body)
        try:
            proof = base64.b64decode(headers.get(PROOF, ""), validate=True)
        except binascii.Error:
            return False
        keys = self._tellers.get(subject.split(".", 1)[0], [])
        return any(_verifies(key, signed, proof) for key in keys)


def _verifies(key: VerifyKey, signed: bytes, proof: bytes) -> bool:
    try:
        key.verify(signed, proof)
    except (BadSignatureError, ValueError):
        return False
    return True


def _signed(subject: str, after: str, body: bytes) -> bytes:
    return f"{subject}\n{after}\n".encode() + body


def _verifier(public_key: str) -> VerifyKey:
    padded = public_key + "=" * (-len(public_key) % 8)
    # One byte of prefix before the key, two of checksum after it.
    return VerifyKey(base64.b32decode(padded)[1:33])
