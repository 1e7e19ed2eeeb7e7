"""The code in the sealed envelope: with it one officer may do alone what else takes two."""

from collections.abc import Collection

from schemas.codes import Code
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.officers.roll import Roll

_WRITTEN = 200
"""Characters of a code that are looked at."""


def opened(code: str, roll: Roll, used: Collection[str]) -> str:
    """Give the digest of the envelope that this code opens; it is to be stored among the used.

    The code is a hundred bits of chance, so that nothing is won by guessing.
    """
    found = [
        envelope.digest for envelope in roll.envelopes() if envelope.opened_by(code[:_WRITTEN])
    ]
    if not found:
        raise Refusal(Code.ENVELOPE_WRONG)
    if found[0] in used:
        raise Refusal(Code.ENVELOPE_USED)
    return found[0]


def sealed(roll: Roll, used: Collection[str]) -> int:
    """Count the envelopes that nobody has opened."""
    return sum(envelope.digest not in used for envelope in roll.envelopes())
