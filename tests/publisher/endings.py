"""What has to be true of a history when everything has come to rest."""

from itertools import pairwise

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryCancelled,
    DeliveryCorrected,
    DeliveryFact,
    DeliveryHeld,
    DeliveryPublished,
    DeliveryUncertain,
)
from schemas.posts import OrderApproved
from services.publisher.domain.entries import FINAL
from tests.publisher.history import History


def check_the_end(history: History) -> None:
    """What is told in the end is true, and the newest order has not been forgotten."""
    entry, newest = history.shared.newest_entry, history.shared.orders[-1]
    states = history.states()
    if entry is None:
        assert not isinstance(newest, OrderApproved), "an order was never taken in"
        return
    rests = isinstance(entry, (*FINAL, DeliveryHeld))
    asks = isinstance(entry, DeliveryUncertain) and entry.until is None
    assert rests or (asks and not history.town.repeat_safety.finds), states
    if asks:
        return
    if isinstance(newest, OrderApproved):
        assert entry.revision == newest.revision, states
    if not dropped_in_doubt(history):
        _check_what_is_public(history, entry)


def _check_what_is_public(history: History, entry: DeliveryFact) -> None:
    shown, changes = history.town.shown, history.town.changes
    if any(told.fact.repeats for told in history.shared.entries):
        # One of the two is known; a person was told that there may be another.
        return
    if entry.proof is None:
        assert not shown, history.states()
        return
    name = entry.proof.external_id or entry.proof.url.removeprefix(history.town.url)
    if isinstance(entry, DeliveryPublished | DeliveryCorrected):
        assert shown == {name: entry.proof.revision}, history.states()
        return
    # A change that was asked for and then refused, dropped or withdrawn may have been made.
    gone = not shown and any(deed == "retract" for deed, _ in changes)
    as_it_was = {entry.proof.revision} | {to for deed, to in changes if deed == "correct"}
    assert gone or shown.get(name) in as_it_was, history.states()


def dropped_in_doubt(history: History) -> int:
    facts = [told.fact for told in history.shared.entries]
    return sum(
        isinstance(before, DeliveryUncertain)
        and isinstance(after, DeliveryCancelled)
        and after.code is Code.DROPPED
        for before, after in pairwise(facts)
    )
