"""An exercise is led to its end, measured, written down and kept."""

import asyncio
from pathlib import Path

import pytest

from budkavle.alert.acting import Desk
from budkavle.alert.exercise import exercise
from budkavle.alert.scenarios import SCENARIOS
from budkavle.alert.score import Score
from budkavle.trouble import Trouble
from schemas.alerts import ExerciseScored
from services.publisher.siren.ports import EXERCISES
from tests.command.sirens import a_siren
from tests.harness.waiting import eventually

pytestmark = pytest.mark.web


@pytest.mark.parametrize("name", SCENARIOS)
async def test_a_scenario_is_played_to_its_end_and_scored(name: str, tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    async with a_siren(tmp_path, ["torget"], ["ovning"]) as place:
        leader = place.desk("astrid", language="sv")
        async with leader.siren:
            assert await exercise(leader, name, place.siren("bo"), report) == 0
            [alert] = await leader.siren.alerts()
        assert (alert["state"], alert["status"]) == ("corrected", "exercise")
        assert place.texts("torget") == []
        assert len(place.texts("ovning")) == 2
        [kept] = [told.fact for told in place.spool.things(EXERCISES)]
    assert isinstance(kept, ExerciseScored)
    assert kept.officers == ("astrid", "bo")
    assert 0 <= kept.to_issue <= kept.to_confirm <= kept.to_first_channel
    assert kept.to_correct > 0
    written = report.read_text()
    assert written.startswith("# Övning ")
    assert "| Från samtalet till ett larm" in written
    assert "## Att prata om" in written


async def test_the_report_is_a_page_when_its_name_says_so(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    async with a_siren(tmp_path, [], ["ovning"]) as place:
        leader = place.desk("astrid")
        async with leader.siren:
            await exercise(leader, "water", place.siren("bo"), report)
    page = report.read_text()
    assert page.startswith("<!doctype html>")
    assert "Bacteria in the water" in page
    assert "<script" not in page


async def test_without_any_channel_the_sirens_own_page_is_the_first(tmp_path: Path) -> None:
    async with a_siren(tmp_path, [], []) as place:
        leader = place.desk("astrid")
        async with leader.siren:
            assert await exercise(leader, "water", place.siren("bo"), None) == 0


async def test_people_are_waited_for_and_told_when_it_was_wrong(tmp_path: Path) -> None:
    async with a_siren(tmp_path, [], ["ovning"]) as place:
        leader = place.desk("astrid")
        async with leader.siren, place.siren("astrid") as first, place.siren("bo") as second:
            running = asyncio.create_task(exercise(leader, "water", None, None))
            await eventually(lambda: "It is 02:40" in place.out.getvalue())
            draft = await first.draft(SCENARIOS["water"].wish.said())
            issued = await first.issue("7c9e6679-7425-40de-944b-e07fc1f90ae7", draft)
            await eventually(lambda: "s: issued." in place.out.getvalue())
            assert "mixed up" not in place.out.getvalue()
            await second.confirm(await second.alert(issued["alert"]))
            await eventually(lambda: "mixed up" in place.out.getvalue())
            wrong = await second.newer(issued["alert"], {"kind": "correction"})
            await second.follow(issued["alert"], "correction", wrong)
            assert await running == 0


async def test_a_real_alert_ends_an_exercise(tmp_path: Path) -> None:
    async with a_siren(tmp_path, ["torget"], ["ovning"]) as place:
        leader = place.desk("astrid")
        async with leader.siren, place.desk("bo").siren as other:
            running = asyncio.create_task(exercise(leader, "water", None, None))
            await eventually(lambda: "It is 02:40" in place.out.getvalue())
            wish = {**SCENARIOS["water"].wish.said(), "status": "actual"}
            await other.issue("7c9e6679-7425-40de-944b-e07fc1f90ae7", await other.draft(wish))
            with pytest.raises(Trouble, match="the exercise is ended"):
                await running


async def test_an_unknown_scenario_names_those_that_there_are(tmp_path: Path) -> None:
    async with a_siren(tmp_path, [], []) as place:
        leader: Desk = place.desk("astrid")
        async with leader.siren:
            with pytest.raises(Trouble, match="There are: water, phones, threat"):
                await exercise(leader, "fire", None, None)


def test_each_step_is_measured_from_the_one_before() -> None:
    steps = list(Score("a", 100, 250, 252, 61).steps())
    assert [step.seconds for step in steps] == [100, 150, 2, 61]
    assert [step.reached for step in steps] == [True, False, True, False]
