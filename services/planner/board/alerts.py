"""Draws what the siren tells: alerts, their deliveries, and whether normal posts are held."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from schemas.alerts import AlertFact, HoldActivated, HoldFact
from schemas.deliveries import DeliveryFact
from schemas.envelope import Fact
from services.planner.board.rows import read
from services.planner.board.variants import milliseconds
from services.planner.domain.alerts import Alert, may_be_on_until
from services.planner.live import Change

_MOST = 50


class Alerts:
    """The siren's own things, apart from posts: nothing of a crisis stands among the normal."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def draw(self, fact: Fact, sequence: int) -> Change | None:
        """Draw one fact of the siren; None if it is of no interest here."""
        match fact:
            case AlertFact() as alert:
                until = may_be_on_until(alert)
                self._file.execute(
                    "INSERT OR REPLACE INTO alerts VALUES (?, ?, ?, ?)",
                    (
                        str(alert.alert),
                        sequence,
                        milliseconds(until) if until else 0,
                        alert.model_dump_json(),
                    ),
                )
            case HoldFact() as hold:
                self._file.execute(
                    "INSERT OR REPLACE INTO hold VALUES (1, ?)", (hold.model_dump_json(),)
                )
            case DeliveryFact(teller="siren") as delivery:
                self._file.execute(
                    "INSERT OR REPLACE INTO alert_deliveries VALUES (?, ?, ?, ?, ?)",
                    (
                        str(delivery.trace),
                        str(delivery.post),
                        delivery.channel,
                        sequence,
                        delivery.model_dump_json(),
                    ),
                )
                return Change("alert", delivery.type, None, delivery.channel)
            case _:
                return None
        return Change("alert", fact.type)

    def hold(self) -> HoldActivated | None:
        """Give the hold, while it stands."""
        row = self._file.execute("SELECT fact FROM hold").fetchone()
        hold = read(row[0], HoldFact) if row else None
        return hold if isinstance(hold, HoldActivated) else None

    def on(self, now: datetime) -> list[AlertFact]:
        """List the alerts that may be on, the newest first."""
        rows = self._file.execute(
            "SELECT fact FROM alerts WHERE until > ? ORDER BY sequence DESC LIMIT ?",
            (milliseconds(now), _MOST),
        )
        return [read(fact, AlertFact) for (fact,) in rows]

    def newest(self) -> list[Alert]:
        """List alerts with their deliveries, what was told last first."""
        rows = self._file.execute(
            "SELECT fact FROM alerts ORDER BY sequence DESC LIMIT ?", (_MOST,)
        ).fetchall()
        facts = [read(fact, AlertFact) for (fact,) in rows]
        return [Alert(fact, tuple(self._deliveries(fact.alert))) for fact in facts]

    def _deliveries(self, alert: UUID) -> Iterable[DeliveryFact]:
        rows = self._file.execute(
            "SELECT fact FROM alert_deliveries WHERE alert = ? ORDER BY channel, sequence DESC",
            (str(alert),),
        )
        return [read(fact, DeliveryFact) for (fact,) in rows]
