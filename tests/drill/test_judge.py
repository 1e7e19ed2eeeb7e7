"""The judge sees every promise that is broken, and nothing where all were kept."""

from dataclasses import replace

import pytest

from drill.entries import Entries
from drill.fleets import PLAIN
from drill.harm import Struck
from drill.judge import trace
from drill.plans import Fate, Plan
from drill.recovery import recoveries
from schemas.codes import Code
from schemas.deliveries import DeliveryFailed, Proof
from tests.drill.cases import NOON, SECOND, Case, sound


def test_a_sound_drill_has_no_violation() -> None:
    assert sound().kinds() == []
    assert sound().judge.seen_so_far() == []


def test_a_post_that_is_public_twice_is_seen_at_once() -> None:
    case = sound()
    case.public("~2")
    assert case.kinds() == ["twice"]
    assert [violation.words for violation in case.judge.seen_so_far()] == ["2 times"]


def test_a_repeat_that_was_declared_is_counted_apart_once() -> None:
    case = Case(channel="crisis")
    case.accept()
    case.public("~1")
    case.public("~2")
    case.told_published(repeats=1)
    case.shown()
    assert case.kinds() == []
    assert case.verdict().declared == 1
    case.public("~3")
    assert case.kinds() == ["twice"]


def test_a_repeat_that_the_ledger_did_not_declare_is_twice_in_a_crisis_too() -> None:
    case = sound(channel="crisis")
    case.public("~2")
    assert case.kinds() == ["twice"]


def test_an_accepted_post_that_nobody_knows_of_is_lost() -> None:
    case = Case()
    case.accept()
    assert case.kinds() == ["lost"]
    case.shown("approved")
    assert case.kinds() == ["lost"]


@pytest.mark.parametrize("status", ["failed", "expired", "cancelled"])
def test_a_post_that_ended_where_people_see_it_is_not_lost(status: str) -> None:
    case = Case()
    case.accept()
    case.shown(status)
    assert case.kinds() == []


def test_a_doubt_is_lost_unless_a_person_is_asked() -> None:
    case = Case(channel="mute")
    case.accept()
    case.told_uncertain()
    case.shown("uncertain")
    assert case.kinds() == ["lost"]
    case.shown("uncertain", needs_person=True)
    assert case.kinds() == []


def test_what_is_not_at_rest_in_the_end_is_stuck() -> None:
    case = sound()
    assert case.kinds(("listed", str(case.post))) == ["stuck"]


def test_what_nobody_has_approved_is_a_ghost() -> None:
    case = sound()
    case.public("~9", text="Detta har ingen skrivit.")
    assert case.kinds() == ["ghost"]


def test_what_nobody_knows_whether_it_was_approved_is_no_ghost() -> None:
    case = Case()
    case.notes.unknown.append(Plan(0, Fate.APPROVED, 0.0, None, {case.channel: case.text}))
    case.public()
    assert case.kinds() == []


def test_what_was_withdrawn_before_its_time_never_shows() -> None:
    case = Case(fate=Fate.STOPPED)
    case.accept(NOON + 5 * SECOND).withdrawn_at = NOON + SECOND
    assert case.kinds() == []
    case.public(after=6 * SECOND)
    case.removed()
    assert case.kinds() == ["ghost"]


def test_what_was_withdrawn_may_show_a_moment_longer_and_has_to_go() -> None:
    case = Case(fate=Fate.RECALLED)
    case.accept().withdrawn_at = NOON
    case.public(after=SECOND)
    assert case.kinds() == ["lost", "untrue"]
    case.removed()
    assert case.kinds() == []


@pytest.mark.parametrize(("channel", "kinds"), [("mute", []), ("listed", ["lost"])])
def test_only_where_a_person_has_found_it_may_a_person_have_to_take_it_away(
    channel: str, kinds: list[str]
) -> None:
    case = Case(channel, f"Övning 1, inlägg 0 för {channel}.", Fate.RECALLED)
    case.accept().withdrawn_at = NOON
    case.public()
    case.told_published()
    proof = Proof(external_id="~1", url="https://plain.example/~1", revision=1, published_at=NOON)
    case.told(DeliveryFailed, code=Code.RETRACTION_UNABLE, proof=proof)
    assert case.kinds() == kinds


def test_what_is_sent_long_after_its_withdrawal_is_a_ghost() -> None:
    case = Case(fate=Fate.RECALLED)
    case.accept().withdrawn_at = NOON
    case.public(after=3 * SECOND)
    case.removed()
    assert case.kinds() == ["ghost"]


