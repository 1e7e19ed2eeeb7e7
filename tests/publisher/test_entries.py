"""What the ledger's entries carry from one to the next, and what they tell of the work done."""

from dataclasses import replace

import pytest

from schemas.codes import Code
from schemas.deliveries import (
    Aim,
    DeliveryCorrected,
    DeliveryPublished,
    DeliveryRetracted,
    DeliveryScheduled,
    DeliveryWaiting,
)
from schemas.posts import Content
from services.kit.texts import opening, words_digest
from services.publisher.domain.answers import Flaw, Published
from services.publisher.domain.engine import step
from services.publisher.domain.entries import begun, done, following
from services.publisher.domain.happenings import Order, Rang
from services.publisher.domain.keys import key
from tests.publisher.builders import (
    NOON,
    POST,
    PROOF,
    SECOND,
    attempted,
    order,
    published,
    rules,
    taken_back,
    view,
)

NEW = Published("x2", "https://torget.example/x2")


def test_every_attempt_at_a_delivery_has_the_same_key_and_no_other_delivery_has_it() -> None:
    assert key("torget", POST, 1) == key("torget", POST, 1)
    assert len({key("torget", POST, 1), key("torget", POST, 2), key("berget", POST, 1)}) == 3


def test_an_entry_carries_the_whole_state_of_the_one_before() -> None:
    before = attempted(
        handle="h1", repeats=1, attempt=3, proof=PROOF, aim="correct", words="a" * 64
    )
    after = following(DeliveryWaiting, before, NOON + SECOND, until=NOON, code="channel_busy")
    kept = {"type", "occurred_at", "follows", "event_id"} | {"owner", "lease", "doubt"}
    before_said = before.fact.model_dump(exclude=kept)
    assert after.model_dump(include=set(before_said)) == before_said
    assert after.occurred_at == NOON + SECOND


def test_entries_that_say_the_same_have_ids_of_their_own() -> None:
    first = following(DeliveryWaiting, attempted(), NOON, until=NOON, code="channel_busy")
    later = attempted()
    later = type(later)(later.fact, 9, later.stored_at)
    second = following(DeliveryWaiting, later, NOON, until=NOON, code="channel_busy")
    assert (first.follows, second.follows) == (7, 9)
    assert first.event_id != second.event_id


def test_a_delivery_begins_with_what_a_look_up_will_need() -> None:
    text = "Vaccinera dig mot influensan. Läs mer på https://region.example/"
    entry = begun(order(content=Content(text=text)), "publish", None, NOON)
    assert (entry.opening, entry.words) == (opening(text), words_digest(text))
    assert (entry.attempt, entry.first_attempt_at, entry.follows) == (0, None, 0)


def test_what_went_less_well_is_remembered_with_what_is_public() -> None:
    flaw = Flaw(Code.RECIPIENTS_REFUSED, {"channel": "Presslistan", "count": 2})
    entry = done(rules(), attempted(), order(), replace(NEW, flaw=flaw), NOON)
    assert isinstance(entry, DeliveryPublished)
    assert (entry.code, entry.parameters) == (flaw.code, flaw.parameters)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kort.", "Kort."),
        ("  Två\n\nstycken  här ", "Två stycken här"),
        ("Läs mer om vaccinet på https://x.example/a", "Läs mer om vaccinet på"),
        ("#Vaccin nu", "#Vaccin nu"),
        ("ord " * 30, ("ord " * 15).strip()),
        ("x" * 90, "x" * 60),
    ],
)
def test_the_opening_is_what_no_platform_rewrites(text: str, expected: str) -> None:
    assert opening(text) == expected


def test_a_new_order_begins_without_the_attempts_of_the_old_one() -> None:
    state = published(attempt=4, first_attempt_at=NOON, handle="h1")
    entry = begun(order(revision=2), "correct", state, NOON)
    assert (entry.attempt, entry.first_attempt_at, entry.handle) == (0, None, None)
    assert (entry.proof, entry.follows) == (PROOF, 7)


def test_a_retraction_has_no_time_after_which_it_is_too_late() -> None:
    state = published(words="a" * 64)
    entry = begun(taken_back(), "retract", state, NOON + SECOND)
    assert (entry.fresh_until, entry.publish_at) == (None, NOON + SECOND)
    assert (entry.opening, entry.words) == (state.fact.opening, "a" * 64)


def test_publishing_gives_the_proof_of_what_strangers_see() -> None:
    fact = done(rules(), attempted(), order(labels=("kris",), series="dikt"), NEW, NOON)
    assert isinstance(fact, DeliveryPublished)
    assert fact.proof == PROOF.model_copy(update={"external_id": "x2", "url": NEW.url})
    assert (fact.kind, fact.external_id, fact.url) == ("square", "x2", NEW.url)
    assert (fact.labels, fact.series, fact.content) == (("kris",), "dikt", None)


def test_content_is_kept_only_where_we_are_the_channel() -> None:
    sent = order()
    fact = done(rules(keeps_content=True), attempted(), sent, NEW, NOON)
    assert isinstance(fact, DeliveryPublished)
    assert fact.content == sent.content


@pytest.mark.parametrize("other", [None, order(revision=2), taken_back()])
def test_what_another_order_says_is_not_told_as_published(other: object) -> None:
    fact = done(rules(keeps_content=True), attempted(), other, NEW, NOON)  # type: ignore[arg-type]
    assert isinstance(fact, DeliveryPublished)
    assert (fact.content, fact.series, fact.labels) == (None, None, ())


def test_a_correction_remembers_when_it_was_first_public() -> None:
    state = attempted(aim="correct", revision=2, proof=PROOF)
    fact = done(rules(keeps_content=True), state, order(revision=2), NEW, NOON + SECOND)
    assert isinstance(fact, DeliveryCorrected)
    assert fact.proof == PROOF.model_copy(
        update={"external_id": "x2", "url": NEW.url, "revision": 2}
    )
    assert fact.corrected_at == NOON + SECOND
    assert fact.content == order().content


def test_a_retraction_leaves_nothing_public() -> None:
    state = attempted(aim="retract", proof=PROOF)
    fact = done(rules(), state, taken_back(), NEW, NOON + SECOND)
    assert isinstance(fact, DeliveryRetracted)
    assert (fact.proof, fact.retracted_at) == (None, NOON + SECOND)


def test_the_engine_says_the_same_when_it_is_asked_twice() -> None:
    event = Rang(view(order()))
    first, second = step(None, event, rules()), step(None, event, rules())
    assert first == second
    assert isinstance(first.entry, DeliveryScheduled)


@pytest.mark.parametrize(
    ("newest", "aim"), [(order(revision=2), "correct"), (taken_back(), "retract")]
)
def test_a_repeat_that_may_still_stand_there_is_not_forgotten(newest: Order, aim: Aim) -> None:
    assert begun(newest, aim, published(repeats=1), NOON).repeats == 1
    assert begun(newest, "publish", published(repeats=1, proof=None), NOON).repeats == 0
