"""How Sveriges Radio words its messages: version 3, with what is odd about it."""

from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

SENDER = "https://vmaapi.sr.se/api/v3"

_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_EVENTS = {
    "sv-SE": "Viktigt meddelande till allmänheten (VMA)",
    "en-US": "Important Public Announcement (IPA)",
}
# Real records carry such links: written for a page, not for JSON.
_WEB = "https://sverigesradio.se/sida/artikel.aspx?programid=183&amp;artikel=4489542"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(_Strict):
    """A county or a municipality."""

    name: str = Field(min_length=1, max_length=200)
    code: str = Field(pattern=r"^\d{2}(\d{2})?$")


class Announcement(_Strict):
    """What a test wants to be sent."""

    text: str = Field(min_length=1, max_length=10_000)
    areas: tuple[Place, ...] = Field(min_length=1, max_length=300)
    status: Literal["Actual", "Exercise", "Test"] = "Actual"
    text_en: str | None = Field(default=None, max_length=10_000)
    updates: str | None = Field(default=None, max_length=100, description="whose place it takes")


def announcement(said: Announcement, n: int, at: datetime, old: dict[str, Any] | None) -> Any:
    """Word a message; `old` is the one whose place it takes."""
    texts = {"sv-SE": said.text, **({"en-US": said.text_en} if said.text_en else {})}
    return {
        **_head(n, at, said.status, "Update" if old else "Alert", old),
        "info": [_info(language, text, said.areas) for language, text in texts.items()],
    }


def cancellation(old: dict[str, Any], n: int, at: datetime) -> dict[str, Any]:
    """Word that a message is over: without text, and without an area."""
    return {**_head(n, at, old["status"], "Cancel", old), "info": None}


def samples() -> tuple[Announcement, ...]:
    """What the real test address shows beside alerts: technical tests and an exercise."""
    uppsala = (Place(name="Uppsala kommun (Uppsala län)", code="0380"),)
    sweden = (Place(name="Sverige", code="00"),)
    return (
        Announcement(text="Tekniskt prov av sändningen.", areas=sweden, status="Test"),
        Announcement(text="Tekniskt prov, län.", areas=uppsala, status="Test"),
        Announcement(text="Övning övning: det brinner.", areas=uppsala, status="Exercise"),
    )


def _head(
    n: int, at: datetime, status: str, kind: str, old: dict[str, Any] | None
) -> dict[str, Any]:
    stamp = f"{at.astimezone(_STOCKHOLM):%Y%m%d%H%M%S}{n}"
    return {
        "identifier": f"SRCAP{stamp}I",
        "sender": SENDER,
        "sent": _told(at),
        "status": status,
        "msgType": kind,
        "scope": "Public",
        "references": _reference(old) if old else None,
        "incidents": old["incidents"] if old else f"SRVMA{stamp}I",
    }


def _reference(old: dict[str, Any]) -> str:
    # In the real examples the time in a reference is that of the message as UTC, called local.
    sent = datetime.fromisoformat(old["sent"])
    wrong = sent - (sent.utcoffset() or timedelta())
    return f"{old['sender']},{old['identifier']},{wrong.isoformat(timespec='seconds')}"


def _info(language: str, text: str, places: tuple[Place, ...]) -> dict[str, Any]:
    return {
        "language": language,
        "category": ["Safety"],
        "event": _EVENTS[language],
        "urgency": "Immediate",
        "severity": "Severe",
        "certainty": "Observed",
        "expires": None,
        "senderName": "Sveriges Radio",
        "description": text.replace("\n", "\r\n"),
        "web": _WEB,
        "area": [
            {
                "areaDesc": place.name,
                "geocode": [
                    {"valueName": "Kommun" if len(place.code) == 4 else "Län", "value": place.code}
                ],
            }
            for place in places
        ],
    }


def _told(at: datetime) -> str:
    return at.astimezone(_STOCKHOLM).isoformat(timespec="seconds")
