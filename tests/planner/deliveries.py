"""What the publisher and metrics tell of a post, for tests."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryCancelled,
    DeliveryCorrected,
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryHeld,
    DeliveryPublished,
    DeliveryRetracted,
    DeliveryScheduled,
    DeliveryUncertain,
    DeliveryWaiting,
    Proof,
)
from schemas.insights import InsightCollected, Measure, Number, PostUnseen, PostWitnessed
from schemas.posts import OrderFact
from services.planner.domain.shown import Entry
from services.planner.domain.standing import Standing
from tests.planner.samples import NOW, POST

PLACE = {"kind": "newsroom", "external_id": "1", "url": "http://newsroom.example/1"}

_KINDS: dict[str, tuple[type[DeliveryFact], dict[str, Any]]] = {
    "scheduled": (DeliveryScheduled, {}),
    "attempted": (DeliveryAttempted, {"owner": "one", "lease": timedelta(seconds=30)}),
    "waiting": (
        DeliveryWaiting,
        {"until": NOW, "code": Code.CHANNEL_THROTTLED, "parameters": {"channel": "newsroom"}},
    ),
    "uncertain": (
        DeliveryUncertain,
        {"until": NOW, "code": Code.ANSWER_LOST, "parameters": {"channel": "newsroom"}},
    ),
    "published": (
        DeliveryPublished,
        PLACE | {"published_at": NOW, "known_by": "answer", "opening": "Hej"},
    ),
    "held": (
        DeliveryHeld,
        {"code": Code.PUBLISHING_PAUSED, "parameters": {"why": "olycka på E4"}},
    ),
    "corrected": (DeliveryCorrected, PLACE | {"corrected_at": NOW, "aim": "correct"}),
    "retracted": (DeliveryRetracted, PLACE | {"retracted_at": NOW, "aim": "retract"}),
    "failed": (
        DeliveryFailed,
        {"code": Code.CREDENTIALS_REFUSED, "parameters": {"channel": "newsroom"}},
    ),
    "expired": (DeliveryExpired, {"fresh_until": NOW}),
    "cancelled": (DeliveryCancelled, {}),
}

STATES = tuple(_KINDS)


def _common(post: UUID, channel: str, revision: int, at: datetime) -> dict[str, Any]:
    return {
        "occurred_at": at,
        "trace": uuid5(post, "trace"),
        "channel": channel,
        "post": post,
        "revision": revision,
    }


def proof(revision: int = 1, at: datetime = NOW) -> Proof:
    """Make the proof that a revision is public."""
    return Proof(
        external_id="1", url="http://newsroom.example/1", revision=revision, published_at=at
    )


def delivery(
    state: str, channel: str = "newsroom", *, post: UUID = POST, revision: int = 1, **more: Any
) -> DeliveryFact:
    """Make the newest fact of a delivery; what is public has its proof."""
    kind, fields = _KINDS[state]
    if state in {"published", "corrected"}:
        more = {"proof": proof(revision)} | more
    common = _common(post, channel, revision, NOW) | {"publish_at": NOW}
    return kind(**common | fields | more)


def standing(order: OrderFact | None, delivery: DeliveryFact | None = None) -> Standing:
    """Make what a look-up finds of a channel."""
    return Standing(order, 5 if order else 0, delivery, 7 if delivery else 0)


def entry(fact: DeliveryFact, sequence: int = 7, since: datetime | None = None) -> Entry:
    """Make the ledger's newest entry."""
    return Entry(fact, sequence, since or fact.occurred_at)


def witnessed(channel: str = "newsroom", *, post: UUID = POST, revision: int = 1) -> PostWitnessed:
    """Make a witness's word that it is there."""
    return PostWitnessed(
        **_common(post, channel, revision, NOW),
        url="http://newsroom.example/1",
        look=1,
        after=timedelta(seconds=2),
    )


def unseen(channel: str = "newsroom", *, post: UUID = POST, revision: int = 1) -> PostUnseen:
    """Make a witness's word that it is not there."""
    return PostUnseen(
        **_common(post, channel, revision, NOW),
        url="http://newsroom.example/1",
        look=3,
        code=Code.PAGE_GONE,
        parameters={"status": 404},
        final=True,
    )


def insight(
    channel: str = "newsroom", *, post: UUID = POST, revision: int = 1, hours: int = 1
) -> InsightCollected:
    """Make numbers at a certain age."""
    return InsightCollected(
        **_common(post, channel, revision, NOW),
        age=timedelta(hours=hours),
        observed_at=NOW,
        numbers=(
            Number(name=Measure.VIEWS, value=hours, platform_metric="hits", api_version="1"),
            Number(name=Measure.SHARES, value=None, platform_metric="-", api_version="1"),
        ),
    )
