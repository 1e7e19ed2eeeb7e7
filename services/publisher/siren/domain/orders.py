"""What each channel is to show of an alert: derived from its newest fact, and stored nowhere."""

from collections.abc import Mapping
from typing import Literal, Protocol
from uuid import UUID, uuid5

from schemas.alerts import AlertFact, Issued
from schemas.deliveries import DeliveryAttempted, DeliveryFact, DeliveryUncertain
from schemas.posts import Approval, Content, OrderApproved, OrderWithdrawn
from services.publisher.domain.happenings import Order
from services.publisher.domain.rules import Amends
from services.publisher.siren.domain.statements import digest_of

Entries = Mapping[int, DeliveryFact]
"""What is known of each bulletin of one alert in one channel, by the bulletin's number."""

OVER = frozenset({"correction", "all_clear"})
"""Kinds that mean nothing where nobody can have seen what they speak of."""


class Marking(Protocol):
    """Makes an older message say that there is a newer one."""

    def __call__(self, content: Content, newest: Issued, channel: str) -> Content:
        """Give the older content, opening with what became of it."""


def delivery_of(alert: UUID, number: int) -> UUID:
    """Name the delivery of one bulletin of an alert; it is the same in every channel."""
    return uuid5(alert, str(number))


def may_be_public(entry: DeliveryFact | None) -> bool:
    """Whether anybody may have seen it; a call that is under way counts."""
    return entry is not None and (
        entry.proof is not None or isinstance(entry, DeliveryAttempted | DeliveryUncertain)
    )


def first_order(fact: AlertFact, channel: str) -> OrderApproved:
    """Give the order that the newest bulletin begins with, in a channel that it was written for."""
    newest = fact.issued[-1]
    return _approved(fact, newest, channel, 1, newest.bulletin.contents[channel])


def order_of(
    fact: AlertFact,
    number: int,
    channel: str,
    entries: Entries,
    mark: Marking,
    amends: Amends,
) -> Order | None:
    """Say what counts now for one bulletin in one channel; None: it was never for that channel.

    The newest goes out; a correction and an all-clear only where something before may have been
    seen. An older one that has not gone out never will. One that stands is changed to say that
    there is a newer one; where that cannot be, one that was wrong is taken away.
    """
    if not fact.issued:
        return withdrawn(fact, number, channel)
    issued, newest = fact.issued[number - 1], fact.issued[-1]
    if channel not in issued.bulletin.contents:
        return None
    if issued is newest:
        return _of_newest(fact, channel, entries)
    entry = entries.get(number)
    if entry is None or entry.proof is None:
        return withdrawn(fact, number, channel)
    content = issued.bulletin.contents[channel]
    if amends == "change":
        marked = mark(content, newest, channel)
        return _approved(fact, issued, channel, newest.number, marked)
    wrong = amends == "remove" and newest.bulletin.kind == "correction"
    stands = _approved(fact, issued, channel, 1, content)
    return withdrawn(fact, number, channel, "retract") if wrong else stands


def _of_newest(fact: AlertFact, channel: str, entries: Entries) -> Order:
    newest = fact.issued[-1]
    seen = any(may_be_public(entries.get(before)) for before in range(1, newest.number))
    if newest.bulletin.kind in OVER and not seen:
        return withdrawn(fact, newest.number, channel)
    return first_order(fact, channel)


def _approved(
    fact: AlertFact, issued: Issued, channel: str, revision: int, content: Content
) -> OrderApproved:
    return OrderApproved(
        occurred_at=issued.accepted_at,
        trace=fact.alert,
        channel=channel,
        post=delivery_of(fact.alert, issued.number),
        revision=revision,
        content=content,
        publish_at=issued.release_at,
        fresh_until=fact.issued[-1].bulletin.expires,
        digest=digest_of(issued.bulletin),
        approvals=tuple(Approval(person=name, at=issued.accepted_at) for name in issued.by),
    )


def withdrawn(
    fact: AlertFact, number: int, channel: str, public: Literal["keep", "retract"] = "keep"
) -> OrderWithdrawn:
    """Say that one bulletin is not to stand in a channel, and what becomes of what is public."""
    return OrderWithdrawn(
        occurred_at=fact.occurred_at,
        trace=fact.alert,
        channel=channel,
        post=delivery_of(fact.alert, number),
        revision=1,
        by=fact.by,
        public=public,
    )
