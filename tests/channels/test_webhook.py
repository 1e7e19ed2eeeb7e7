"""What a receiver is told, and that it can be sure who told it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.publisher.channels.webhook import WebhookChannel
from services.publisher.domain.answers import Published, Unclear
from services.publisher.domain.rules import Repeat
from tests.channels.builders import AT, content, parcel, proof_of, sought
from tests.channels.fault_server import Fault
from tests.channels.platforms.webhook import Hook

pytestmark = pytest.mark.web


async def test_a_message_says_what_is_new_under_a_name_that_never_changes(
    webhook_receiver: Hook,
) -> None:
    channel = webhook_receiver.channel()
    sent = parcel("Öppet i kväll", title="Vårdcentralen", link="https://a.example/b")
    answer = await channel.commit(sent)
    assert answer == Published(sent.key, channel.url)
    [asked] = webhook_receiver.server.asked
    assert asked.headers["webhook-id"] == asked.headers["idempotency-key"] == sent.key
    assert abs(int(asked.headers["webhook-timestamp"]) - datetime.now(UTC).timestamp()) < 60
    assert json.loads(asked.body) == {
        "type": "post.published",
        "timestamp": AT.isoformat(),
        "data": {
            "id": sent.key,
            "post": str(sent.post),
            "revision": 1,
            "title": "Vårdcentralen",
            "text": "Öppet i kväll",
            "link": "https://a.example/b",
            "language": "sv",
            "series": None,
        },
    }
    await channel.commit(sent)
    first, second = webhook_receiver.server.asked
    assert first.body == second.body
    await channel.close()


async def test_what_is_changed_and_taken_away_is_told_as_well(webhook_receiver: Hook) -> None:
    channel = webhook_receiver.channel()
    sent = parcel("Kl. 20")
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    proof = proof_of(answer)
    changed = replace(sent, key="another", revision=2, content=content("Kl. 21"))
    assert await channel.correct(changed, proof) == answer
    assert await channel.retract(proof) == answer
    told = list(webhook_receiver.server.told.values())
    assert [each["type"] for each in told] == ["post.published", "post.corrected", "post.retracted"]
    assert (told[1]["data"]["id"], told[1]["data"]["text"]) == (sent.key, "Kl. 21")
    assert told[2]["data"] == {"id": sent.key}
    await channel.close()


async def test_a_redirect_is_not_followed(webhook_receiver: Hook) -> None:
    channel = webhook_receiver.channel()
    elsewhere = (("Location", f"{webhook_receiver.server.url}/elsewhere"),)
    webhook_receiver.server.faults.append(Fault(path="/hook", status=307, headers=elsewhere))
    assert isinstance(await channel.commit(parcel()), Unclear)
    assert [asked.path for asked in webhook_receiver.server.asked] == ["/hook"]
    await channel.close()


async def test_a_receiver_that_promises_nothing_is_never_told_twice(webhook_receiver: Hook) -> None:
    url = webhook_receiver.server.url
    made = webhook_receiver.channel()
    assert made.repeat_safety.by is Repeat.IDEMPOTENCY_KEY
    bare = WebhookChannel(
        "w", "W", f"{url}/hook", b"x", timedelta(seconds=5), public_url=url, remembers=None
    )
    assert bare.repeat_safety.by is Repeat.NONE
    assert isinstance(await bare.find(sought(parcel())), Unclear)
    assert await bare.timeline(AT) is None
    await bare.close()
    await made.close()
