"""Listeners hear every change in order, go on where they were, and are cut when too slow."""

import asyncio
from uuid import UUID

import pytest

from services.planner.api.board import told
from services.planner.domain.transitions import draft
from services.planner.live import LISTENERS, QUEUED, REMEMBERED, Change, Cut, Listener, Live
from tests.harness.waiting import eventually
from tests.planner.deliveries import delivery
from tests.planner.samples import ANNA, NOW, written
from tests.planner.test_transitions import document
from tests.planner.web import Web

A, B, C = (Change("post", "post.edited.v1", UUID(int=number)) for number in range(3))


async def taken(listener: Listener, count: int) -> list[tuple[str, Change]]:
    found = [await listener.next(0.1) for _ in range(count)]
    return [item for item in found if item is not None]


async def test_changes_come_in_order() -> None:
    live = Live()
    with live.listen() as listener:
        live.tell([A, B])
        live.tell([C])
        assert [change for _, change in await taken(listener, 3)] == [A, B, C]
        assert await listener.next(0.01) is None


async def test_who_comes_back_goes_on() -> None:
    live = Live()
    with live.listen() as listener:
        live.tell([A, B, C])
        [(first, _)] = await taken(listener, 1)
    with live.listen(first) as again:
        assert [change for _, change in await taken(again, 2)] == [B, C]


@pytest.mark.parametrize("last", ["nonsense", "00000000-1"])
async def test_who_was_somewhere_else_begins_anew(last: str) -> None:
    live = Live()
    live.tell([A])
    with live.listen(last) as listener:
        assert [change.kind for _, change in await taken(listener, 1)] == ["reset"]


async def test_who_was_away_too_long_begins_anew() -> None:
    live = Live()
    with live.listen() as listener:
        live.tell([A])
        [(first, _)] = await taken(listener, 1)
    live.tell([B] * (REMEMBERED + 1))
    with live.listen(first) as again:
        assert [change.kind for _, change in await taken(again, 1)] == ["reset"]


async def test_a_slow_listener_is_cut_and_others_are_not() -> None:
    live = Live()
    with live.listen() as slow, live.listen() as quick:
        for _ in range(QUEUED + 10):
            live.tell([A])
            assert await quick.next(0.1) is not None
        await taken(slow, QUEUED)
        with pytest.raises(Cut):
            await slow.next(0.1)


async def test_the_oldest_of_too_many_is_cut() -> None:
    live = Live()
    with live.listen() as oldest:
        others = [live.listen() for _ in range(LISTENERS)]
        for other in others:
            other.__enter__()
        with pytest.raises(Cut):
            await oldest.next(0.1)
        for other in others:
            other.__exit__(None, None, None)


async def test_events_are_written_as_browsers_read_them(web: Web) -> None:
    events = told(web.desk, None)
    assert await anext(events) == "retry: 1000\n\n"
    web.draw(delivery("published"))
    async with asyncio.timeout(1):
        said = (await anext(events)).splitlines()
    assert said[0].startswith("id: ")
    assert said[1] == "event: post"
    assert said[2].startswith('data: {"type": "delivery.published.v1"')
    await events.aclose()  # type: ignore[attr-defined]


async def test_a_long_poll_answers_when_its_post_changes(web: Web) -> None:
    async with web.client() as anna:
        drafted = await anna.post("/api/v1/posts", json=written())
        path = drafted.headers["location"]
        headers = {"If-None-Match": drafted.headers["etag"]}
        waiting = asyncio.create_task(anna.get(f"{path}?wait=20", headers=headers))
        await eventually(lambda: bool(web.desk.live._listeners), within=2)
        web.memory.put(draft(document(), UUID(int=9), ANNA, NOW).post)
        await asyncio.sleep(0)
        assert not waiting.done()
        web.draw(delivery("attempted", post=UUID(drafted.json()["id"])))
        async with asyncio.timeout(2):
            said = await waiting
    assert said.status_code == 200
    assert said.headers["etag"] != drafted.headers["etag"]
