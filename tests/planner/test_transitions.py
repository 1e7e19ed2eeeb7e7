"""The life of a post: who may do what, when, and which facts come of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from schemas.codes import Code
from schemas.posts import Document, OrderApproved, PostFact
from services.planner.domain import transitions
from services.planner.domain.people import Person, Role
from services.planner.domain.refusals import Refusal
from services.planner.domain.transitions import Next, State, state_of
from services.planner.domain.written import WrittenPost, document_of
from tests.planner.deliveries import STATES, delivery, standing
from tests.planner.samples import (
    ANNA,
    BENGT,
    CILLA,
    NOW,
    POST,
    READER,
    ZONE,
    in_a_while,
    variant,
    written,
)

FRESH = timedelta(minutes=15)
LATER = NOW + timedelta(minutes=1)


def document(text: str = "Hej", publish_at: str = "on_approval") -> Document:
    post = written(
        variant("newsroom", text=text, publish_at=publish_at),
        variant("mastodon", text=text),
        series="har-jobbar-jag",
        labels=["vinter"],
    )
    return document_of(WrittenPost.model_validate(post), {}, ZONE)[0]


def drafted(publish_at: str = "on_approval") -> PostFact:
    return transitions.draft(document(publish_at=publish_at), POST, ANNA, NOW).post


def submitted(publish_at: str = "on_approval", by: Person = ANNA) -> PostFact:
    return transitions.submit(drafted(publish_at), by, NOW).post


def approved() -> Next:
    return transitions.approve(submitted(), BENGT, LATER, FRESH)


def in_state(state: State) -> PostFact:
    match state:
        case State.DRAFT:
            return drafted()
        case State.SUBMITTED:
            return submitted()
        case State.APPROVED:
            return approved().post
        case State.WITHDRAWN:
            return transitions.withdraw(submitted(), ANNA, NOW).post
        case State.MISSED:
            return transitions.miss(submitted(in_a_while(since=NOW)), NOW).post


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_read_from_the_newest_fact(state: State) -> None:
    assert state_of(in_state(state)) is state


def test_a_draft_is_the_first_version_with_its_author() -> None:
    post = drafted()
    assert (post.version, post.revision, post.by, post.authors) == (1, 0, "anna", ("anna",))


def test_approval_makes_an_order_for_every_channel() -> None:
    done = approved()
    assert [order.channel for order in done.orders] == ["newsroom", "mastodon"]
    for order in done.orders:
        assert isinstance(order, OrderApproved)
        assert order.revision == done.post.revision == 1
        assert order.digest == done.post.digest
        assert (order.series, order.labels) == ("har-jobbar-jag", ("vinter",))
        assert [(each.person, each.at) for each in order.approvals] == [("bengt", LATER)]
        assert order.trace == done.post.trace


def test_on_approval_means_the_moment_of_approval() -> None:
    [order, _] = approved().orders
    assert isinstance(order, OrderApproved)
    assert (order.publish_at, order.fresh_until) == (LATER, LATER + FRESH)


def test_a_set_time_is_kept() -> None:
    soon = NOW + timedelta(hours=1)
    [order, _] = transitions.approve(submitted(soon.isoformat()), BENGT, LATER, FRESH).orders
    assert isinstance(order, OrderApproved)
    assert (order.publish_at, order.fresh_until) == (soon, soon + FRESH)


def test_each_approval_is_the_next_revision() -> None:
    edited = transitions.edit(approved().post, document("Nytt"), ANNA, NOW).post
    again = transitions.approve(transitions.submit(edited, ANNA, NOW).post, BENGT, LATER, FRESH)
    assert again.post.revision == 2
    assert {order.revision for order in again.orders} == {2}


@pytest.mark.parametrize("person", [ANNA, CILLA])
def test_nobody_approves_what_they_wrote_or_submitted(person: Person) -> None:
    with pytest.raises(Refusal) as no:
        transitions.approve(submitted(by=CILLA), person, NOW, FRESH)
    assert no.value.code is Code.OWN_APPROVAL


def test_whoever_edits_becomes_an_author_and_may_not_approve() -> None:
    edited = transitions.edit(drafted(), document("Nytt"), BENGT, NOW).post
    assert edited.authors == ("anna", "bengt")
    with pytest.raises(Refusal) as no:
        transitions.approve(transitions.submit(edited, ANNA, NOW).post, BENGT, NOW, FRESH)
    assert no.value.code is Code.OWN_APPROVAL


def test_nobody_is_an_author_twice() -> None:
    assert transitions.edit(drafted(), document("Nytt"), ANNA, NOW).post.authors == ("anna",)


@pytest.mark.parametrize("state", list(State))
def test_an_edit_voids_what_was_decided(state: State) -> None:
    edited = transitions.edit(in_state(state), document("Nytt"), ANNA, NOW)
    assert state_of(edited.post) is State.DRAFT
    assert edited.post.digest != in_state(state).digest


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (State.SUBMITTED, Code.WRONG_STATE),
        (State.APPROVED, Code.WRONG_STATE),
        (State.WITHDRAWN, Code.WRONG_STATE),
        (State.MISSED, Code.POST_MISSED),
    ],
)
def test_only_a_draft_is_submitted(state: State, code: Code) -> None:
    with pytest.raises(Refusal) as no:
        transitions.submit(in_state(state), ANNA, NOW)
    assert no.value.code is code


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (State.DRAFT, Code.WRONG_STATE),
        (State.APPROVED, Code.WRONG_STATE),
        (State.WITHDRAWN, Code.WRONG_STATE),
        (State.MISSED, Code.POST_MISSED),
    ],
)
def test_only_a_submitted_post_is_approved(state: State, code: Code) -> None:
    with pytest.raises(Refusal) as no:
        transitions.approve(in_state(state), BENGT, NOW, FRESH)
    assert no.value.code is code


def test_a_post_is_withdrawn_once() -> None:
    with pytest.raises(Refusal) as no:
        transitions.withdraw(in_state(State.WITHDRAWN), ANNA, NOW)
    assert no.value.code is Code.WRONG_STATE


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.APPROVED, State.MISSED])
def test_any_other_post_can_be_withdrawn(state: State) -> None:
    assert state_of(transitions.withdraw(in_state(state), ANNA, NOW).post) is State.WITHDRAWN


@pytest.mark.parametrize("moment", [NOW + timedelta(hours=1), NOW + timedelta(hours=2)])
def test_approval_never_comes_after_the_first_time(moment: datetime) -> None:
    post = submitted((NOW + timedelta(hours=1)).isoformat())
    with pytest.raises(Refusal) as no:
        transitions.approve(post, BENGT, moment, FRESH)
    assert no.value.code is Code.POST_MISSED
    assert no.value.problems[0].parameters == {"time": "2026-11-23T11:00"}


@pytest.mark.parametrize("state", STATES)
def test_nothing_is_changed_while_a_call_may_be_under_way(state: str) -> None:
    standings = {"newsroom": standing(None, delivery(state))}
    wishes: tuple[Callable[[], Next], ...] = (
        lambda: transitions.edit(approved().post, document("Nytt"), ANNA, NOW, standings),
        lambda: transitions.approve(submitted(), BENGT, NOW, FRESH, standings),
    )
    for wish in wishes:
        if state in {"attempted", "uncertain"}:
            with pytest.raises(Refusal) as no:
                wish()
            assert no.value.code is Code.UNDER_WAY
        else:
            wish()


def test_every_fact_of_a_post_counts_on() -> None:
    post = drafted()
    for step in range(2, 5):
        post = transitions.edit(post, document(f"Version {step}"), ANNA, NOW).post
        assert post.version == step


@pytest.mark.parametrize(
    ("person", "roles", "allowed"),
    [
        (ANNA, (Role.AUTHOR,), True),
        (READER, (Role.AUTHOR,), False),
        (READER, (Role.AUTHOR, Role.APPROVER), False),
        (Person("e", "E", frozenset({Role.APPROVER})), (Role.AUTHOR,), False),
        (Person("e", "E", frozenset({Role.APPROVER})), (Role.AUTHOR, Role.APPROVER), True),
    ],
)
def test_roles_say_who_may(person: Person, roles: tuple[Role, ...], allowed: bool) -> None:  # noqa: FBT001
    if allowed:
        person.must_be(*roles)
    else:
        with pytest.raises(Refusal) as no:
            person.must_be(*roles)
        assert no.value.code is Code.NOT_ALLOWED
