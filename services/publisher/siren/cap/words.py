"""What CAP calls things, beside what we call them; and what may stand where in a message."""

from collections.abc import Mapping
from typing import NamedTuple

from schemas.alerts import Kind, Status

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
SIGNATURES = "http://www.w3.org/2000/09/xmldsig#"

MESSAGES: Mapping[Kind, str] = {
    "alert": "Alert",
    "update": "Update",
    "correction": "Cancel",
    # To take back would say that it was never so: that it is over is news of the same danger.
    "all_clear": "Update",
}
STATUSES: Mapping[Status, str] = {"actual": "Actual", "exercise": "Exercise", "test": "Test"}
LANGUAGES: Mapping[str, str] = {"sv": "sv-SE", "en": "en-US"}
COUNTY, MUNICIPALITY = "Län", "Kommun"


class Times(NamedTuple):
    """How often an element may stand in its place; `most` None: without limit."""

    least: int
    most: int | None


_ONCE, _PERHAPS, _SOME, _ANY = Times(1, 1), Times(0, 1), Times(1, None), Times(0, None)

Grammar = Mapping[str, Times]
"""The children of an element, in the only order in which they may stand."""

ALERT: Grammar = {
    "identifier": _ONCE,
    "sender": _ONCE,
    "sent": _ONCE,
    "status": _ONCE,
    "msgType": _ONCE,
    "source": _PERHAPS,
    "scope": _ONCE,
    "restriction": _PERHAPS,
    "addresses": _PERHAPS,
    "code": _ANY,
    "note": _PERHAPS,
    "references": _PERHAPS,
    "incidents": _PERHAPS,
    "info": _ANY,
}
INFO: Grammar = {
    "language": _PERHAPS,
    "category": _SOME,
    "event": _ONCE,
    "responseType": _ANY,
    "urgency": _ONCE,
    "severity": _ONCE,
    "certainty": _ONCE,
    "audience": _PERHAPS,
    "eventCode": _ANY,
    "effective": _PERHAPS,
    "onset": _PERHAPS,
    "expires": _PERHAPS,
    "senderName": _PERHAPS,
    "headline": _PERHAPS,
    "description": _PERHAPS,
    "instruction": _PERHAPS,
    "web": _PERHAPS,
    "contact": _PERHAPS,
    "parameter": _ANY,
    "resource": _ANY,
    "area": _ANY,
}
AREA: Grammar = {
    "areaDesc": _ONCE,
    "polygon": _ANY,
    "circle": _ANY,
    "geocode": _ANY,
    "altitude": _PERHAPS,
    "ceiling": _PERHAPS,
}
PAIR: Grammar = {"valueName": _ONCE, "value": _ONCE}
