"""What the publisher and metrics tell of a post, for tests."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryCancelled,
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryPublished,
    DeliveryScheduled,
    DeliveryUncertain,
    DeliveryWaiting,
)
from schemas.insights import InsightCollected, Measure, Number, PostUnseen, PostWitnessed
from tests.planner.samples import NOW, POST

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
        {
            "kind": "newsroom",
            "external_id": "1",
            "url": "http://newsroom.example/1",
            "published_at": NOW,
            "known_by": "answer",
            "opening": "Hej",
            "digest": "d" * 64,
        },
    ),
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


def delivery(
    state: str, channel: str = "newsroom", *, post: UUID = POST, revision: int = 1
) -> DeliveryFact:
    """Make the newest fact of a delivery."""
    kind, more = _KINDS[state]
    return kind(**_common(post, channel, revision, NOW), publish_at=NOW, **more)


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
