"""What the measured orders say, and how large the facts are that become of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryFact,
    DeliveryPublished,
    DeliveryScheduled,
    Proof,
)
from schemas.envelope import now
from schemas.posts import Approval, Content, OrderApproved
from services.kit.texts import opening, words_digest

FRESH = timedelta(hours=6)
"""No measured post may be too late to go out, however slow the machine is."""

_TEXT = "Mätningen skriver lika mycket som en vanlig kort nyhet gör. " * 4
_PROOF = 105
"""Characters of a signature with the name of its key."""


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes of one stored message."""

    body: int
    proof: int = _PROOF


def text_of(post: object) -> str:
    """Give what is said in a post; it can be made of the post's id alone."""
    return f"{post}: {_TEXT}"


def order(channel: str, publish_at: datetime) -> OrderApproved:
    """Make an order as the planner does."""
    post, at = uuid4(), now()
    return OrderApproved(
        occurred_at=at,
        trace=uuid4(),
        channel=channel,
        post=post,
        revision=1,
        content=Content(text=text_of(post)),
        publish_at=publish_at,
        fresh_until=publish_at + FRESH,
        digest="0" * 64,
        approvals=(Approval(person="bengt", at=at),),
    )


def facts_of(approved: OrderApproved) -> Mapping[str, DeliveryFact]:
    """Give the three facts of a delivery on which nothing goes wrong."""
    at, url = approved.publish_at, f"http://127.0.0.1:20000/plain/@one/~{10_000}"
    common: dict[str, Any] = {
        "occurred_at": at,
        "trace": approved.trace,
        "channel": approved.channel,
        "post": approved.post,
        "revision": 1,
        "publish_at": at,
        "fresh_until": approved.fresh_until,
        "opening": opening(approved.content.text),
        "words": words_digest(approved.content.text),
    }
    tried = common | {"attempt": 1, "first_attempt_at": at}
    proof = Proof(external_id="~10000", url=url, revision=1, published_at=at)
    return {
        "scheduled": DeliveryScheduled(**common),
        "attempted": DeliveryAttempted(
            **tried, follows=10_000, owner=f"replica/{UUID(int=0).hex[:16]}", lease=timedelta(30)
        ),
        "published": DeliveryPublished(
            **tried,
            follows=10_000,
            kind="plain-keyed",
            external_id="~10000",
            url=url,
            published_at=at,
            known_by="answer",
            proof=proof,
        ),
    }


SIZES: Mapping[str, Size] = {
    state: Size(len(fact.model_dump_json()))
    for state, fact in facts_of(order("one", now())).items()
}
"""By state."""
