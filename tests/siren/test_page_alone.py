"""What the page offers while there is still time, and where there is no second officer."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from services.publisher.siren.desk import Customs
from tests.siren.page import confirm, issue, squares, web


async def test_in_the_countdown_it_can_be_stopped(tmp_path: Path) -> None:
    channels = squares()
    async with web(tmp_path, channels, Customs(countdown=timedelta(minutes=1))) as one:
        await issue(await one.officer())
        bo = await confirm(one)
        assert re.search(r'data-left="(59|60)\d{3}"', bo.page)
        page = await bo.send(bo.action("/drop"))
        assert "Ingenting av det går ut." in page
        assert not any(square.calls for square in channels.values())


async def test_when_nobody_answers_the_page_says_what_is_left(tmp_path: Path) -> None:
    customs = Customs(solo=True, solo_countdown=timedelta(minutes=1))
    async with web(tmp_path, squares(), customs, late=timedelta(seconds=-1)) as one:
        astrid = await one.officer()
        assert "Ingen har bekräftat än" in await issue(astrid)
        alone = await astrid.open(f"{astrid.path}/alone")
        assert "Skicka på mitt ord ensam" in alone
        page = await astrid.send(astrid.action("/confirm"))
        assert "Stoppa" in page
        assert one.facts()[0].issued[0].way == "solo"


@pytest.mark.parametrize(("code", "way"), [("BRYT-GLAS", "sealed"), ("FEL", None)])
async def test_a_sealed_code_stands_for_the_second_officer(
    tmp_path: Path, code: str, way: str | None
) -> None:
    async with web(tmp_path, squares(), late=timedelta(seconds=-1)) as one:
        astrid = await one.officer()
        await issue(astrid)
        await astrid.open(f"{astrid.path}/alone")
        await astrid.send(astrid.action("/confirm"), {"sealed": code})
        issued = one.facts()[0].issued
        assert [each.way for each in issued] == ([way] if way else [])
        assert way or 'id="sealed-fault"' in astrid.page


async def test_another_officer_reviews_what_one_sent_alone(tmp_path: Path) -> None:
    customs = Customs(solo_countdown=timedelta(0))
    async with web(tmp_path, squares(), customs, late=timedelta(seconds=-1)) as one:
        astrid = await one.officer()
        await issue(astrid)
        await astrid.open(f"{astrid.path}/alone")
        await astrid.send(astrid.action("/confirm"), {"sealed": "BRYT-GLAS"})
        bo = await one.officer("bo")
        assert "Läs och granska" in await bo.open("/")
        await bo.open(f"/alerts/{one.facts()[0].alert}")
        assert "Jag har granskat det" in bo.page
        await bo.send(bo.action("/review"))
        assert not one.facts()[0].unreviewed
        assert "Jag har granskat det" not in bo.page
