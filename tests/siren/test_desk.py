"""Two people for an alert, one for what makes it right; and nothing that was not signed."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from schemas.alerts import HoldActivated
from schemas.codes import Code
from schemas.envelope import now
from services.publisher.siren.desk import MOST_DRAFTS, Customs
from services.publisher.siren.domain.refusals import Refusal
from tests.harness.waiting import eventually
from tests.publisher.fakes import Square
from tests.siren.builders import bulletin, prepared, word
from tests.siren.stage import Siren, siren


def refuses(code: Code) -> "pytest.RaisesExc[Refusal]":
    return pytest.raises(Refusal, match=f"^{code.value}$")


async def issued(one: Siren, reference: str = "2026-7") -> Any:
    alert, draft, later = uuid4(), bulletin(reference=reference), prepared(reference=reference)
    await one.desk.issue(word("astrid", "issue", alert, draft, later), draft, later)
    return alert, draft, later


async def test_an_issued_alert_goes_nowhere_and_calls_the_others(tmp_path: Path) -> None:
    square = Square()
    async with siren(tmp_path, {"torget": square}) as one:
        await issued(one)
        await eventually(lambda: one.calls.called == [("bo", "confirm")])
        assert not square.calls
        assert one.desk.hold() is None


async def test_nobody_confirms_what_they_wrote(tmp_path: Path) -> None:
    async with siren(tmp_path, {"torget": Square()}) as one:
        alert, draft, later = await issued(one)
        with refuses(Code.OWN_CONFIRMATION):
            await one.desk.confirm(word("astrid", "confirm", alert, draft, later))


async def test_another_content_is_not_confirmed(tmp_path: Path) -> None:
    async with siren(tmp_path, {"torget": Square()}) as one:
        alert, _, later = await issued(one)
        other = bulletin(words="Koka inte vattnet.")
        with refuses(Code.CONTENT_OTHER):
            await one.desk.confirm(word("bo", "confirm", alert, other, later))


async def test_what_is_issued_is_what_was_signed(tmp_path: Path) -> None:
    async with siren(tmp_path, {"torget": Square()}) as one:
        draft, later = bulletin(), prepared()
        said = word("astrid", "issue", uuid4(), draft, later)
        with refuses(Code.CONTENT_OTHER):
            await one.desk.issue(said, bulletin(words="Något annat."), later)
        with refuses(Code.CONTENT_OTHER):
            await one.desk.issue(said, draft, {"correction": later["correction"]})
        swapped = {"correction": later["all_clear"], "all_clear": later["correction"]}
        with refuses(Code.CONTENT_OTHER):
            await one.desk.issue(
                word("astrid", "issue", uuid4(), draft, swapped),  # type: ignore[arg-type]
                draft,
                swapped,  # type: ignore[arg-type]
            )


async def test_an_alert_that_goes_out_holds_normal_posts_until_somebody_releases_them(
    tmp_path: Path,
) -> None:
    async with siren(tmp_path, {"torget": Square()}) as one:
        told = await one.out(["torget"])
        hold = one.desk.hold()
        assert isinstance(hold, HoldActivated)
        assert (hold.by, hold.alert, hold.version) == ("bo", told.fact.alert, 1)
        await one.correct(told)
        assert one.desk.hold() == hold, "what comes next for normal posts is for a person to say"
        released = await one.desk.release_hold(word("astrid", "release"))
        assert released.version == 2
        assert one.desk.hold() is None
        with refuses(Code.HOLD_NOT_ON):
            await one.desk.release_hold(word("astrid", "release"))


async def test_an_exercise_holds_nothing(tmp_path: Path) -> None:
    async with siren(tmp_path, {"torget": Square()}) as one:
        await one.out(["torget"], status="exercise")
        assert one.desk.hold() is None


async def test_the_same_word_twice_is_one_act(tmp_path: Path) -> None:
    square = Square()
    async with siren(tmp_path, {"torget": square}) as one:
        alert, draft, later = uuid4(), bulletin(), prepared()
        said = word("astrid", "issue", alert, draft, later)
        first = await one.desk.issue(said, draft, later)
        assert await one.desk.issue(said, draft, later) == first
        confirmed = word("bo", "confirm", alert, draft, later)
        out = await one.desk.confirm(confirmed)
        assert await one.desk.confirm(confirmed) == out
        await eventually(lambda: square.shown)
        assert len(square.calls) == 1


async def test_a_signature_is_good_for_one_alert(tmp_path: Path) -> None:
    async with siren(tmp_path, {"torget": Square()}) as one:
        draft, later = bulletin(), prepared()
        said = word("astrid", "issue", uuid4(), draft, later)
        await one.desk.issue(said, draft, later)
        moved = type(said)(
            type(said.statement)(
                "astrid", "issue", uuid4(), said.statement.digest, now(), said.statement.nonce
            ),
            said.key,
            said.proof,
        )
        with refuses(Code.STATEMENT_USED):
            await one.desk.issue(moved, draft, later)


async def test_one_alone_may_correct_and_nobody_brings_back_what_is_over(tmp_path: Path) -> None:
    async with siren(tmp_path, {"torget": Square()}) as one:
        told = await one.out(["torget"])
        corrected = await one.correct(told)
        assert corrected.fact.issued[-1].way == "alone"
        newer = bulletin("update")
        with refuses(Code.ALERT_OVER):
            await one.desk.follow(word("bo", "update", told.fact.alert, newer, {}), newer, {})


async def test_where_solo_is_allowed_an_approved_template_goes_out_after_a_countdown(
    tmp_path: Path,
) -> None:
    square = Square()
    customs = Customs(solo=True, solo_countdown=timedelta(seconds=0.2))
    async with siren(tmp_path, {"torget": square}, customs) as one:
        alert, draft, later = await issued(one)
        told = await one.desk.confirm(word("astrid", "confirm", alert, draft, later))
        assert (told.fact.issued[0].way, told.fact.unreviewed) == ("solo", True)
        await eventually(lambda: square.shown)
        await eventually(lambda: ("bo", "review") in one.calls.called)
        with refuses(Code.OWN_CONFIRMATION):
            await one.desk.review(word("astrid", "review", alert))
        reviewed = await one.desk.review(word("bo", "review", alert))
        assert not reviewed.fact.unreviewed


async def test_the_sealed_code_opens_once(tmp_path: Path) -> None:
    async with siren(tmp_path, {"torget": Square()}) as one:
        alert, draft, later = await issued(one)
        said = word("astrid", "confirm", alert, draft, later)
        told = await one.desk.confirm(said, "BRYT-GLAS")
        assert told.fact.issued[0].way == "sealed"
        alert, draft, later = await issued(one, "2026-8")
        with refuses(Code.SOLO_NOT_ALLOWED):
            await one.desk.confirm(word("astrid", "confirm", alert, draft, later), "BRYT-GLAS")


async def test_a_flood_of_drafts_is_refused_and_the_others_stay(tmp_path: Path) -> None:
    async with siren(tmp_path, {"torget": Square()}) as one:
        for number in range(MOST_DRAFTS):
            await issued(one, f"2026-{number}")
        with refuses(Code.TOO_MANY_DRAFTS):
            await issued(one, "2026-99")
        assert len(one.desk.alerts()) == MOST_DRAFTS


async def test_two_alerts_never_have_the_same_number(tmp_path: Path) -> None:
    async with siren(tmp_path, {"torget": Square()}) as one:
        await issued(one)
        with refuses(Code.REFERENCE_TAKEN):
            await issued(one)


async def test_what_is_wrong_with_a_text_stops_it(tmp_path: Path) -> None:
    async with siren(tmp_path, {"torget": Square()}) as one:
        one.editor.wrong = [Refusal(Code.CHANNELS_MISSING)]
        with refuses(Code.CHANNELS_MISSING):
            await issued(one)


async def test_only_what_is_out_is_corrected_and_only_what_is_not_is_given_up(
    tmp_path: Path,
) -> None:
    async with siren(tmp_path, {"torget": Square()}) as one:
        alert, *_ = await issued(one)
        wrong = bulletin("correction")
        with refuses(Code.ALERT_NOT_OUT):
            await one.desk.follow(word("bo", "correct", alert, wrong, {}), wrong, {})
        await one.desk.drop(word("bo", "drop", alert))
        told = await one.out(["torget"], reference="2026-9")
        with refuses(Code.ALERT_OUT):
            await one.desk.drop(word("bo", "drop", told.fact.alert))
