"""Proof of who signed, by the roll of officers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import structlog

from schemas.alerts import Signature
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.domain.statements import Statement
from services.publisher.siren.officers import break_glass, signing
from services.publisher.siren.officers.roll import Roll

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class RollSeals:
    """Knows every officer's keys, and the sealed envelopes."""

    roll: Roll

    def check(self, statement: Statement, key: str, proof: str, now: datetime) -> Signature:
        """Give the proved signature; `Refusal` where it does not count."""
        try:
            return signing.check(statement, key, proof, self.roll, now)
        except Refusal as no:
            said = {"officer": statement.officer[:63], "act": statement.act}
            log.warning("siren.signature_refused", code=no.code, **said)
            raise

    def opened(self, sealed: str, used: Collection[str]) -> str:
        """Give the digest of the envelope that this code opens; `Refusal` if it opens none."""
        return break_glass.opened(sealed, self.roll, used)
