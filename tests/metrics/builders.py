"""Publications, pages and plans for tests, with only what matters said."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryCorrected,
    DeliveryFailed,
    DeliveryPublished,
    DeliveryRetracted,
    DeliveryScheduled,
    Proof,
)
from schemas.insights import InsightCollected, Measure, Number, PostUnseen, PostWitnessed
from services.metrics.comments import Remark
from services.metrics.domain import Plan
from services.metrics.publications import Publication, publication
from services.metrics.sources import Places, linkedin
from services.metrics.sources.graph import Api

POST = UUID("7a3e0c94-2f0d-4f0e-8c7e-5a3a4b7d6a01")
TRACE = UUID("19d7b6a2-6c53-4f0b-9d0e-2f6f0a0d7b02")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = "Vaccinera dig mot influensan på torsdag. Välkommen!"
OPENING = "Vaccinera dig mot influensan på torsdag."

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

PLAN = Plan(
    witness_after=15 * SECOND,
    look_again=(30 * SECOND, 120 * SECOND),
    ages=(HOUR, DAY),
    read_again=(30 * SECOND, 300 * SECOND),
    watch_least=120 * SECOND,
    watch_most=6 * HOUR,
    watch_for=28 * DAY,
)


def places(origin: str = "http://127.0.0.1:9") -> Places:
    """Where an owner's numbers are asked for; nobody listens there unless it is said who."""
    graph, profile = Api("graph", f"{origin}/v26.0"), Api("threads", f"{origin}/v1.0")
    return Places(graph, profile, linkedin.Api(origin, "202609"), origin)


def published(**said: Any) -> DeliveryPublished:
    return DeliveryPublished(
        **{
            "occurred_at": NOON,
            "trace": TRACE,
            "channel": "torget",
            "post": POST,
            "revision": 1,
            "publish_at": NOON,
            "kind": "newsroom",
            "external_id": "vaccinera-dig",
            "url": "https://region.example/vaccinera-dig",
            "published_at": NOON,
            "known_by": "answer",
            "opening": OPENING,
            "series": "har-jobbar-jag",
        }
        | said
    )


def shown(**said: Any) -> Publication:
    """What strangers can see of a publication."""
    seen = publication(published(**said))
    assert seen is not None
    return seen


def proof(revision: int = 1) -> Proof:
    url = "https://region.example/vaccinera-dig"
    return Proof(external_id="vaccinera-dig", url=url, revision=revision, published_at=NOON)


def corrected(at: datetime, **said: Any) -> DeliveryCorrected:
    return DeliveryCorrected(
        **published().model_dump(exclude={"type", "event_id", "published_at", "known_by"})
        | {"revision": 2, "aim": "correct", "corrected_at": at, "proof": proof(2)}
        | {"opening": "Vaccinera dig på fredag."}
        | said
    )


def correcting(**said: Any) -> DeliveryScheduled:
    """A correction that is on its way."""
    way = {"revision": 2, "aim": "correct", "publish_at": NOON, "proof": proof()}
    return DeliveryScheduled(**_about() | way | said)


def uncorrected(**said: Any) -> DeliveryFailed:
    """A correction that was refused: the first words still stand."""
    way = {"revision": 2, "aim": "correct", "publish_at": NOON, "proof": proof()}
    return DeliveryFailed(**_about() | way | {"code": Code.CORRECTION_UNABLE} | said)


def retracted(**said: Any) -> DeliveryRetracted:
    taken = {"publish_at": NOON, "aim": "retract", "retracted_at": NOON, "kind": "newsroom"}
    place = {"external_id": "vaccinera-dig", "url": "https://region.example/vaccinera-dig"}
    return DeliveryRetracted(**_about() | taken | place | said)


def witnessed(**said: Any) -> PostWitnessed:
    return PostWitnessed(**_about() | {"look": 1, "url": "", "after": 15 * SECOND} | said)


def unseen(**said: Any) -> PostUnseen:
    mishap = {"look": 1, "url": "", "code": Code.PAGE_GONE, "final": False}
    return PostUnseen(**_about() | mishap | said)


def insight(**said: Any) -> InsightCollected:
    return InsightCollected(
        **_about() | {"age": HOUR, "observed_at": NOON + HOUR, "numbers": (views(12),)} | said
    )


def remark(**said: Any) -> Remark:
    """What somebody wrote beneath the post."""
    about = {"external_id": "4712", "parent": "", "author": "Aina", "text": "När öppnar ni?"}
    return Remark(**about | {"written_at": NOON + SECOND} | said)


def views(value: int | None) -> Number:
    return Number(name=Measure.VIEWS, value=value, platform_metric="views", api_version="test 1")


def _about() -> dict[str, Any]:
    return {"occurred_at": NOON, "trace": TRACE, "channel": "torget", "post": POST, "revision": 1}


def page(text: str) -> str:
    return f"<!doctype html><title>Region</title><main><p>{text}</p></main>"
