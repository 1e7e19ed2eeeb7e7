"""Holding normal posts while an emergency is told of, and letting them out again."""

from datetime import datetime
from uuid import UUID

from schemas.alerts import HoldActivated, HoldFact, HoldReleased, Signature
from schemas.codes import Code
from services.kit.messages import Told
from services.publisher.siren.domain.refusals import Refusal

_NO_ALERT = UUID(int=0)


def activated(
    last: Told[HoldFact] | None, signed: Signature, alert: UUID | None, why: str, now: datetime
) -> HoldActivated:
    """Hold normal posts from now on."""
    return HoldActivated(
        occurred_at=now,
        trace=alert or _NO_ALERT,
        version=last.fact.version + 1 if last else 1,
        by=signed.officer,
        alert=alert,
        why=why,
        since=now,
    )


def released(last: Told[HoldFact] | None, signed: Signature, now: datetime) -> HoldReleased:
    """Let normal posts out again; each that was held waits for a person."""
    if last is None or not isinstance(last.fact, HoldActivated):
        raise Refusal(Code.HOLD_NOT_ON)
    return HoldReleased(
        occurred_at=now,
        trace=last.fact.trace,
        version=last.fact.version + 1,
        by=signed.officer,
        alert=last.fact.alert,
        why=last.fact.why,
        since=now,
    )
