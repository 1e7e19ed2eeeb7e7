"""The page of alerts: what the siren says to the public, and how far that is in each channel."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from services.planner.alerting import alerts_answer
from services.planner.domain.alerts import AlertState
from services.planner.web.screen import Seen
from services.planner.web.views import FAMILIES

STATES = {
    AlertState.WAITING: "asking",
    AlertState.COUNTING: "coming",
    AlertState.ON: "troubled",
    AlertState.CORRECTED: "out",
    AlertState.CLEARED: "out",
}
"""What an alert's state looks like; words tell them apart."""

router = APIRouter()


@router.get("/alerts")
async def look(screen: Seen) -> HTMLResponse:
    """Show alerts and exercises, what was told last first."""
    desk = screen.desk
    channels, known = desk.reader().channels(), desk.alerts
    shown = alerts_answer(known.hold(), known.newest(), channels, desk.now(), screen.speech)
    return screen.draw("alerts.html", shown=shown, families=STATES, outcomes=FAMILIES)
