"""Posts on the simulated Mastodon: once per key, checked, edited, deleted, and read back."""

import asyncio

import httpx
import pytest

from tests.harness.waiting import eventually
from tests.simulator.running import STATUSES, Running, png, running_simulator

pytestmark = pytest.mark.web
MEDIA = "/mastodon/api/v2/media"


async def _post(client: httpx.AsyncClient, text: str, key: str | None = None) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return await client.post(STATUSES, data={"status": text}, headers=headers)


async def _upload(
    client: httpx.AsyncClient, content: bytes = png(), alt: str = ""
) -> httpx.Response:
    files = {"file": ("bild.png", content, "image/png")}
    return await client.post(MEDIA, files=files, data={"description": alt})


async def test_many_requests_with_one_key_at_once_make_one_post(
    simulator: Running, client: httpx.AsyncClient
) -> None:
    before = len(simulator.record())
    answers = await asyncio.gather(*(_post(client, "En gång", "same") for _ in range(20)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    written = [entry["what"] for entry in simulator.record(after=before)]
    assert sorted(written) == ["published"] + ["replayed"] * 19
    summary = (await client.get("/record/summary")).json()
    [group] = [group for group in summary["by_key"] if group["key"] == "same"]
    assert (group["published"], group["replayed"]) == (1, 19)
    assert summary["key_twice"] is False


async def test_a_key_belongs_to_its_account_and_the_body_does_not_matter(
    client: httpx.AsyncClient,
) -> None:
    first = await _post(client, "Ett", "shared")
    again = await client.post(
        STATUSES, json={"status": "Två"}, headers={"Idempotency-Key": "shared"}
    )
    other = await client.post(
        STATUSES,
        json={"status": "Tre"},
        headers={"Idempotency-Key": "shared", "Authorization": "Bearer kris-token"},
    )

    assert again.json()["id"] == first.json()["id"]
    assert "Ett" in again.json()["content"]
    assert other.json()["id"] != first.json()["id"]


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"status": " "}, 422, "can't be blank"),
        ({"status": "x" * 501}, 422, "character limit of 500 exceeded"),
        ({"status": "x", "media_ids[]": ["12", "13"]}, 422, "Media 12, 13 not found"),
        ({"status": "x", "media_ids[]": list("12345")}, 422, "more than 4 files"),
        ({"status": "x", "in_reply_to_id": "12"}, 404, "Record not found"),
        ({"status": "x", "scheduled_at": "2020-01-01T00:00:00Z"}, 422, "must be in the future"),
        ({"status": "x", "scheduled_at": "2099-01-01T00:00:00Z"}, 422, "schedules nothing"),
    ],
)
async def test_a_post_that_mastodon_would_refuse_is_refused_and_written_down(
    simulator: Running,
    client: httpx.AsyncClient,
    fields: dict[str, str | list[str]],
    status: int,
    words: str,
) -> None:
    before = len(simulator.record())
    answer = await client.post(STATUSES, data=fields)

    assert answer.status_code == status
    assert words in answer.json()["error"]
    [entry] = simulator.record(after=before)
    assert (entry["what"], entry["status"]) == ("request", status)


async def test_a_long_link_counts_as_23_characters(client: httpx.AsyncClient) -> None:
    link = "https://regionen.example/" + "lång-" * 60
    assert (await _post(client, "x" * 477 + " " + link)).status_code == 422
    assert (await _post(client, "x" * 476 + " " + link)).status_code == 200
    # Glued to a word it is no link, so every character counts.
    assert (await _post(client, "x" * 476 + link)).status_code == 422


async def test_only_images_are_taken_and_each_goes_to_one_post(client: httpx.AsyncClient) -> None:
    assert (await _upload(client, b"not an image")).status_code == 422
    media = (await _upload(client, alt="En skylt")).json()
    assert media["description"] == "En skylt"
    changed = await client.put(
        f"/mastodon/api/v1/media/{media['id']}", data={"description": "En röd skylt"}
    )
    assert changed.json()["description"] == "En röd skylt"

    fields = {"status": "Bild", "media_ids": [media["id"]]}
    post = (await client.post(STATUSES, json=fields)).json()
    [attached] = post["media_attachments"]
    assert attached["description"] == "En röd skylt"
    assert (await client.get(attached["url"])).content == png()
    assert (await client.post(STATUSES, json=fields)).status_code == 422


