"""Alerts over HTTP, to read: the siren has doors of its own for those who may start one."""

from fastapi import APIRouter, Depends

from services.planner.alerting import AlertsAnswer, alerts_answer
from services.planner.api.posts import Parts, Speech
from services.planner.who import who

router = APIRouter(prefix="/api/v1", tags=["alerts"], dependencies=[Depends(who)])


@router.get("/alerts")
async def alerts(desk: Parts, speech: Speech) -> AlertsAnswer:
    """List alerts and exercises with how far each has come, and say whether posts are held."""
    channels = desk.reader().channels()
    known = desk.alerts
    return alerts_answer(known.hold(), known.newest(), channels, desk.now(), speech)
