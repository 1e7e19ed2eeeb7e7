"""What nobody can know after a restore, written down as such before any service runs.

Whatever had not come to rest in the copy may have gone out since the copy was made. Each such
delivery becomes uncertain, so the publisher looks it up instead of sending it; and publishing is
paused until people resume.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import uuid4

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryCancelled,
    DeliveryCorrected,
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryPublished,
    DeliveryRetracted,
    DeliveryUncertain,
    Proof,
)
from schemas.envelope import now, type_of
from schemas.posts import OrderApproved
from schemas.publishing import Pause, PublishingFact, PublishingPaused
from services.kit.bus import Bus
from services.kit.facts import Facts, Unreadable
from services.kit.texts import opening, words_digest

AT_REST = (
    DeliveryPublished,
    DeliveryCorrected,
    DeliveryRetracted,
    DeliveryFailed,
    DeliveryExpired,
    DeliveryCancelled,
)

_AT_REST = {type_of(fact) for fact in AT_REST}
_CARRIED = set(DeliveryFact.model_fields) - {"type", "occurred_at", "follows"}
_SENDING = {"send", "absent"}
_OPERATOR = "operator"


@dataclass(slots=True)
class Doubts:
    """What was found, for the operator."""

    marked: int = 0
    unreadable: list[str] = field(default_factory=list)
    """Things whose newest message is no fact of its teller; the services refuse them as well."""


class _Newest(NamedTuple):
    sequence: int
    said: Mapping[str, Any]


async def pause_all(planner: Bus, why: str) -> None:
    """Pause all publishing in the planner's name, unless all is paused already."""
    told = await planner.facts.newest(PublishingFact.address)
    before: PublishingFact | None = told.fact if told else None
    pauses = before.pauses if before else ()
    if any(pause.scope == "all" for pause in pauses):
        return
    moment = now()
    paused = PublishingPaused(
        occurred_at=moment,
        trace=before.trace if before else uuid4(),
        version=before.version + 1 if before else 1,
        by=_OPERATOR,
        pauses=(*pauses, Pause(scope="all", why=why, by=_OPERATOR, since=moment)),
    )
    await planner.facts.tell(paused, after=told.sequence if told else 0)


async def mark(planner: Bus, publisher: Bus, since: datetime) -> Doubts:
    """Make uncertain, in the publisher's name, whatever may have gone out after `since`.

    A run that follows one that was broken off goes on where that one was.
    """
    entries = await _newest(publisher.facts, "publisher.delivery.")
    orders = await _newest(planner.facts, "planner.order.")
    decisions = await _newest(planner.facts, "planner.decision.")
    doubts = Doubts()
    for thing in dict.fromkeys((*entries, *orders)):
        if not _doubtful(entries.get(thing), orders.get(thing), decisions.get(thing)):
            continue
        try:
            await _mark(planner, publisher, thing, since, begun=thing in entries)
        except Unreadable:
            doubts.unreadable.append(thing)
        else:
            doubts.marked += 1
    return doubts


def in_doubt(
    past: DeliveryFact | None,
    order: OrderApproved | None,
    since: datetime,
    moment: datetime,
    follows: int = 0,
) -> DeliveryUncertain:
    """Make the entry that says: this may have gone out after `since`; look before all else."""
    if order and (past is None or (order.revision > past.revision and _not_under_way(past))):
        carried = _ordered(order, past)
    elif past:
        carried = past.model_dump(include=_CARRIED)
    else:
        raise ValueError("neither a delivery nor an order")
    first = past.first_attempt_at if past else None
    return DeliveryUncertain(
        **carried
        | {
            "occurred_at": moment,
            "follows": follows,
            "first_attempt_at": min(first or since, carried["publish_at"], since),
            "code": Code.RESTORED,
            "parameters": {"channel": carried["channel"]},
            "until": moment,
        }
    )


def _not_under_way(past: DeliveryFact) -> bool:
    """Whether nothing of the entry's own revision can have been begun before the copy."""
    return isinstance(past, AT_REST) or past.attempt == 0


def _ordered(order: OrderApproved, past: DeliveryFact | None) -> dict[str, Any]:
    public = past and (past.proof or _own_proof(past))
    return {
        "trace": order.trace,
        "channel": order.channel,
        "post": order.post,
        "revision": order.revision,
        "publish_at": order.publish_at,
        "fresh_until": order.fresh_until,
        "aim": "correct" if public else "publish",
        "opening": opening(order.content.text),
        "words": words_digest(order.content.text),
        "proof": public,
    }


def _own_proof(past: DeliveryFact) -> Proof | None:
    """Give what a publication says of itself; before corrections, it carried no proof beside."""
    if not isinstance(past, DeliveryPublished):
        return None
    return Proof(
        external_id=past.external_id,
        url=past.url,
        revision=past.revision,
        published_at=past.published_at,
    )


def _doubtful(entry: _Newest | None, order: _Newest | None, decision: _Newest | None) -> bool:
    if entry is not None and entry.said.get("type") not in _AT_REST:
        return True
    if order is not None and order.said.get("type") == type_of(OrderApproved):
        done = entry.said.get("revision", 0) if entry else 0
        if order.said.get("revision", 0) > done:
            return True
    # A person had it sent after all; perhaps that was done after the copy was made.
    return (
        entry is not None
        and decision is not None
        and decision.said.get("on") == entry.sequence
        and decision.said.get("choice") in _SENDING
    )


async def _mark(planner: Bus, publisher: Bus, thing: str, since: datetime, *, begun: bool) -> None:
    entry = await publisher.facts.newest(f"publisher.delivery.{thing}")
    if entry is None and begun:
        raise Unreadable("told by a newer Budkavle")
    newest = await planner.facts.newest(f"planner.order.{thing}")
    order = newest.fact if newest and isinstance(newest.fact, OrderApproved) else None
    past, sequence = (entry.fact, entry.sequence) if entry else (None, 0)
    if isinstance(past, DeliveryUncertain) and _is_marked(past):
        fact = past
    else:
        fact = in_doubt(past, order, since, now(), sequence)
        sequence = await publisher.facts.tell(fact, after=sequence)
    tokens = (fact.channel, str(fact.post))
    await publisher.timers.set(tokens, str(sequence), fact.until or now(), fact.trace)


def _is_marked(past: DeliveryUncertain) -> bool:
    return past.code is Code.RESTORED and past.look_ups == 0


async def _newest(facts: Facts, prefix: str) -> dict[str, _Newest]:
    """Read of each thing what its newest message says, as far as it matters here, unverified."""
    stream = prefix.split(".", 1)[0].upper()
    found: dict[str, _Newest] = {}
    start = 1
    while page := await facts.page(stream, f"{prefix}>", start):
        for kept in page:
            said = _reading(kept.body)
            found[kept.subject.removeprefix(prefix)] = _Newest(kept.sequence, said)
        start = page[-1].sequence + 1
    return found


def _reading(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(said, dict):
        return {}
    return {name: said[name] for name in ("type", "revision", "on", "choice") if name in said}
