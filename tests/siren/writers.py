"""What tests of the siren's texts begin with: filled fields, and what the real channels take."""

from collections.abc import Mapping
from datetime import UTC, datetime

from schemas.alerts import Area, Status
from schemas.channels import Limits
from services.publisher.channels import mastodon, telegram, webhook
from services.publisher.channels.bluesky import channel as bluesky
from services.publisher.channels.linkedin import channel as linkedin
from services.publisher.channels.mail import channel as mail
from services.publisher.channels.matrix import channel as matrix
from services.publisher.channels.meta import facebook
from services.publisher.channels.meta.instagram import InstagramChannel
from services.publisher.channels.meta.threads import ThreadsChannel
from services.publisher.channels.newsroom import channel as newsroom
from services.publisher.channels.wordpress import channel as wordpress
from services.publisher.channels.x import channel as x
from services.publisher.siren.writing.bulletins import Frame, Written, draft_of
from services.publisher.siren.writing.template import template_called

CHANNELS: dict[str, Limits] = {
    "bluesky": bluesky._LIMITS,
    "email": mail._LIMITS,
    "facebook": facebook._LIMITS,
    "instagram": InstagramChannel.limits,
    "linkedin": linkedin._LIMITS,
    "mastodon": mastodon._USUAL,
    "matrix": matrix._LIMITS,
    "newsroom": newsroom._LIMITS,
    "telegram": telegram._LIMITS,
    "threads": ThreadsChannel.limits,
    "webhook": webhook._LIMITS,
    "wordpress": wordpress._LIMITS,
    "x": x._LIMITS,
}
"""What the adapters of the publisher say that they take."""

IN_WORDS = {name: limits for name, limits in CHANNELS.items() if not limits.pictures_least}
"""Those that need no card, which takes its time to draw."""

NIGHT = datetime(2026, 11, 22, 2, 12, tzinfo=UTC)
BORAS = Area(name="Borås kommun", codes=("1490",))
WEB = "https://larm.region-exempel.se/2026-7"
REGION = "Region Exempel"

FILLED: dict[str, dict[str, str]] = {
    "amplify": {"link": "https://www.krisinformation.se/"},
    "relay": {"source": "Räddningstjänsten", "link": "https://example.se/varning"},
    "boil-water": {"place": "Tunadal", "cause": "leak"},
    "phones-down": {
        "line": "emergency",
        "instead": "011-10 30 00",
        "place": "närmaste brandstation",
    },
    "vaccination-moved": {
        "from": "i Folkets hus",
        "to": "i Stadshallen, Storgatan 2",
        "opens": "2026-11-23 10.00",
    },
    "threat-at-hospital": {
        "place": "Exempelsjukhuset",
        "do": "inside",
        "instead": "Norra sjukhuset",
    },
    "it-outage-care": {"place": "alla vårdcentraler i länet", "booked": "come"},
    "free": {
        "event": "Giftig rök i Tunadal",
        "do": "Gå inomhus. Stäng dörrar, fönster och ventilation.",
        "happened": "Det brinner på en fabrik. Röken driver söderut.",
    },
}


def written(
    template: str = "boil-water",
    fields: Mapping[str, str] | None = None,
    *,
    status: Status = "actual",
    channels: Mapping[str, Limits] = IN_WORDS,
    organisation: str = REGION,
    areas: tuple[Area, ...] = (BORAS,),
    web: str | None = WEB,
) -> Written:
    """Write an alert in the middle of the night."""
    return draft_of(
        template_called(template),
        FILLED[template] if fields is None else fields,
        areas=areas,
        status=status,
        reference="2026-7",
        written_at=NIGHT,
        frame=Frame(organisation, channels),
        web=web,
    )
