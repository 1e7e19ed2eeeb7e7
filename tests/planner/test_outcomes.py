"""People see the delivery's state where it counts, else the post's, and always what comes next."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.codes import Code
from schemas.posts import PostFact
from services.planner.domain import transitions
from services.planner.domain.outcomes import Outcome, Shown, Step, outcome
from services.planner.domain.written import WrittenPost, document_of
from tests.planner.deliveries import STATES, delivery, unseen, witnessed
from tests.planner.samples import ANNA, BENGT, NOW, POST, ZONE, variant, written

DOCUMENT = document_of(WrittenPost.model_validate(written(variant())), {}, ZONE)[0]
DRAFT = transitions.draft(DOCUMENT, POST, ANNA, NOW).post
SUBMITTED = transitions.submit(DRAFT, ANNA, NOW).post
APPROVED = transitions.approve(SUBMITTED, BENGT, NOW, timedelta(minutes=15)).post
EDITED = transitions.edit(APPROVED, DOCUMENT, ANNA, NOW).post
WITHDRAWN = transitions.withdraw(APPROVED, ANNA, NOW).post


def seen(post: PostFact, state: str | None = None, revision: int = 1, **more: Any) -> Outcome:
    deliveries = {"newsroom": delivery(state, revision=revision)} if state else {}
    return outcome(Shown(post, 1, deliveries, **more), post.document.variants[0])


@pytest.mark.parametrize(
    ("post", "status", "step"),
    [
        (DRAFT, "draft", Step.SUBMIT),
        (SUBMITTED, "submitted", Step.APPROVE),
        (APPROVED, "approved", Step.HAND_OVER),
        (WITHDRAWN, "withdrawn", Step.REVIVE),
        (transitions.miss(SUBMITTED, NOW).post, "missed", Step.NEW_TIME),
    ],
)
def test_without_a_delivery_the_posts_own_state_shows(
    post: PostFact, status: str, step: Step
) -> None:
    found = seen(post)
    assert (found.status, found.step) == (status, step)


@pytest.mark.parametrize(
    ("state", "step"),
    [
        ("scheduled", Step.WAIT),
        ("attempted", Step.SEND),
        ("waiting", Step.TRY_AGAIN),
        ("uncertain", Step.LOOK_UP),
        ("published", Step.WITNESS),
        ("failed", Step.MEND),
        ("expired", Step.NEW_TIME),
        ("cancelled", Step.REVIVE),
    ],
)
def test_an_approved_post_shows_its_delivery(state: str, step: Step) -> None:
    found = seen(APPROVED, state)
    assert (found.status, found.step) == (state, step)


def test_every_state_of_a_delivery_is_covered_here() -> None:
    assert {seen(APPROVED, state).status for state in STATES} == set(STATES)


@pytest.mark.parametrize("state", STATES)
def test_a_delivery_of_another_revision_does_not_count(state: str) -> None:
    assert seen(APPROVED, state, revision=2).status == "approved"


@pytest.mark.parametrize("state", STATES)
def test_after_an_edit_only_what_the_public_may_see_shows(state: str) -> None:
    public = state in {"attempted", "uncertain", "published"}
    assert seen(EDITED, state).status == (state if public else "draft")


@pytest.mark.parametrize("state", STATES)
def test_a_withdrawn_post_has_no_more_plans(state: str) -> None:
    planned = state in {"scheduled", "waiting"}
    assert seen(WITHDRAWN, state).status == ("withdrawn" if planned else state)


def test_trouble_comes_with_its_code_and_its_next_moment() -> None:
    found = seen(APPROVED, "waiting")
    assert found.problem is not None
    assert (found.problem.code, found.next_at) == (Code.CHANNEL_THROTTLED, NOW)


def test_a_witness_makes_it_certain() -> None:
    found = seen(APPROVED, "published", witnesses={"newsroom": witnessed()})
    assert (found.step, found.witness) == (Step.MEASURE, witnessed())


def test_an_unseen_post_asks_a_person_to_look() -> None:
    found = seen(APPROVED, "published", witnesses={"newsroom": unseen()})
    assert found.step is Step.LOOK
    assert found.problem is not None
    assert found.problem.code is Code.PAGE_GONE


def test_a_witness_of_another_revision_does_not_count() -> None:
    found = seen(APPROVED, "published", witnesses={"newsroom": witnessed(revision=2)})
    assert (found.step, found.witness) == (Step.WITNESS, None)


def test_on_approval_is_out_at_the_moment_of_approval() -> None:
    assert seen(APPROVED).out_at == NOW
    assert seen(SUBMITTED).out_at is None
