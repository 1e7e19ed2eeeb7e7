"""What officers are shown of an alert: its state, and every channel's, in plain words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from schemas.alerts import AlertFact, Issued, Kind
from schemas.codes import WORDS, Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryCancelled,
    DeliveryCorrected,
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryPublished,
    DeliveryRetracted,
    DeliveryScheduled,
    DeliveryUncertain,
    DeliveryWaiting,
)
from schemas.envelope import Parameters
from services.kit.languages import Language
from services.publisher.ports import Channel
from services.publisher.siren.domain.orders import Entries

State = Literal["draft", "counting", "out", "corrected", "over", "expired", "dropped"]

STATES: Mapping[State, str] = {
    "draft": "Waits for a second officer",
    "counting": "Goes out in a moment",
    "out": "Out",
    "corrected": "Corrected: it was wrong",
    "over": "Over",
    "expired": "Its time has passed",
    "dropped": "Given up before it went out",
}
KINDS: Mapping[Kind, str] = {
    "alert": "Alert",
    "update": "Update",
    "correction": "Correction",
    "all_clear": "All clear",
}
_ENTRIES: Mapping[type[DeliveryFact], str] = {
    DeliveryScheduled: "On its way",
    DeliveryAttempted: "Being sent",
    DeliveryWaiting: "Tried again within seconds",
    DeliveryUncertain: "Perhaps public: it is being found out",
    DeliveryPublished: "Public",
    DeliveryCorrected: "Public, and changed to say that there is a newer word",
    DeliveryRetracted: "Taken away",
    DeliveryFailed: "Not public: the channel refused it",
    DeliveryExpired: "Not public: its time has passed",
    DeliveryCancelled: "Not public, and it will not be",
}
_STILL_PUBLIC = "Public as it was: the channel would not have it changed"
TEXTS = (*STATES.values(), *KINDS.values(), *_ENTRIES.values(), _STILL_PUBLIC)


@dataclass(frozen=True, slots=True)
class ChannelShown:
    """How one bulletin is in one channel."""

    channel: str
    title: str
    number: int
    kind: Kind
    state: str
    """The delivery's, as the language calls it; empty before it was taken in."""
    said: str
    why: str
    """What the channel said, if it is not as it should be; with what to do."""
    url: str
    at: datetime | None


def state_of(fact: AlertFact, now: datetime) -> State:
    """Say in one word how an alert is."""
    if not fact.issued:
        return "draft" if fact.draft is not None else "dropped"
    newest = fact.issued[-1]
    if newest.release_at > now:
        return "counting"
    if newest.bulletin.kind == "correction":
        return "corrected"
    if newest.bulletin.kind == "all_clear":
        return "over"
    return "expired" if newest.bulletin.expires <= now else "out"


def channels_of(
    fact: AlertFact,
    entries: Mapping[str, Entries],
    channels: Mapping[str, Channel],
    speech: Language,
) -> list[ChannelShown]:
    """Show every bulletin in every channel, the newest bulletin first."""
    return [
        _shown(issued, name, entries.get(name, {}).get(issued.number), channels, speech)
        for issued in reversed(fact.issued)
        for name in issued.bulletin.contents
    ]


def _shown(
    issued: Issued,
    name: str,
    entry: DeliveryFact | None,
    channels: Mapping[str, Channel],
    speech: Language,
) -> ChannelShown:
    said = _ENTRIES[type(entry)] if entry is not None else _ENTRIES[DeliveryScheduled]
    if isinstance(entry, DeliveryFailed) and entry.proof is not None:
        said = _STILL_PUBLIC
    url = entry.proof.url if entry is not None and entry.proof is not None else ""
    return ChannelShown(
        channel=name,
        title=channels[name].title if name in channels else name,
        number=issued.number,
        kind=issued.bulletin.kind,
        state=entry.type.split(".")[1] if entry is not None else "",
        said=speech(said),
        why=" ".join(_why(entry, speech)),
        url=url,
        at=entry.occurred_at if entry is not None else None,
    )


def _why(entry: DeliveryFact | None, speech: Language) -> Iterator[str]:
    match entry:
        case DeliveryWaiting() | DeliveryUncertain() | DeliveryFailed():
            yield from sentences(entry.code, entry.parameters, speech)
        case DeliveryPublished(code=Code() as code):
            yield from sentences(code, entry.parameters, speech)
        case _:
            return


def sentences(code: Code, parameters: Parameters, speech: Language) -> tuple[str, str]:
    """Say what a code means, and what to do about it."""
    words = WORDS[code]
    return speech(words.sentence, **parameters), speech(words.remedy, **parameters)
