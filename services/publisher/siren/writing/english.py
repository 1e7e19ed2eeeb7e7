"""What is said in English of a word that somebody wrote in Swedish alone, in the night."""

from collections.abc import Mapping, Sequence
from typing import Literal

from schemas.alerts import Bulletin, Info

_SAID: Mapping[str, tuple[str, str, str]] = {
    "update": (
        "There is news about alert {reference}",
        "What our alert said has changed. The details are given in Swedish only.",
        "Ask somebody who reads Swedish what to do now.",
    ),
    "correction": (
        "Our alert {reference} was wrong",
        "What it said has been corrected. The details are given in Swedish only.",
        "Ask somebody who reads Swedish what holds now.",
    ),
    "all_clear": (
        "Alert {reference} has ended",
        "What it said no longer holds. The details are given in Swedish only.",
        "Ask somebody who reads Swedish if you are unsure.",
    ),
}


def with_english(
    infos: Sequence[Info], previous: Bulletin, kind: Literal["update", "correction", "all_clear"]
) -> tuple[Info, ...]:
    """Let those who read the alert in English hear at least that there is a newer word."""
    before = next((info for info in previous.infos if info.language == "en"), None)
    if before is None or any(info.language == "en" for info in infos):
        return tuple(infos)
    headline, description, instruction = _SAID[kind]
    english = Info(
        language="en",
        event=before.event,
        headline=headline.format(reference=previous.reference),
        description=description,
        instruction=instruction,
    )
    return (*infos, english)
