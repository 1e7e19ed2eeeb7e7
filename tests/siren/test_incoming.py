"""What becomes of other people's alerts: a proposal for people, once; never anything public."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.alerts import Area, Info, ProposalClosed, ProposalMade
from services.publisher.siren.incoming.drafts import CRISIS_SITE, draft_fields, wished
from services.publisher.siren.incoming.intake import Intake, NotKept
from services.publisher.siren.incoming.keeping import ProposalMemory
from services.publisher.siren.incoming.proposals import MOST_OPEN, Heed, hold_proposed, proposal_of
from services.publisher.siren.incoming.region import Region
from services.publisher.siren.spool import Spool
from tests.siren.incoming import BORAS, NIGHT, SENDER, UPPSALA, Kept, intake, message


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.mark.parametrize(
    ("ours", "theirs", "concerned"),
    [
        ("14", "1490", True),
        ("1490", "14", True),
        ("1490", "1490", True),
        ("1490", "1480", False),
        ("03", "1490", False),
        ("03 14", "1490", True),
        ("1490", "00", True),
        ("", "1490", True),
    ],
)
def test_a_county_and_its_municipalities_concern_each_other(
    ours: str, theirs: str, *, concerned: bool
) -> None:
    assert Region.of(ours.split()).concerns((Area(name="Där", codes=(theirs,)),)) is concerned


def test_an_area_without_a_code_is_for_people_to_look_at() -> None:
    ours = Region.of(["14"])
    assert ours.concerns(())
    assert ours.concerns((UPPSALA, Area(name="Längs hela kusten")))


@pytest.mark.parametrize("said", ["1", "149", "Borås", "14,1490", "١٤"])
def test_a_code_that_is_none_is_refused_at_start(said: str) -> None:
    with pytest.raises(ValueError, match="two digits for a county"):
        Region.of([said])


async def test_an_alert_for_our_area_is_proposed_once_whichever_door_it_comes_by(
    kept: Kept,
) -> None:
    ours = intake(kept)
    said = [(await ours.take(message(), door)).outcome for door in ("http", "folder", "http")]
    assert said == ["proposed", "known", "known"]
    [proposal] = kept.open
    assert proposal.proposal == proposal_of("folder", SENDER, "1")
    assert (proposal.kind, proposal.status, proposal.areas) == ("alert", "actual", (BORAS,))
    assert hold_proposed(proposal)


async def test_an_alert_for_somewhere_else_is_nothing_to_us(kept: Kept) -> None:
    judgement = await intake(kept).take(message(areas=(UPPSALA,)), "vma")
    assert (judgement.outcome, kept.facts) == ("elsewhere", [])


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"status": "test"}, "not_actual"),
        ({"status": "exercise"}, "not_actual"),
        ({"scope": "Restricted"}, "not_public"),
        ({"expires": NIGHT}, "over"),
    ],
)
async def test_what_is_not_for_the_public_now_is_not_proposed(
    kept: Kept, said: dict[str, str], outcome: str
) -> None:
    judgement = await intake(kept).take(message(**said), "http")
    assert (judgement.outcome, kept.facts) == (outcome, [])


async def test_exercises_are_shown_where_that_is_wanted_and_hold_nothing(kept: Kept) -> None:
    ours = intake(kept, tests=True)
    for identifier, status in (("1", "exercise"), ("2", "test")):
        await ours.take(message(identifier, status=status), "vma")
    assert [proposal.status for proposal in kept.open] == ["exercise", "test"]
    assert not any(hold_proposed(proposal) for proposal in kept.open)


async def test_what_sveriges_radio_still_lists_is_in_force_though_it_was_to_expire(
    kept: Kept,
) -> None:
    await intake(kept).take(message(expires=NIGHT - timedelta(hours=1)), "vma")
    assert len(kept.open) == 1


async def test_its_sender_takes_a_proposal_back(kept: Kept) -> None:
    ours = intake(kept)
    await ours.take(message("1"), "vma")
    cancel = message("2", "1", kind="all_clear", areas=(), infos=())
    assert (await ours.take(cancel, "vma")).outcome == "closed"
    assert (await ours.take(cancel, "vma")).outcome == "known"
    assert (kept.open, kept.closed_by) == ([], ["sender"])


async def test_a_newer_message_takes_the_place_of_the_older_in_one_thread(kept: Kept) -> None:
    ours = intake(kept)
    await ours.take(message("1"), "vma")
    await ours.take(message("2", "1", kind="update", areas=(UPPSALA,)), "vma")
    [proposal] = kept.open
    assert (proposal.identifier, proposal.kind) == ("2", "update")
    assert proposal.trace == proposal_of("vma", SENDER, "1")
    await ours.take(message("3", "2", kind="all_clear"), "vma")
    assert (kept.open, kept.closed_by) == ([], ["sender", "sender"])


async def test_officers_who_dealt_with_an_alert_are_told_when_it_is_over(kept: Kept) -> None:
    ours = intake(kept)
    await ours.take(message("1"), "vma")
    kept.close(kept.open[0])
    await ours.take(message("2", "1", kind="update"), "vma")
    cancel = message("3", "2", kind="all_clear", areas=(), infos=())
    assert (await ours.take(cancel, "vma")).outcome == "proposed"
    assert (await ours.take(cancel, "vma")).outcome == "known"
    [proposal] = kept.open
    assert (proposal.kind, proposal.trace) == ("all_clear", proposal_of("vma", SENDER, "1"))
    assert not hold_proposed(proposal)


async def test_a_cancellation_that_overtakes_its_alert_still_counts(kept: Kept) -> None:
    ours = intake(kept)
    await ours.take(message("2", "1", kind="all_clear", infos=()), "folder")
    assert (await ours.take(message("1"), "http")).outcome == "known"
    assert kept.open == []


async def test_a_cancellation_of_something_that_was_never_ours_leaves_no_trace(kept: Kept) -> None:
    judgement = await intake(kept).take(message("2", "1", kind="all_clear"), "vma")
    assert (judgement.outcome, kept.facts) == ("unknown", [])


async def test_nobody_takes_back_what_another_has_said(kept: Kept) -> None:
    ours = intake(kept)
    await ours.take(message("1"), "http")
    await ours.take(message("2", "1", kind="all_clear", sender="nagon@annan.se"), "http")
    assert len(kept.open) == 1


async def test_an_exercise_ends_nothing_that_is_in_earnest(kept: Kept) -> None:
    ours = intake(kept, tests=True)
    await ours.take(message("1"), "vma")
    await ours.take(message("2", "1", kind="all_clear", status="exercise"), "vma")
    assert len(kept.open) == 1


async def test_what_could_not_be_written_down_is_made_whole_the_next_time(kept: Kept) -> None:
    ours = intake(kept)
    kept.full = True
    with pytest.raises(NotKept):
        await ours.take(message(), "http")
    kept.full = False
    assert (await ours.take(message(), "http")).outcome == "proposed"


async def test_what_is_known_is_known_after_a_restart(tmp_path: Path) -> None:
    heed = Heed(Region.of(["14"]))
    outcomes = []
    for said in (message("1"), message("1"), message("2", "1", kind="all_clear")):
        spool = Spool(tmp_path)
        spool.open()
        ours = Intake(ProposalMemory(spool), heed, lambda: NIGHT)
        outcomes.append((await ours.take(said, "vma")).outcome)
        await spool.close()
    assert outcomes == ["proposed", "known", "closed"]


async def test_what_an_officer_closes_this_moment_is_judged_another_time(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.open()
    memory = ProposalMemory(spool)
    ours = Intake(memory, Heed(Region.of(["14"])), lambda: NIGHT)
    await ours.take(message("1"), "vma")
    [made] = memory.known().values()
    closed = ProposalClosed(occurred_at=NIGHT, trace=made.trace, proposal=made.proposal, by="anna")
    closing = asyncio.create_task(memory.keep(closed))
    await asyncio.sleep(0)
    cancel = message("2", "1", kind="all_clear")
    with pytest.raises(NotKept):
        await ours.take(cancel, "vma")
    await closing
    assert (await ours.take(cancel, "vma")).outcome == "proposed"
    await spool.close()


async def test_a_flood_stops_when_nobody_could_read_it_but_news_of_a_thread_comes_through(
    kept: Kept,
) -> None:
    ours = intake(kept)
    outcomes = [(await ours.take(message(str(n)), "http")).outcome for n in range(MOST_OPEN + 2)]
    assert outcomes.count("proposed") == MOST_OPEN
    assert outcomes[-2:] == ["full", "full"]
    update = message("ny", "1", kind="update")
    assert (await ours.take(update, "http")).outcome == "proposed"
    assert (await ours.take(message("vma"), "vma")).outcome == "proposed"


async def test_the_largest_message_still_fits_the_broker(kept: Kept) -> None:
    shape = tuple((float(n % 90), 18.0) for n in range(900))
    huge = message(
        areas=tuple(
            Area(name=f"Område {n} " * 50, codes=("1490",) * 20, polygons=(shape,))
            for n in range(500)
        ),
        infos=(Info(language="sv", event="V" * 999, headline="V", description="å" * 500_000),),
        web="https://example.se/" + "a" * 5000,
    )
    await intake(kept).take(huge, "http")
    [proposal] = kept.open
    assert len(proposal.model_dump_json().encode()) < 400_000
    assert proposal.infos[0].description.endswith("…")
    assert [len(area.polygons) for area in proposal.areas[:2]] == [1, 0]


async def _proposal(kept: Kept, source: str = "vma", **said: object) -> ProposalMade:
    await intake(kept, "").take(message(**said), "vma" if source == "vma" else "http")
    return kept.open[0]


async def test_the_draft_points_to_sveriges_radio_and_repeats_none_of_its_words(
    kept: Kept,
) -> None:
    web = "https://sverigesradio.se/artikel/vma-vad-ar-det"
    draft = wished(await _proposal(kept, web=web), Region.of(["14"]))
    assert (draft.template, draft.fields, draft.areas) == ("amplify", {"link": web}, ("1490",))
    assert draft.status == "actual"


@pytest.mark.parametrize(
    "web", [None, "https://sverigesradio.se.example/", "https://example.se/sverigesradio.se"]
)
async def test_a_vma_that_leads_elsewhere_leads_to_the_crisis_site(
    kept: Kept, web: str | None
) -> None:
    assert draft_fields(await _proposal(kept, web=web)) == ("amplify", {"link": CRISIS_SITE})


@pytest.mark.parametrize(
    ("web", "link"),
    [
        ("https://grannkommun.se/vatten", "https://grannkommun.se/vatten"),
        ("https://grannkommun.se/" + "a" * 300, ""),
        (None, ""),
    ],
)
async def test_anybody_elses_warning_is_called_theirs(
    kept: Kept, web: str | None, link: str
) -> None:
    template, fields = draft_fields(await _proposal(kept, "http", web=web))
    assert (template, fields) == ("relay", {"link": link, "source": "grannkommun.se"})


@pytest.mark.parametrize(
    ("sender", "source"),
    [
        ("https://varning.example.se/cap", "varning.example.se"),
        ("urn:oid:2.49.0.0.752.0", ""),
        ("http://[", ""),
        ("x@" + "a" * 100, ""),
    ],
)
async def test_a_sender_whose_name_nobody_knows_is_named_by_an_officer(
    kept: Kept, sender: str, source: str
) -> None:
    _, fields = draft_fields(await _proposal(kept, "http", sender=sender))
    assert fields["source"] == source


@pytest.mark.parametrize(
    ("theirs", "ours", "chosen"),
    [
        ((BORAS, UPPSALA), ["14"], ("1490",)),
        ((Area(name="Västra Götalands län", codes=("14",)),), ["1490"], ("14",)),
        ((Area(name="Sverige", codes=("00",)),), ["1490", "14"], ("14", "1490")),
        ((Area(name="Längs kusten"),), ["14"], ("14",)),
        ((BORAS,), [], ("1490",)),
    ],
)
def test_the_draft_is_for_those_of_their_areas_that_are_ours(
    theirs: tuple[Area, ...], ours: list[str], chosen: tuple[str, ...]
) -> None:
    assert Region.of(ours).chosen(theirs) == chosen
