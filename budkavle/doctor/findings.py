"""What a look at one part of a set-up found."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's answer: OK, or what is wrong and what to do."""

    subject: str
    fine: bool
    text: str
    values: Mapping[str, object]


def fine(subject: str, text: str, **values: object) -> Finding:
    """Say that a part is as it should be."""
    return Finding(subject, fine=True, text=text, values=values)


def wrong(subject: str, text: str, **values: object) -> Finding:
    """Say what is wrong with a part, and what to do about it."""
    return Finding(subject, fine=False, text=text, values=values)
