"""What may follow what in the ledger: the table that every history is held against."""

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryCancelled,
    DeliveryCorrected,
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryHeld,
    DeliveryPublished,
    DeliveryRetracted,
    DeliveryScheduled,
    DeliveryUncertain,
    DeliveryWaiting,
)

STOPPED: set[type[DeliveryFact]] = {
    DeliveryHeld,
    DeliveryExpired,
    DeliveryCancelled,
    DeliveryFailed,
}
DONE: set[type[DeliveryFact]] = {DeliveryPublished, DeliveryCorrected, DeliveryRetracted}
ALLOWED: dict[type[DeliveryFact] | None, set[type[DeliveryFact]]] = {
    None: {DeliveryScheduled},
    DeliveryScheduled: {DeliveryScheduled, DeliveryAttempted, *STOPPED},
    DeliveryAttempted: {
        DeliveryAttempted,
        DeliveryWaiting,
        DeliveryUncertain,
        DeliveryScheduled,
        *DONE,
        *STOPPED,
    },
    DeliveryWaiting: {DeliveryAttempted, DeliveryScheduled, *STOPPED},
    DeliveryUncertain: {
        DeliveryUncertain,
        DeliveryAttempted,
        DeliveryPublished,
        DeliveryScheduled,
        *STOPPED,
    },
    DeliveryHeld: {DeliveryScheduled, DeliveryCancelled},
    DeliveryPublished: {DeliveryScheduled},
    DeliveryCorrected: {DeliveryScheduled},
    DeliveryRetracted: {DeliveryScheduled},
    DeliveryFailed: {DeliveryScheduled, DeliveryCancelled},
    DeliveryExpired: {DeliveryScheduled, DeliveryCancelled},
    DeliveryCancelled: {DeliveryScheduled},
}
_AIMS: dict[type[DeliveryFact], str] = {
    DeliveryPublished: "publish",
    DeliveryCorrected: "correct",
    DeliveryRetracted: "retract",
}


def check(before: DeliveryFact | None, after: DeliveryFact) -> None:
    """Fail where an entry may not stand after the one before it."""
    path = f"{before and before.type} → {after.type}"
    assert type(after) in ALLOWED[type(before) if before else None], path
    assert _AIMS.get(type(after), after.aim) == after.aim, f"{path} aiming to {after.aim}"
    if before is None:
        return
    assert after.revision >= before.revision, path
    assert after.attempt in {0, before.attempt, before.attempt + 1}, path
    if after.revision == before.revision:
        assert after.repeats >= before.repeats, path
    if isinstance(before, DeliveryUncertain):
        _check_out_of_doubt(before, after, path)
    if isinstance(before, DeliveryAttempted) and before.doubt and before.aim == "publish":
        known = DeliveryPublished | DeliveryUncertain
        prepared = isinstance(after, DeliveryAttempted) and after.doubt
        assert isinstance(after, known) or prepared, f"{path} in doubt"


def _check_out_of_doubt(before: DeliveryUncertain, after: DeliveryFact, path: str) -> None:
    if before.aim != "publish" or before.look_ups >= 2:
        return
    dropped = isinstance(after, DeliveryCancelled) and after.code is Code.DROPPED
    again = isinstance(after, DeliveryAttempted) and after.doubt
    known = isinstance(after, DeliveryPublished | DeliveryUncertain)
    assert dropped or again or known, f"{path} after {before.look_ups} look-ups"
