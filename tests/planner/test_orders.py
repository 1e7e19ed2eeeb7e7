"""What is ordered after a wish: corrections where it is public, retractions, nothing needless."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.codes import Code
from schemas.deliveries import DeliveryFact
from schemas.posts import Document, OrderApproved, OrderWithdrawn, PostFact
from services.planner.domain import transitions
from services.planner.domain.refusals import Refusal
from services.planner.domain.standing import Standing
from services.planner.domain.transitions import Next
from services.planner.domain.written import WrittenPost, document_of
from tests.planner.deliveries import delivery, proof, standing
from tests.planner.samples import ANNA, BENGT, NOW, POST, ZONE, in_a_while, variant, written

FRESH = timedelta(minutes=15)
LATER = NOW + timedelta(hours=2)
SOON = in_a_while(since=NOW)


def document(**texts: str) -> Document:
    """Write for these channels; their time is one hour from now."""
    variants = [variant(name, text=text, publish_at=SOON) for name, text in texts.items()]
    return document_of(WrittenPost.model_validate(written(*variants)), {}, ZONE)[0]


BOTH = document(newsroom="Hej", mastodon="Hej")


def approved(content: Document = BOTH) -> Next:
    drafted = transitions.draft(content, POST, ANNA, NOW).post
    return transitions.approve(transitions.submit(drafted, ANNA, NOW).post, BENGT, NOW, FRESH)


def standings(done: Next, **states: str | DeliveryFact | None) -> dict[str, Standing]:
    """Say how far each order has come."""
    orders = {order.channel: order for order in done.orders}
    found = {}
    for channel, state in states.items():
        fact = delivery(state, channel) if isinstance(state, str) else state
        found[channel] = standing(orders[channel], fact)
    return found


def told(next_: Next) -> dict[str, Any]:
    """Say what was ordered: a new order's revision, or what becomes of what is out."""
    return {
        order.channel: order.public if isinstance(order, OrderWithdrawn) else order.revision
        for order in next_.orders
    }


def again(edited: PostFact, how: dict[str, Standing]) -> Next:
    submitted = transitions.submit(edited, ANNA, LATER).post
    return transitions.approve(submitted, BENGT, LATER, FRESH, how)


def test_an_edit_takes_back_what_is_not_public_and_leaves_what_is() -> None:
    how = standings(approved(), newsroom="published", mastodon="scheduled")
    new = document(newsroom="Rättat", mastodon="Hej")
    assert told(transitions.edit(approved().post, new, ANNA, NOW, how)) == {"mastodon": "keep"}


def test_an_approved_change_of_what_is_public_is_a_correction_due_at_once() -> None:
    how = standings(approved(), newsroom="published", mastodon="published")
    new = document(newsroom="Rättat", mastodon="Också rättat")
    done = again(transitions.edit(approved().post, new, ANNA, NOW, how).post, how)
    assert told(done) == {"newsroom": 2, "mastodon": 2}
    for order in done.orders:
        assert isinstance(order, OrderApproved)
        # Its own time has passed long ago, which does not matter where it is public.
        assert (order.publish_at, order.fresh_until) == (LATER, LATER + FRESH)


def test_what_already_reads_as_approved_is_not_corrected() -> None:
    how = standings(approved(), newsroom="published", mastodon="published")
    new = document(newsroom="Rättat", mastodon="Hej")
    done = again(transitions.edit(approved().post, new, ANNA, NOW, how).post, how)
    assert told(done) == {"newsroom": 2}


def test_a_correction_that_did_not_get_out_is_ordered_again() -> None:
    how = standings(approved(), newsroom="published", mastodon="published")
    new = document(newsroom="Rättat", mastodon="Hej")
    second = again(transitions.edit(approved().post, new, ANNA, NOW, how).post, how)
    failed = delivery("failed", revision=2, aim="correct", proof=proof(1))
    how |= standings(second, newsroom=failed)
    third = again(transitions.edit(second.post, new, ANNA, NOW, how).post, how)
    assert told(third) == {"newsroom": 3}


