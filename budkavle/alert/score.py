"""How an exercise went: how long each step took, beside how long it may take."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from budkavle.alert.statements import Shown


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was to be done."""

    name: str
    seconds: float
    """Since the step before it."""
    goal: float

    @property
    def reached(self) -> bool:
        """Whether it took no longer than it may."""
        return self.seconds <= self.goal


STEPS = {
    "issue": "From the call to an alert that one officer has signed",
    "confirm": "From there to the second officer's signature",
    "channel": "From there until it is public in a first channel",
    "correct": "From the word that it was wrong until every channel says so",
}
GOALS = {"issue": 180.0, "confirm": 120.0, "channel": 5.0, "correct": 60.0}
"""Seconds. Hawaii's false alarm of 2018 stood for 38 minutes."""


@dataclass(frozen=True, slots=True)
class Score:
    """The times of one exercise, in seconds."""

    alert: str
    to_issue: float
    to_confirm: float
    to_first_channel: float
    """These three from the call."""
    to_correct: float
    """From the word that it was wrong."""

    def said(self) -> dict[str, object]:
        """Write it as the siren keeps it."""
        return {
            "alert": self.alert,
            "to_issue": round(self.to_issue, 2),
            "to_confirm": round(self.to_confirm, 2),
            "to_first_channel": round(self.to_first_channel, 2),
            "to_correct": round(self.to_correct, 2),
        }

    def steps(self) -> Iterator[Step]:
        """Give each step by itself."""
        took = {
            "issue": self.to_issue,
            "confirm": self.to_confirm - self.to_issue,
            "channel": self.to_first_channel - self.to_confirm,
            "correct": self.to_correct,
        }
        for name, seconds in took.items():
            yield Step(STEPS[name], seconds, GOALS[name])


def until_public(alert: Shown) -> float | None:
    """Say how long after its acceptance an alert was public in a first channel, by one clock.

    None: it is public nowhere yet. Without any channel its own page is the first.
    """
    first = alert["issued"][0]
    accepted = datetime.fromisoformat(first["accepted_at"])
    if not first_ones(alert):
        return 0.0
    seen = [
        (datetime.fromisoformat(channel["at"]) - accepted).total_seconds()
        for channel in first_ones(alert)
        if channel["state"] in {"published", "corrected"} and channel["at"]
    ]
    return max(min(seen), 0.0) if seen else None


def first_ones(alert: Shown) -> list[Shown]:
    """List the channels of an alert's first message."""
    return [channel for channel in alert["channels"] if channel["number"] == 1]
