"""What others might send us as CAP, and what becomes of it."""

import pytest

from schemas.codes import WORDS
from services.publisher.siren.cap.reading import Incoming, incoming
from services.publisher.siren.domain.refusals import Refusal

INFO = """<info><language>sv-SE</language><category>Safety</category><event>Brand</event>
<responseType>Shelter</responseType><urgency>Immediate</urgency><severity>Severe</severity>
<certainty>Observed</certainty><expires>2026-11-21T18:00:00+01:00</expires>
<headline>Gå in</headline><description>Det brinner.</description><web>https://sr.example/1</web>
<area><areaDesc>Borås kommun</areaDesc><polygon>57.7,12.9 57.7,13.0 57.8,13.0 57.7,12.9</polygon>
<circle>57.7,12.9 10</circle>
<geocode><valueName>Kommun</valueName><value>1490</value></geocode>
<geocode><valueName>EMMA_ID</valueName><value>SE014</value></geocode></area></info>"""
EARLIER = "sr@example.se,SR-0,2026-11-21T08:00:00+01:00"


def message(info: str = INFO, between: str = "", **said: str) -> str:
    words = {
        "identifier": "SR-1",
        "sender": "sr@example.se",
        "sent": "2026-11-21T09:15:00+01:00",
        "status": "Actual",
        "msgType": "Alert",
        "scope": "Public",
    }
    head = "".join(f"<{name}>{text}</{name}>" for name, text in (words | said).items())
    namespace = "urn:oasis:names:tc:emergency:cap:1.2"
    return f'<alert xmlns="{namespace}">{head}{between}{info}</alert>'


def read(document: str) -> Incoming:
    return incoming(document.encode())


def refusal(document: str | bytes) -> Refusal:
    with pytest.raises(Refusal) as refused:
        incoming(document.encode() if isinstance(document, str) else document)
    code, parameters = refused.value.code, refused.value.parameters
    for text in WORDS[code]:
        assert text.format(**parameters)
    return refused.value
