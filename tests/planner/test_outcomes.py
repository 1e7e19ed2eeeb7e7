"""People see the delivery's state where it counts, else the post's, and always what comes next."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from schemas.codes import Code
from schemas.deliveries import DeliveryFact
from schemas.envelope import Parameters
from schemas.posts import PostFact
from services.planner.domain import transitions
from services.planner.domain.outcomes import DOUBT_BEFORE, UNHEARD_AFTER, outcome
from services.planner.domain.refusals import Problem
from services.planner.domain.shown import Decision, Outcome, Shown, Step
from services.planner.domain.standing import Order
from services.planner.domain.written import WrittenPost, document_of
from tests.planner.deliveries import STATES, delivery, entry, proof, unseen, witnessed
from tests.planner.samples import ANNA, BENGT, NOW, POST, ZONE, variant, written

DOCUMENT = document_of(WrittenPost.model_validate(written(variant())), {}, ZONE)[0]
DRAFT = transitions.draft(DOCUMENT, POST, ANNA, NOW).post
SUBMITTED = transitions.submit(DRAFT, ANNA, NOW).post
APPROVED = transitions.approve(SUBMITTED, BENGT, NOW, timedelta(minutes=15)).post
EDITED = transitions.edit(APPROVED, DOCUMENT, ANNA, NOW).post
WITHDRAWN = transitions.withdraw(APPROVED, ANNA, NOW).post
MISSED = transitions.miss(SUBMITTED, NOW).post
RENEWED = APPROVED.model_copy(update={"revision": 2})
SECOND = timedelta(seconds=1)


def order(revision: int = 1, *, approved: bool = True) -> Order:
    return Order(revision, approved, retract=not approved, told_at=NOW)


def seen(
    post: PostFact,
    state: str | DeliveryFact | None = None,
    *,
    now: datetime = NOW,
    since: datetime | None = None,
    **more: Any,
) -> Outcome:
    fact = delivery(state) if isinstance(state, str) else state
    deliveries = {"newsroom": entry(fact, since=since)} if fact else {}
    if post.revision and "orders" not in more:
        withdrawn = post is WITHDRAWN
        more["orders"] = {"newsroom": order(post.revision, approved=not withdrawn)}
    return outcome(Shown(post, 1, deliveries, **more), post.document.variants[0], now)


@pytest.mark.parametrize(
    ("post", "status", "step"),
    [
        (DRAFT, "draft", Step.SUBMIT),
        (SUBMITTED, "submitted", Step.APPROVE),
        (APPROVED, "approved", Step.HAND_OVER),
        (WITHDRAWN, "withdrawn", Step.REVIVE),
        (MISSED, "missed", Step.NEW_TIME),
    ],
)
def test_without_a_delivery_the_posts_own_state_shows(
    post: PostFact, status: str, step: Step
) -> None:
    found = seen(post)
    assert (found.status, found.step) == (status, step)
    assert found.needs_person is (status == "missed")


@pytest.mark.parametrize(
    ("state", "step", "needs"),
    [
        ("scheduled", Step.WAIT, False),
        ("attempted", Step.SEND, False),
        ("waiting", Step.TRY_AGAIN, False),
        ("uncertain", Step.LOOK_UP, False),
        ("held", Step.DECIDE, True),
        ("published", Step.WITNESS, False),
        ("corrected", Step.WITNESS, False),
        ("retracted", Step.GONE, False),
        ("failed", Step.MEND, True),
        ("expired", Step.DECIDE, True),
        ("cancelled", Step.REVIVE, False),
    ],
)
def test_an_approved_post_shows_its_delivery(state: str, step: Step, needs: bool) -> None:  # noqa: FBT001
    found = seen(APPROVED, state)
    assert (found.status, found.step, found.needs_person) == (state, step, needs)
    assert found.entry == 7


@pytest.mark.parametrize("url", ["", "https://matrix.to/#/!rum:server.example/$hej"])
@pytest.mark.parametrize("state", ["published", "corrected"])
def test_what_has_no_page_is_sent_and_waits_for_no_witness(state: str, url: str) -> None:
    sent = delivery(state, url=url, proof=proof().model_copy(update={"url": url}))
    found = seen(APPROVED, sent)
    assert (found.status, found.step, found.needs_person) == (state, Step.SENT, False)


def test_every_state_of_a_delivery_is_covered_here() -> None:
    assert {seen(APPROVED, state).status for state in STATES} == set(STATES)


def test_a_delivery_of_an_older_revision_says_only_what_is_public() -> None:
    for state in STATES:
        found = seen(RENEWED, state)
        if state in {"attempted", "uncertain"}:
            assert found.status == state
        elif state in {"published", "corrected"}:
            assert (found.status, found.proof) == ("correcting", proof())
        else:
            assert (found.status, found.proof) == ("approved", None)


def test_what_is_not_corrected_again_shows_as_it_is() -> None:
    found = seen(RENEWED, "published", orders={"newsroom": order(1)}, now=NOW + UNHEARD_AFTER * 9)
    assert (found.status, found.needs_person, found.out_at) == ("published", False, NOW)


@pytest.mark.parametrize("state", STATES)
def test_after_an_edit_only_what_the_public_may_see_shows(state: str) -> None:
    found = seen(EDITED, state)
    public = state in {"attempted", "uncertain", "published", "corrected"}
    assert found.status == (state if public else "draft")
    if state in {"published", "corrected"}:
        assert found.step is Step.CHANGE


@pytest.mark.parametrize("state", STATES)
def test_a_withdrawn_post_has_no_more_plans(state: str) -> None:
    expected = {
        "published": "retracting",
        "corrected": "retracting",
        **dict.fromkeys(("attempted", "uncertain", "retracted", "cancelled"), state),
    }
    found = seen(WITHDRAWN, state)
    assert found.status == expected.get(state, "withdrawn")
    assert not found.needs_person


@pytest.mark.parametrize(
    ("post", "aim", "status", "step"),
    [
        (RENEWED, "correct", "correcting", Step.CORRECT),
        (WITHDRAWN, "retract", "retracting", Step.TAKE_BACK),
    ],
)
@pytest.mark.parametrize("state", ["scheduled", "attempted"])
def test_what_changes_the_public_text_says_so(
    post: PostFact, aim: str, status: str, step: Step, state: str
) -> None:
    fact = delivery(state, revision=post.revision, aim=aim, proof=proof())
    found = seen(post, fact)
    assert (found.status, found.step, found.proof) == (status, step, proof())


def test_a_refused_correction_leaves_something_public() -> None:
    fact = delivery("failed", revision=2, aim="correct", proof=proof(1))
    found = seen(RENEWED, fact)
    assert (found.status, found.proof, found.needs_person) == ("failed", proof(1), True)
    assert found.choices == ("send", "drop")


def test_a_refused_retraction_needs_a_person_too() -> None:
    found = seen(WITHDRAWN, delivery("failed", aim="retract", proof=proof()))
    assert (found.status, found.needs_person, found.choices) == ("failed", True, ("send", "drop"))


@pytest.mark.parametrize(("post", "aim"), [(RENEWED, "correct"), (WITHDRAWN, "retract")])
def test_a_dropped_change_leaves_what_is_public(post: PostFact, aim: str) -> None:
    found = seen(post, delivery("cancelled", revision=post.revision, aim=aim, proof=proof()))
    assert (found.status, found.step, found.needs_person) == ("published", Step.KEPT, False)


def test_a_cancelled_delivery_says_by_what() -> None:
    dropped = delivery("cancelled", code=Code.DROPPED, parameters={"person": "bengt"})
    problem = seen(APPROVED, dropped).problem
    assert problem is not None
    assert (problem.code, problem.parameters) == (Code.DROPPED, {"person": "bengt"})


def test_a_correction_does_not_move_a_post_to_another_day() -> None:
    long_ago = NOW - timedelta(days=9)
    fact = delivery("corrected", revision=2, proof=proof(2, long_ago))
    assert seen(RENEWED, fact).out_at == long_ago
    assert seen(EDITED, delivery("published", proof=proof(1, long_ago))).out_at == long_ago


@pytest.mark.parametrize(
    ("post", "state", "code"),
    [
        (APPROVED, None, Code.ORDER_UNHEARD),
        (RENEWED, "failed", Code.ORDER_UNHEARD),
        (RENEWED, "published", Code.ORDER_UNHEARD),
        (WITHDRAWN, "published", Code.DECISION_UNHEARD),
    ],
)
def test_an_order_that_nobody_takes_in_needs_a_person(
    post: PostFact, state: str | None, code: Code
) -> None:
    assert not seen(post, state, now=NOW + UNHEARD_AFTER).needs_person
    late = seen(post, state, now=NOW + UNHEARD_AFTER + SECOND)
    assert (late.needs_person, late.step) == (True, Step.ASK)
    assert late.problem is not None
    assert (late.problem.code, late.problem.parameters) == (code, {"channel": "newsroom"})


@pytest.mark.parametrize(
    ("post", "state"),
    [(APPROVED, "scheduled"), (WITHDRAWN, "scheduled"), (WITHDRAWN, None), (EDITED, None)],
)
def test_what_the_publisher_has_or_need_not_have_is_not_waited_for(
    post: PostFact, state: str | None
) -> None:
    assert not seen(post, state, now=NOW + timedelta(days=1)).needs_person


def test_a_doubt_is_left_to_the_publisher_for_a_while() -> None:
    since = NOW - DOUBT_BEFORE
    early, late = (
        seen(APPROVED, "uncertain", now=NOW + wait, since=since) for wait in (0 * SECOND, SECOND)
    )
    assert (early.needs_person, early.step) == (False, Step.LOOK_UP)
    assert (late.needs_person, late.step) == (True, Step.FIND_OUT)


def test_a_doubt_that_nobody_else_can_settle_needs_a_person_at_once() -> None:
    found = seen(APPROVED, delivery("uncertain", until=None))
    assert (found.needs_person, found.step) == (True, Step.FIND_OUT)
    assert found.choices == ("there", "absent", "drop")


def test_a_decision_about_this_entry_is_waited_for() -> None:
    made = {"newsroom": Decision(7, "send", "bengt", NOW)}
    found = seen(APPROVED, "held", decisions=made)
    assert (found.step, found.needs_person, found.choices) == (Step.CARRY_OUT, False, ())
    late = seen(APPROVED, "held", decisions=made, now=NOW + UNHEARD_AFTER + SECOND)
    assert late.problem is not None
    assert (late.needs_person, late.problem.code) == (True, Code.DECISION_UNHEARD)
    again = seen(APPROVED, "held", decisions=made, now=NOW + timedelta(minutes=4))
    assert again.choices == ("send", "drop")


def test_a_decision_about_an_older_entry_is_history() -> None:
    found = seen(APPROVED, "held", decisions={"newsroom": Decision(6, "send", "bengt", NOW)})
    assert (found.step, found.decision) == (Step.DECIDE, None)


def test_trouble_comes_with_its_code_and_its_next_moment() -> None:
    found = seen(APPROVED, "waiting")
    assert found.problem is not None
    assert (found.problem.code, found.next_at) == (Code.CHANNEL_THROTTLED, NOW)


def test_a_witness_makes_it_certain() -> None:
    found = seen(APPROVED, "published", witnesses={"newsroom": witnessed()})
    assert (found.step, found.witness) == (Step.MEASURE, witnessed())


def test_an_unseen_post_asks_a_person_to_look() -> None:
    found = seen(APPROVED, "published", witnesses={"newsroom": unseen()})
    assert (found.step, found.needs_person) == (Step.LOOK, True)
    assert found.problem is not None
    assert found.problem.code is Code.PAGE_GONE


def test_a_witness_of_another_revision_does_not_count() -> None:
    found = seen(APPROVED, "published", witnesses={"newsroom": witnessed(revision=2)})
    assert (found.step, found.witness) == (Step.WITNESS, None)


def test_on_approval_is_out_at_the_moment_of_approval() -> None:
    assert seen(APPROVED).out_at == NOW
    assert seen(SUBMITTED).out_at is None


def test_what_went_less_well_is_told_of_what_is_public() -> None:
    told: Parameters = {"channel": "Presslistan", "count": 2}
    sent = delivery("published", code=Code.RECIPIENTS_REFUSED, parameters=told)
    found = seen(APPROVED, sent)
    assert (found.status, found.needs_person) == ("published", False)
    assert found.problem == Problem(Code.RECIPIENTS_REFUSED, told)
