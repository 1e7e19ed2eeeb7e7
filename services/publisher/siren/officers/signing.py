"""Whether an officer has said what is said in their name, here and now; and how they say it."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from schemas.alerts import Signature
from schemas.codes import Code
from services.kit.seals import Signer
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.domain.statements import Statement
from services.publisher.siren.officers.roll import Roll

SKEW = timedelta(minutes=5)
"""How far a signer's clock may be from ours."""

_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")


def sign(statement: Statement, key: Signer) -> tuple[str, str]:
    """Say it in the officer's name: gives the key's name and the proof."""
    return key.name, key.sign(statement.signed)


def signature(statement: Statement, key_name: str, proof: str) -> Signature:
    """Write a statement down with its proof."""
    return Signature(
        officer=statement.officer,
        key=key_name,
        act=statement.act,
        at=statement.at,
        digest=statement.digest,
        nonce=statement.nonce,
        proof=proof,
    )


def check(statement: Statement, key_name: str, proof: str, roll: Roll, now: datetime) -> Signature:
    """Give the signature of an act that is asked for now, or refuse it and say why."""
    if roll.officer(statement.officer) is None:
        raise Refusal(Code.OFFICER_UNKNOWN, officer=statement.officer)
    _believe(statement, key_name, proof, roll, now)
    if not _NONCE.fullmatch(statement.nonce):
        raise Refusal(Code.NONCE_UNFIT)
    if abs(away := statement.at - now) > SKEW:
        code = Code.CLOCK_AHEAD if away > timedelta(0) else Code.CLOCK_BEHIND
        raise Refusal(
            code, seconds=round(abs(away).total_seconds()), limit=int(SKEW.total_seconds())
        )
    return signature(statement, key_name, proof)


def believed(statement: Statement, signed: Signature, roll: Roll, accepted_at: datetime) -> bool:
    """Whether a signature that was accepted then still proves what it is kept for."""
    try:
        _believe(statement, signed.key, signed.proof, roll, accepted_at)
    except Refusal:
        return False
    return True


def _believe(statement: Statement, key_name: str, proof: str, roll: Roll, now: datetime) -> None:
    key = roll.key(statement.officer, key_name)
    if key is None:
        code = Code.SIGNING_KEY_UNKNOWN if roll.knows(statement.officer) else Code.OFFICER_UNKNOWN
        raise Refusal(code, officer=statement.officer)
    if not key.fits(statement.signed, proof):
        raise Refusal(Code.STATEMENT_ALTERED, officer=statement.officer)
    # By our clock, not by the moment in the statement: whoever has an old key writes that freely.
    if key.until is not None and now >= key.until:
        raise Refusal(Code.SIGNING_KEY_ENDED, officer=statement.officer)


class Nonces:
    """Which words were used, for as long as the statement with that word could be brought again."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], Signature] = {}

    def refill(self, signatures: Iterable[Signature], now: datetime) -> None:
        """Learn at the start what was accepted before it."""
        for signed in signatures:
            if now <= signed.at + 2 * SKEW:
                self._used[signed.officer, signed.nonce] = signed

    def earlier(self, signed: Signature) -> Signature | None:
        """Give the same act if it was done already; the word for another act is refused."""
        known = self._used.get((signed.officer, signed.nonce))
        if known is None:
            return None
        # Ed25519 leaves nothing to chance: the same statement under the same key, the same proof.
        if known.proof != signed.proof:
            raise Refusal(Code.NONCE_USED, officer=signed.officer)
        return known

    def keep(self, signed: Signature, now: datetime) -> None:
        """Remember a word that is used from now on, and forget those that are of no more use."""
        self._used[signed.officer, signed.nonce] = signed
        old = [word for word, known in self._used.items() if now > known.at + 2 * SKEW]
        for word in old:
            del self._used[word]

    def __len__(self) -> int:
        return len(self._used)
