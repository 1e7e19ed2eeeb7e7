"""Compares what stands on our accounts with what we have made public: both ways of going wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

from schemas.channels import StrangerFound
from schemas.codes import Code
from schemas.deliveries import DeliveryFact
from services.kit.texts import plain
from services.publisher.domain.entries import FINAL
from services.publisher.ports import Channel, History, Notices, Seen

_NAMESPACE = UUID("5f0c3bd0-6a55-4c1c-8a58-0f5f0a6d9a11")
_BACK = timedelta(days=1)
_MARGIN = timedelta(hours=1)
"""A delivery may be told as published so much later than it was."""


@dataclass(frozen=True, slots=True)
class Patrol:
    """Finds posts that no delivery accounts for: an account taken over, or the same thing twice."""

    history: History
    notices: Notices
    now: Callable[[], datetime]
    settle: timedelta

    async def walk(self, channel: Channel) -> None:
        """Look at one account once; twice tells nothing more."""
        began = await self.history.began(channel.name)
        if began is None:
            return
        since = max(self.now() - _BACK, began)
        settled = self.now() - self.settle
        shown = await channel.timeline(since)
        if not shown:
            return
        ours = await self.history.since(channel.name, since - _MARGIN)
        for seen in shown:
            # What is public and not yet written down is a matter of seconds.
            if since <= seen.posted_at < self.now() - 2 * self.settle:
                await self._judge(channel, seen, ours, settled)

    async def _judge(
        self, channel: Channel, seen: Seen, ours: Sequence[DeliveryFact], settled: datetime
    ) -> None:
        if any(_accounts_for(delivery, seen) for delivery in ours):
            return
        alike = [delivery for delivery in ours if _says_the_same(delivery, seen)]
        if any(not isinstance(each, FINAL) or each.occurred_at > settled for each in alike):
            # It is being found out, or was taken away while we read what stands there.
            return
        twin = alike[0] if alike else None
        await self.notices.tell_stranger(
            StrangerFound(
                occurred_at=self.now(),
                trace=uuid4(),
                channel=channel.name,
                stranger=uuid5(_NAMESPACE, f"{channel.name}/{seen.external_id}"),
                external_id=seen.external_id,
                url=seen.url,
                posted_at=seen.posted_at,
                twin=twin.post if twin else None,
                code=_code(twin),
                parameters={"channel": channel.title},
            )
        )


def _code(alike: DeliveryFact | None) -> Code:
    if alike is None:
        return Code.STRANGER
    return Code.TWIN if alike.proof else Code.PUBLIC_AFTER_ALL


def _accounts_for(delivery: DeliveryFact, seen: Seen) -> bool:
    proof = delivery.proof
    return proof is not None and (
        proof.external_id == seen.external_id or (not proof.external_id and proof.url == seen.url)
    )


def _says_the_same(delivery: DeliveryFact, seen: Seen) -> bool:
    opening = plain(delivery.opening)
    return bool(seen.text and opening and plain(seen.text).startswith(opening))