async def test_a_busy_server_makes_the_client_wait_for_its_image(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("busy")
    with running_simulator(folder, media_seconds="2") as running:
        async with running.client() as client:
            media = await _upload(client)
            assert (media.status_code, media.json()["url"]) == (202, None)
            address = f"/mastodon/api/v1/media/{media.json()['id']}"
            assert (await client.get(address)).status_code == 206
            fields = {"status": "Bild", "media_ids": [media.json()["id"]]}
            early = await client.post(STATUSES, json=fields)
            assert (early.status_code, "not finished" in early.json()["error"]) == (422, True)

            async def ready() -> bool:
                return (await client.get(address)).status_code == 200

            await eventually(ready)
            assert (await client.post(STATUSES, json=fields)).status_code == 200


async def test_an_edit_changes_words_and_alt_text_and_a_deleted_post_is_gone(
    simulator: Running, client: httpx.AsyncClient
) -> None:
    media = (await _upload(client, alt="Fel")).json()
    created = await client.post(STATUSES, json={"status": "Fell", "media_ids": [media["id"]]})
    post_id = created.json()["id"]
    address = f"{STATUSES}/{post_id}"
    edited = await client.put(
        address,
        data={
            "status": "Rätt",
            "media_attributes[][id]": media["id"],
            "media_attributes[][description]": "Bättre",
        },
    )
    assert edited.json()["media_attachments"][0]["description"] == "Bättre"
    assert edited.json()["edited_at"] is not None
    assert (await client.get(f"{address}/source")).json()["text"] == "Rätt"
    other = await client.delete(address, headers={"Authorization": "Bearer kris-token"})
    assert other.status_code == 404

    gone = await client.delete(address)
    assert (gone.status_code, gone.json()["text"]) == (200, "Rätt")
    assert (await client.get(address)).status_code == 404
    assert (await client.get(created.json()["url"])).status_code == 404
    written = [entry["what"] for entry in simulator.record() if entry.get("id") == post_id]
    assert written == ["published", "edited", "deleted"]


async def test_a_timeline_pages_both_ways(client: httpx.AsyncClient) -> None:
    kris = {"Authorization": "Bearer kris-token"}
    before = (await client.get("/mastodon/api/v1/accounts/lookup?acct=kris")).json()
    address = f"/mastodon/api/v1/accounts/{before['id']}/statuses"
    ids = [
        (await client.post(STATUSES, data={"status": f"Nr {n}"}, headers=kris)).json()["id"]
        for n in range(5)
    ]

    async def page(query: str) -> list[str]:
        answer = await client.get(f"{address}?exclude_reblogs=true&{query}")
        return [status["id"] for status in answer.json()]

    assert (await page(f"min_id={ids[0]}&limit=2")) == [ids[2], ids[1]]
    assert (await page(f"since_id={ids[0]}&limit=2")) == [ids[4], ids[3]]
    assert (await page(f"max_id={ids[2]}&limit=1")) == [ids[1]]


async def test_wrong_tokens_are_told_apart_from_none(client: httpx.AsyncClient) -> None:
    bad = await client.post(
        STATUSES, data={"status": "x"}, headers={"Authorization": "Bearer other"}
    )
    none = await client.post(STATUSES, data={"status": "x"}, headers={"Authorization": ""})

    assert (bad.status_code, bad.json()) == (401, {"error": "The access token is invalid"})
    assert none.status_code == 401
    assert none.json() == {"error": "This method requires an authenticated user"}


async def test_comments_come_with_age_and_can_be_answered(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with running_simulator(tmp_path_factory.mktemp("old"), speed="500000") as running:
        async with running.client() as client:
            post = (await _post(client, "Frågor? #samtal")).json()
            address = f"{STATUSES}/{post['id']}"

            async def comments() -> list[dict[str, str]]:
                context = await client.get(f"{address}/context")
                found: list[dict[str, str]] = context.json()["descendants"]
                return found

            [comment, *_] = await eventually(comments)
            answer = await client.post(
                STATUSES, json={"status": "Svar!", "in_reply_to_id": comment["id"]}
            )
            beneath = (await client.get(f"{STATUSES}/{comment['id']}/context")).json()
            assert [status["id"] for status in beneath["descendants"]] == [answer.json()["id"]]
            assert [status["id"] for status in beneath["ancestors"]] == [post["id"]]

            async def counted_as_shown() -> bool:
                # Comments keep coming until all are there, so the two may differ for a moment.
                shown = await comments()
                return bool((await client.get(address)).json()["replies_count"] == len(shown))

            await eventually(counted_as_shown)
