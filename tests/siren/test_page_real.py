"""What the officers' page reads of the siren: its templates, its roll, other people's alerts."""

import json
from pathlib import Path

import schemas
from schemas.alerts import ProposalMade
from schemas.channels import Limits
from schemas.posts import Content
from services.publisher.siren.incoming.region import Region
from services.publisher.siren.officers_page import OfficersRoster, OpenProposals, TemplateShelf
from services.publisher.siren.speech import speak
from tests.siren.enlisted import station
from tests.siren.page import squares, web

EXAMPLE = Path(schemas.__file__).parent / "examples" / "proposal.made.v1.json"
SHELF = TemplateShelf(lambda channel: Limits(characters=100, pictures=4))


def test_every_template_asks_for_three_things_at_most_in_both_languages() -> None:
    for language in ("sv", "en"):
        for offer in SHELF.offers(language):
            assert 1 <= len(offer.fields) <= 3
            assert offer.title
            assert "{" not in offer.said
            assert all(field.label for field in offer.fields)
    assert SHELF.offers("sv")[0].title == "Koka dricksvattnet"
    assert SHELF.offers("en")[0].title == "Boil the drinking water"


def test_a_text_is_counted_as_its_channel_counts_it() -> None:
    room = SHELF.room("torget", Content(text="Koka vattnet."))
    assert (room.used, room.most) == (13, 100)


def test_the_call_list_names_everybody_who_serves(tmp_path: Path) -> None:
    roster = OfficersRoster(station(tmp_path, "astrid", "bo").roll)
    assert [each.officer for each in roster.call_list()] == ["astrid", "bo"]
    assert roster.name_of("astrid") == "Astrid"
    assert roster.name_of("nobody") == "nobody"


async def test_an_officer_closes_somebody_elses_alert(tmp_path: Path) -> None:
    made = ProposalMade.model_validate(json.loads(EXAMPLE.read_text()))
    async with web(tmp_path, squares()) as one:
        proposals = OpenProposals(one.hall.office, Region.of(["1490"]))
        await one.siren.desk.remember(made)
        [shown] = proposals.open(speak("sv"))
        assert shown.proposal == made.proposal
        assert made.infos[0].headline in shown.title
        assert shown.template in {offer.name for offer in SHELF.offers("sv")}
        await proposals.close(made.proposal, "astrid")
        assert proposals.open(speak("sv")) == []
        closed = one.siren.desk.memory.newest(f"siren.proposal.{made.proposal}")
        assert closed is not None
        assert closed.fact.by == "astrid"