def test_an_edit_takes_back_a_correction_that_waits() -> None:
    how = standings(approved(), newsroom="published", mastodon="published")
    new = document(newsroom="Rättat", mastodon="Hej")
    second = again(transitions.edit(approved().post, new, ANNA, NOW, how).post, how)
    held = delivery("held", revision=2, aim="correct", proof=proof(1))
    how |= standings(second, newsroom=held)
    edited = transitions.edit(second.post, BOTH, ANNA, NOW, how)
    assert told(edited) == {"newsroom": "keep"}


def test_a_channel_that_is_not_public_needs_a_time_to_come() -> None:
    how = standings(approved(), newsroom="published", mastodon="cancelled")
    edited = transitions.edit(approved().post, BOTH, ANNA, NOW, how).post
    with pytest.raises(Refusal) as no:
        again(edited, how)
    assert no.value.code is Code.POST_MISSED


def test_a_channel_where_it_is_public_is_not_left_out() -> None:
    how = standings(approved(), newsroom="published", mastodon="published")
    with pytest.raises(Refusal) as no:
        transitions.edit(approved().post, document(newsroom="Hej"), ANNA, NOW, how)
    assert no.value.code is Code.ALREADY_PUBLIC
    assert no.value.problems[0].parameters == {"channel": "mastodon"}


def test_a_channel_that_is_left_out_goes_away_even_if_it_goes_out_in_that_moment() -> None:
    how = standings(approved(), newsroom="scheduled", mastodon="scheduled")
    edited = transitions.edit(approved().post, document(newsroom="Hej"), ANNA, NOW, how)
    assert told(edited) == {"newsroom": "keep", "mastodon": "retract"}


@pytest.mark.parametrize("state", ["scheduled", "attempted", "uncertain", "published", "failed"])
def test_a_withdrawal_takes_everything_back_whatever_is_under_way(state: str) -> None:
    how = standings(approved(), newsroom=state, mastodon=None)
    done = transitions.withdraw(approved().post, ANNA, LATER, how)
    assert told(done) == {"newsroom": "retract", "mastodon": "retract"}
    assert {order.revision for order in done.orders} == {1}


def test_a_draft_of_a_correction_is_withdrawn_with_what_is_public() -> None:
    how = standings(approved(), newsroom="published", mastodon="cancelled")
    edited = transitions.edit(approved().post, BOTH, ANNA, NOW, how)
    [taken_back] = edited.orders
    how["mastodon"] = standing(taken_back, delivery("cancelled", "mastodon"))
    assert told(transitions.withdraw(edited.post, ANNA, LATER, how)) == {"newsroom": "retract"}


def test_what_went_out_while_an_edit_took_it_back_is_taken_away_with_the_rest() -> None:
    how = standings(approved(), newsroom="scheduled", mastodon="scheduled")
    edited = transitions.edit(approved().post, BOTH, ANNA, NOW, how)
    for order in edited.orders:
        how[order.channel] = standing(order, delivery("published", order.channel))
    done = transitions.withdraw(edited.post, ANNA, LATER, how)
    assert told(done) == {"newsroom": "retract", "mastodon": "retract"}


def test_what_is_taken_away_can_be_published_anew() -> None:
    withdrawn = transitions.withdraw(
        approved().post,
        ANNA,
        NOW,
        standings(approved(), newsroom="published", mastodon="published"),
    )
    how = standings(withdrawn, newsroom="retracted", mastodon="retracted")
    new = document_of(WrittenPost.model_validate(written(variant(text="Hej"))), {}, ZONE)[0]
    edited = transitions.edit(withdrawn.post, new, ANNA, NOW, how)
    assert told(edited) == {}
    assert told(again(edited.post, how)) == {"newsroom": 2}


def test_a_withdrawal_has_the_newest_revision_also_where_no_newer_was_ordered() -> None:
    how = standings(approved(), newsroom="published", mastodon="published")
    new = document(newsroom="Rättat", mastodon="Hej")
    second = again(transitions.edit(approved().post, new, ANNA, NOW, how).post, how)
    done = transitions.withdraw(second.post, ANNA, LATER, how)
    assert {order.revision for order in done.orders} == {2}
