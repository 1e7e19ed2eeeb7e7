"""An alert reaches every channel, and a newer word never overtakes it wrongly."""

import asyncio
from datetime import timedelta
from pathlib import Path

from schemas.codes import Code
from services.publisher.domain.answers import Answer, NotNow, Refused, Unclear
from services.publisher.domain.rules import Repeat
from services.publisher.ports import Parcel
from services.publisher.siren.desk import Customs
from tests.harness.waiting import eventually
from tests.publisher.fakes import Square
from tests.siren.builders import bulletin, word
from tests.siren.stage import siren

BUSY = NotNow(Code.CHANNEL_BUSY, {"channel": "torget", "status": 503}, timedelta(minutes=10))
LOST = Unclear(Code.ANSWER_LOST, {"channel": "torget"})


class Hanging(Square):
    """Takes what it is given, and says nothing until it is let go."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.asked = asyncio.Event()
        self.let_go = asyncio.Event()

    async def commit(self, parcel: Parcel) -> Answer:
        self.asked.set()
        await self.let_go.wait()
        return await super().commit(parcel)


def texts(square: Square) -> list[str]:
    return [parcel.content.text for parcel in square.shown.values()]


async def test_a_confirmed_alert_is_public_in_every_channel_once(tmp_path: Path) -> None:
    squares = {name: Square(name) for name in ("torget", "kajen", "backen")}
    async with siren(tmp_path, squares) as one:
        told = await one.out(list(squares))
        alert = told.fact.alert
        await eventually(lambda: {one.state(alert, 1, name) for name in squares} == {"published"})
        assert [texts(each) for each in squares.values()] == [
            ["Koka dricksvattnet. Nr 2026-7."]
        ] * 3
        assert [len(each.calls) for each in squares.values()] == [1, 1, 1]


async def test_a_channel_that_hangs_keeps_nobody_waiting(tmp_path: Path) -> None:
    hanging, well = Hanging("torget"), Square("kajen")
    async with siren(tmp_path, {"torget": hanging, "kajen": well}) as one:
        await one.out(["torget", "kajen"])
        await hanging.asked.wait()
        await eventually(lambda: texts(well) == ["Koka dricksvattnet. Nr 2026-7."])
        assert not hanging.calls


async def test_where_it_has_not_gone_out_a_correction_stops_it_and_says_nothing(
    tmp_path: Path,
) -> None:
    busy, well = Square("torget"), Square("kajen")
    busy.answers = [BUSY] * 50
    async with siren(tmp_path, {"torget": busy, "kajen": well}) as one:
        told = await one.out(["torget", "kajen"])
        await eventually(lambda: well.shown)
        await eventually(lambda: one.state(told.fact.alert, 1, "torget") == "waiting")
        await one.correct(told)
        alert = told.fact.alert
        await eventually(
            lambda: {one.state(alert, number, "torget") for number in (1, 2)} == {"cancelled"}
        )
        await eventually(lambda: len(well.shown) == 2)
        assert not busy.shown


async def test_a_correction_follows_a_call_that_is_under_way(tmp_path: Path) -> None:
    slow = Hanging("torget")
    async with siren(tmp_path, {"torget": slow}) as one:
        told = await one.out(["torget"])
        await slow.asked.wait()
        await one.correct(told)
        slow.let_go.set()
        await eventually(lambda: len(slow.calls) == 2)
        assert [each.content.text[:8] for each in slow.calls] == ["Koka dri", "Rättelse"]
        await eventually(lambda: texts(slow)[0].startswith("[correction] Koka"))


async def test_what_is_public_is_changed_to_say_that_it_was_wrong(tmp_path: Path) -> None:
    square = Square()
    async with siren(tmp_path, {"torget": square}) as one:
        told = await one.out(["torget"])
        await eventually(lambda: one.state(told.fact.alert, 1, "torget") == "published")
        await one.correct(told)
        await eventually(
            lambda: (
                texts(square)
                == [
                    "[correction] Koka dricksvattnet. Nr 2026-7.",
                    "Rättelse: vattnet är bra. Nr 2026-7.",
                ]
            )
        )
        assert len(square.calls) == 2


async def test_what_cannot_be_changed_there_is_taken_away_when_it_was_wrong(tmp_path: Path) -> None:
    square = Square()
    square.amends = "remove"
    async with siren(tmp_path, {"torget": square}) as one:
        told = await one.out(["torget"])
        await eventually(lambda: one.state(told.fact.alert, 1, "torget") == "published")
        await one.correct(told)
        await eventually(lambda: texts(square) == ["Rättelse: vattnet är bra. Nr 2026-7."])


async def test_where_it_is_uncertain_a_correction_goes_out_at_once(tmp_path: Path) -> None:
    square = Square(by=Repeat.LOOK_UP)
    square.answers = [LOST]
    async with siren(tmp_path, {"torget": square}) as one:
        told = await one.out(["torget"])
        await eventually(lambda: one.state(told.fact.alert, 1, "torget") == "uncertain")
        await one.correct(told)
        await eventually(lambda: one.state(told.fact.alert, 2, "torget") == "published")
        assert one.state(told.fact.alert, 1, "torget") == "uncertain"
        await eventually(lambda: one.state(told.fact.alert, 1, "torget") == "corrected", within=20)
        assert len(square.calls) == 2


async def test_where_nobody_can_find_out_an_alert_is_sent_again_as_declared(tmp_path: Path) -> None:
    square = Square(by=Repeat.NONE)
    square.answers = [LOST]
    async with siren(tmp_path, {"torget": square}) as one:
        told = await one.out(["torget"])
        await eventually(lambda: one.state(told.fact.alert, 1, "torget") == "published", within=20)
        assert len(square.calls) == 2
        assert one.entry(told.fact.alert, 1, "torget").repeats == 1


async def test_a_channel_that_has_no_time_is_asked_again_within_seconds(tmp_path: Path) -> None:
    square = Square()
    square.answers = [BUSY]
    async with siren(tmp_path, {"torget": square}) as one:
        told = await one.out(["torget"])
        await eventually(lambda: one.state(told.fact.alert, 1, "torget") == "published", within=15)


async def test_a_countdown_can_be_stopped_and_then_nothing_goes_out(tmp_path: Path) -> None:
    square = Square()
    customs = Customs(countdown=timedelta(seconds=0.5))
    async with siren(tmp_path, {"torget": square}, customs) as one:
        told = await one.out(["torget"])
        await one.desk.drop(word("astrid", "drop", told.fact.alert))
        assert one.state(told.fact.alert, 1, "torget") == "cancelled"
        await asyncio.sleep(0.7)
        assert one.state(told.fact.alert, 1, "torget") == "cancelled"
        assert not square.calls


async def test_after_its_countdown_an_alert_goes_out_by_itself(tmp_path: Path) -> None:
    square = Square()
    customs = Customs(countdown=timedelta(seconds=0.3))
    async with siren(tmp_path, {"torget": square}, customs) as one:
        told = await one.out(["torget"])
        assert not square.calls
        await eventually(lambda: square.shown)
        assert told.fact.issued[0].release_at > told.fact.issued[0].accepted_at


async def test_an_update_takes_the_place_of_what_has_not_gone_out(tmp_path: Path) -> None:
    busy = Square("torget")
    busy.answers = [BUSY]
    async with siren(tmp_path, {"torget": busy}) as one:
        told = await one.out(["torget"])
        await eventually(lambda: one.state(told.fact.alert, 1, "torget") == "waiting")
        newer = bulletin("update")
        await one.desk.follow(word("bo", "update", told.fact.alert, newer, {}), newer, {})
        await eventually(lambda: texts(busy) == ["Koka dricksvattnet, också i Tunadal. Nr 2026-7."])
        await eventually(lambda: one.state(told.fact.alert, 1, "torget") == "cancelled")


async def test_a_process_that_dies_leaves_nothing_out_and_repeats_nothing(tmp_path: Path) -> None:
    square, refuses, busy = Square("torget"), Square("kajen"), Square("backen")
    refuses.answers = [
        Refused(Code.CHANNEL_REFUSED, {"channel": "kajen", "status": 400, "why": "-"})
    ]
    busy.answers = [BUSY] * 50
    squares = {"torget": square, "kajen": refuses, "backen": busy}
    async with siren(tmp_path, squares) as one:
        told = await one.out(list(squares))
        alert = told.fact.alert
        await eventually(lambda: one.state(alert, 1, "torget") == "published")
        await eventually(lambda: one.state(alert, 1, "kajen") == "failed")
        await eventually(lambda: one.state(alert, 1, "backen") == "waiting")
    busy.answers = []
    async with siren(tmp_path, squares) as one:
        await eventually(lambda: one.state(alert, 1, "backen") == "published", within=15)
        assert [len(each.calls) for each in (square, refuses)] == [1, 1]
