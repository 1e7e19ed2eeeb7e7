"""The simulated Matrix server answers as Synapse did when it was asked the same."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

from tests.simulator.running import Running, png, running_simulator

pytestmark = pytest.mark.web

API = "/matrix/_matrix/client/v3"
ROOM = f"{API}/rooms/!regionen:simulator.test"
ME = "@regionen:simulator.test"


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    tokens = json.dumps({"regionen-token": "regionen", "other-device": "regionen"})
    with running_simulator(tmp_path_factory.mktemp("simulator"), tokens=tokens) as running:
        yield running


@pytest.fixture
async def client(simulator: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with simulator.client() as made:
        yield made


def text(body: str = "Hej", **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body, **more}


async def send(client: httpx.AsyncClient, content: Any, name: str | None = None) -> httpx.Response:
    return await client.put(f"{ROOM}/send/m.room.message/{name or uuid4()}", json=content)


async def sent(client: httpx.AsyncClient, content: Any) -> str:
    answer = await send(client, content)
    assert answer.status_code == 200
    event: str = answer.json()["event_id"]
    return event


async def redact(client: httpx.AsyncClient, event: str, name: str | None = None) -> httpx.Response:
    return await client.put(f"{ROOM}/redact/{quote(event)}/{name or uuid4()}", json={})


async def replaced(client: httpx.AsyncClient, event: str, body: str) -> str:
    relation = {"rel_type": "m.replace", "event_id": event}
    new = {"m.new_content": text(body), "m.relates_to": relation}
    return await sent(client, text(f"* {body}", **new))


async def read(client: httpx.AsyncClient, event: str) -> dict[str, Any]:
    said: dict[str, Any] = (await client.get(f"{ROOM}/event/{quote(event)}")).json()
    return said


async def backwards(client: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    wanted = json.dumps({"types": ["m.room.message"], "senders": [ME]})
    asked = {"dir": "b", "filter": wanted, **asked}
    page: dict[str, Any] = (await client.get(f"{ROOM}/messages", params=asked)).json()
    return page


def failure(answer: httpx.Response) -> tuple[int, str, str]:
    said = answer.json()
    return answer.status_code, said["errcode"], said["error"]


async def test_a_call_of_the_same_name_is_the_same_event_with_any_words(
    client: httpx.AsyncClient,
) -> None:
    name = str(uuid4())
    first = await send(client, text("Ett"), name)
    second = await send(client, text("Två"), name)
    assert first.json() == second.json()
    event = first.json()["event_id"]
    assert len(event) == 44
    shown = await read(client, event)
    assert shown["content"] == text("Ett")
    assert shown["unsigned"]["transaction_id"] == name
    assert (shown["sender"], shown["type"]) == (ME, "m.room.message")


async def test_calls_at_once_are_told_of_their_own_events(client: httpx.AsyncClient) -> None:
    names = [str(uuid4()) for _ in range(8)] * 2
    answers = await asyncio.gather(*(send(client, text(name), name) for name in names))
    made = [answer.json()["event_id"] for answer in answers]
    assert made[:8] == made[8:]
    shown = [(await read(client, event))["content"]["body"] for event in made]
    assert shown == names


async def test_another_device_makes_another_event_and_is_not_shown_the_name(
    simulator: Running, client: httpx.AsyncClient
) -> None:
    name = str(uuid4())
    first = (await send(client, text(), name)).json()["event_id"]
    bearer = {"Authorization": "Bearer other-device"}
    async with httpx.AsyncClient(base_url=simulator.url, headers=bearer) as other:
        assert (await send(other, text(), name)).json()["event_id"] != first
        assert "transaction_id" not in (await read(other, first))["unsigned"]


async def test_a_name_is_known_again_after_a_restart(tmp_path: Path) -> None:
    with running_simulator(tmp_path) as running:
        async with running.client() as client:
            first = await send(client, text(), "samma")
            running.kill_and_restart()
            assert (await send(client, text(), "samma")).json() == first.json()
            assert (await read(client, first.json()["event_id"]))["content"] == text()


async def test_a_correction_is_an_event_beside_the_first_which_keeps_its_words(
    client: httpx.AsyncClient,
) -> None:
    event = await sent(client, text("Kl. 20"))
    newer = [await replaced(client, event, f"Kl. {hour}") for hour in (21, 22)]
    shown = await read(client, event)
    assert shown["content"] == text("Kl. 20")
    assert shown["unsigned"]["m.relations"]["m.replace"]["event_id"] == newer[1]
    path = f"/matrix/_matrix/client/v1/rooms/!regionen:simulator.test/relations/{quote(event)}"
    listed = (await client.get(f"{path}/m.replace")).json()["chunk"]
    assert [each["event_id"] for each in listed] == newer[::-1]


async def test_what_is_redacted_is_an_empty_frame_and_its_corrections_stay(
    client: httpx.AsyncClient,
) -> None:
    event = await sent(client, text("Fel"))
    correction = await replaced(client, event, "Rätt")
    assert (await redact(client, event)).status_code == 200
    shown = await read(client, event)
    assert shown["content"] == {}
    assert shown["unsigned"]["redacted_because"]["content"] == {"redacts": event}
    path = f"/matrix/_matrix/client/v1/rooms/!regionen:simulator.test/relations/{quote(event)}"
    assert (await client.get(f"{path}/m.replace")).json() == {"chunk": []}
    newest = (await backwards(client))["chunk"][:2]
    assert [each["event_id"] for each in newest] == [correction, event]
    assert newest[0]["content"]["body"] == "* Rätt"
    late = await replaced(client, event, "För sent")
    assert (await read(client, late))["content"]["body"] == "* För sent"


async def test_what_is_gone_or_never_was_may_be_redacted(client: httpx.AsyncClient) -> None:
    event = await sent(client, text())
    first = await redact(client, event, "bort")
    assert (await redact(client, event, "bort")).json() == first.json()
    again = await redact(client, event)
    assert again.status_code == 200
    assert again.json() != first.json()
    assert (await redact(client, "$aldrig")).status_code == 200


async def test_a_page_says_where_the_next_begins_until_one_is_empty(
    client: httpx.AsyncClient,
) -> None:
    made = [await sent(client, text(f"Nummer {number}")) for number in range(3)]
    first = await backwards(client, limit=2)
    assert [each["event_id"] for each in first["chunk"]] == [made[2], made[1]]
    second = await backwards(client, limit=1000, **{"from": first["end"]})
    assert second["chunk"][0]["event_id"] == made[0]
    assert await backwards(client, **{"from": second["end"]}) == {
        "start": second["end"],
        "chunk": [],
    }


@pytest.mark.parametrize(
    ("content", "status", "errcode", "error"),
    [
        ({"msgtype": "m.text"}, 400, "M_UNKNOWN", "'body' not in content"),
        ([1], 400, "M_BAD_JSON", "Content must be a JSON object."),
        (text(x=1.5), 400, "M_BAD_JSON", "Bad JSON value: float"),
        (text("ord " * 20_000), 413, "M_TOO_LARGE", "event too large"),
    ],
)
async def test_what_a_room_cannot_hold_is_refused(
    client: httpx.AsyncClient, content: Any, status: int, errcode: str, error: str
) -> None:
    assert failure(await send(client, content)) == (status, errcode, error)


async def test_who_is_not_in_a_room_is_told_so(client: httpx.AsyncClient) -> None:
    path = f"{API}/rooms/!annan:simulator.test"
    words = f"User {ME} not in room !annan:simulator.test"
    answer = await client.put(f"{path}/send/m.room.message/1", json=text())
    assert failure(answer) == (403, "M_FORBIDDEN", words)
    for reading in ("messages?dir=b", "state/m.room.power_levels"):
        said = failure(await client.get(f"{path}/{reading}"))
        assert said == (403, "M_FORBIDDEN", f"{words}, and room previews are disabled")


async def test_a_token_is_missing_or_unknown(simulator: Running) -> None:
    async with httpx.AsyncClient(base_url=simulator.url) as nobody:
        path = f"{API}/account/whoami"
        assert failure(await nobody.get(path)) == (401, "M_MISSING_TOKEN", "Missing access token")
        answer = await nobody.get(path, headers={"Authorization": "Bearer x"})
        assert failure(answer)[:2] == (401, "M_UNKNOWN_TOKEN")
        assert answer.json()["soft_logout"] is False


async def test_a_limit_is_told_in_a_header_and_in_milliseconds(client: httpx.AsyncClient) -> None:
    effect = {"kind": "throttle", "retry_after": 7}
    rule = {"method": "PUT", "path": f"{API}/rooms", "effect": effect, "count": 1}
    (await client.post("/faults", json=rule)).raise_for_status()
    answer = await send(client, text())
    assert failure(answer)[:2] == (429, "M_LIMIT_EXCEEDED")
    assert answer.json()["retry_after_ms"] == 7000
    assert answer.headers["Retry-After"] == "7"


async def test_a_picture_is_shown_on_the_wall_with_the_words(
    simulator: Running, client: httpx.AsyncClient
) -> None:
    headers = {"Content-Type": "image/png"}
    uploaded = await client.post("/matrix/_matrix/media/v3/upload", content=png(), headers=headers)
    image = {"msgtype": "m.image", "body": "Dörren", "url": uploaded.json()["content_uri"]}
    await sent(client, image)
    newest = simulator.record()[-1]
    assert (newest["what"], newest["text"]) == ("published", "Dörren")
    page = await client.get(f"/matrix/room/regionen.room/{newest['id']}")
    assert "Dörren" in page.text
    assert 'alt="Dörren"' in page.text
