"""What ops watch in the publisher: outcomes, and how late posts were."""

from uuid import UUID

from prometheus_client import CollectorRegistry, Counter, Histogram

from schemas.deliveries import DeliveryFact, DeliveryPublished
from services.kit.messages import Told
from services.publisher.ports import Ledger


class Numbers:
    """The publisher's own Prometheus metrics."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.states = Counter(
            "budkavle_deliveries",
            "Deliveries by the state they came to",
            ["channel", "state"],
            registry=registry,
        )
        self.lateness = Histogram(
            "budkavle_lateness_seconds",
            "From planned time to the channel's answer",
            ["channel"],
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 900),
            registry=registry,
        )


class _CountedLedger:
    def __init__(self, ledger: Ledger, numbers: Numbers) -> None:
        self._ledger = ledger
        self._numbers = numbers

    async def recall(self, channel: str, post: UUID) -> Told[DeliveryFact] | None:
        return await self._ledger.recall(channel, post)

    async def record(self, fact: DeliveryFact, after: int) -> int:
        sequence = await self._ledger.record(fact, after)
        self._numbers.states.labels(fact.channel, fact.type.split(".")[1]).inc()
        if isinstance(fact, DeliveryPublished):
            late = (fact.published_at - fact.publish_at).total_seconds()
            self._numbers.lateness.labels(fact.channel).observe(max(late, 0.0))
        return sequence


def counted(ledger: Ledger, numbers: Numbers) -> Ledger:
    """Let a ledger count what it records."""
    return _CountedLedger(ledger, numbers)
