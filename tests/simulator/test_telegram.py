"""The simulated Telegram is as awkward as the real one."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from simulator.telegram.desk import account_of
from tests.simulator.running import Running, png, running_simulator

pytestmark = pytest.mark.web

TOKEN = "regionen-token"
CHAT = f"@{account_of('regionen')}"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_simulator(tmp_path_factory.mktemp("telegram")) as simulator:
        yield simulator


@pytest.fixture
async def client(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=running.url, trust_env=False) as made:
        yield made


async def ask(
    client: httpx.AsyncClient, method: str, token: str = TOKEN, **said: Any
) -> dict[str, Any]:
    path = f"/telegram/bot{token}/{method}"
    answer = await client.post(path, json={"chat_id": CHAT, **said})
    body: dict[str, Any] = answer.json()
    assert body["ok"] is (answer.status_code == 200)
    assert body.get("error_code", 200) == answer.status_code
    return body


@pytest.mark.parametrize(
    ("token", "status", "words"),
    [("wrong", 404, "Not Found"), ("110201543:AAHdqTcvCH1", 401, "Unauthorized")],
)
async def test_what_could_not_be_a_token_is_a_wrong_address(
    client: httpx.AsyncClient, token: str, status: int, words: str
) -> None:
    body = await ask(client, "sendMessage", token, text="Hej")
    assert (body["error_code"], body["description"]) == (status, words)


async def test_numbers_grow_by_one_and_are_never_given_again(running: Running) -> None:
    async def sent(client: httpx.AsyncClient) -> int:
        return int((await ask(client, "sendMessage", text="Hej"))["result"]["message_id"])

    async with httpx.AsyncClient(base_url=running.url, trust_env=False) as client:
        first, second = await sent(client), await sent(client)
        assert second == first + 1
        await ask(client, "deleteMessages", message_ids=[second])
        assert await sent(client) == second + 1
    running.kill_and_restart()
    async with httpx.AsyncClient(base_url=running.url, trust_env=False) as client:
        assert await sent(client) == second + 2


async def test_an_album_is_several_messages_of_which_one_has_words(
    client: httpx.AsyncClient,
) -> None:
    media = '[{"type":"photo","media":"attach://a","caption":"Två"},{"type":"photo","media":"attach://b"}]'
    files = {name: (name, png(), "image/png") for name in ("a", "b")}
    given = {"chat_id": CHAT, "media": media}
    path = f"/telegram/bot{TOKEN}/sendMediaGroup"
    first, second = (await client.post(path, data=given, files=files)).json()["result"]
    assert second["message_id"] == first["message_id"] + 1
    assert (first["caption"], second.get("caption")) == ("Två", None)


@pytest.mark.parametrize(
    ("method", "said", "words"),
    [
        ("sendMessage", {"text": ""}, "message text is empty"),
        ("sendMessage", {"text": "x" * 4097}, "message is too long"),
        ("sendMessage", {"text": "x", "chat_id": "@annan"}, "chat not found"),
        ("editMessageText", {"text": "x", "message_id": 99999}, "message to edit not found"),
    ],
)
async def test_a_bad_request_is_told_in_words(
    client: httpx.AsyncClient, method: str, said: dict[str, Any], words: str
) -> None:
    assert (await ask(client, method, **said))["description"] == f"Bad Request: {words}"


async def test_a_change_that_changes_nothing_is_a_bad_request(client: httpx.AsyncClient) -> None:
    number = (await ask(client, "sendMessage", text="Hej"))["result"]["message_id"]
    body = await ask(client, "editMessageText", text="Hej", message_id=number)
    assert "message is not modified" in body["description"]
    none = await ask(client, "editMessageCaption", caption="Hej", message_id=number)
    assert "there is no caption" in none["description"]


async def test_what_is_gone_is_passed_over_when_it_is_deleted(client: httpx.AsyncClient) -> None:
    assert (await ask(client, "deleteMessages", message_ids=[987654]))["result"] is True