def test_a_ledger_that_says_published_where_nothing_is_public_is_untrue() -> None:
    case = Case()
    case.accept()
    case.told_published()
    case.shown()
    assert case.kinds() == ["lost", "untrue", "untrue"]


def test_a_ledger_that_does_not_know_what_is_public_is_untrue() -> None:
    case = Case()
    case.accept()
    case.public()
    case.told_scheduled()
    case.shown("scheduled")
    assert case.kinds() == ["untrue"]


def test_asking_a_person_where_the_publisher_can_find_out_is_a_violation() -> None:
    case = sound()
    case.told_uncertain()
    case.told_published()
    assert case.kinds() == ["asked a person"]


def test_a_refusal_without_a_good_reason_is_a_violation() -> None:
    case = sound()
    case.notes.wrong.append("post 0: 409 wrong_state")
    assert case.kinds() == ["wrong answer"]


def test_a_post_of_ours_that_is_taken_for_a_strangers_is_a_false_alarm() -> None:
    case = sound()
    told = {"channel": case.channel, "url": "https://x.example/@listed/~1", "problem": {"code": ""}}
    assert [each.kind for each in case.judge.false_alarms([told])] == ["false alarm"]
    case.public("~2")
    assert list(case.judge.false_alarms([told])) == []


def test_the_story_of_a_violation_tells_both_sides_in_order() -> None:
    case = sound()
    case.public("~2", after=2 * SECOND)
    [violation] = case.judge.seen_so_far()
    told = trace(violation, case.record, case.entries)
    assert [line.split()[1:3] for line in told] == [
        ["ledger", "scheduled"],
        ["ledger", "attempted"],
        ["ledger", "published"],
        ["platform", "published"],
        ["platform", "published"],
    ]


def test_a_claim_that_died_with_its_owner_is_measured_from_the_kill() -> None:
    case = Case()
    case.accept()
    case.told_attempted()
    case.told_uncertain(until=NOON, code=Code.SENDER_SILENT)
    case.public(after=9 * SECOND)
    case.told_published(stored_at=NOON + 10 * SECOND)
    killed = Struck("publisher-a", 0.0, NOON + SECOND / 2, NOON + SECOND / 2)
    found = recoveries([killed], case.record, case.entries, SECOND, PLAIN.finding)
    held = found["publisher killed while it held a claim, that delivery"]
    assert held == {"n": 1, "p50_s": 9.5, "max_s": 9.5}


def test_a_broker_is_measured_from_when_it_is_back() -> None:
    case = sound()
    struck = Struck("broker", 0.0, NOON - SECOND, NOON + SECOND / 2)
    found = recoveries([struck], case.record, case.entries, SECOND, PLAIN.finding)
    assert found["broker killed, the next publication after it is back"]["max_s"] == 0.5


def test_what_is_newer_than_a_copy_is_judged_for_repeats_alone() -> None:
    case = Case()
    case.accept()
    case.public()
    case.notes.forget(NOON)
    assert (case.notes.accepted, case.kinds()) == ([], [])
    url = f"https://plain.example/plain/@{case.channel}/~1"
    stranger = {"channel": case.channel, "url": url, "problem": {"code": "stranger"}}
    assert list(case.judge.false_alarms([stranger])) == []
    case.public("~2")
    assert case.kinds() == ["twice"]
    assert [violation.kind for violation in case.judge.seen_so_far()] == ["twice"]


def test_what_is_older_than_a_copy_is_not_forgotten_unless_it_was_withdrawn_since() -> None:
    case = sound()
    case.notes.forget(NOON + SECOND)
    assert len(case.notes.accepted) == 1
    [accepted] = case.notes.accepted
    accepted.withdrawn_at = NOON + 2 * SECOND
    case.notes.forget(NOON + SECOND)
    assert case.notes.forgotten == [accepted]


def test_a_repeat_that_was_declared_before_a_copy_was_put_back_counts_as_declared() -> None:
    case = Case(channel="crisis")
    case.accept()
    case.public("~1")
    case.public("~2")
    case.told_uncertain(repeats=1)
    before, case.entries = case.entries, Entries()
    case.told_published()
    case.shown()
    assert case.kinds() == ["twice"]
    judge = replace(case.judge, lost_entries=before)
    assert judge.judge(case.states, ()).violations == []
