"""The parts that only LinkedIn has: its versions, its little text, its pictures and its list."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.codes import Code
from schemas.deliveries import Proof
from schemas.envelope import Parameters, now
from services.publisher.channels.linkedin.channel import LinkedinChannel
from services.publisher.domain.answers import Absent, Answer, NotNow, Published, Refused, Unclear
from tests.channels import fault_server
from tests.channels.builders import content, parcel, picture_file, proof_of, sought
from tests.channels.fault_server import Asked, FaultServer
from tests.channels.platforms.linkedin import SimulatedLinkedin
from tests.harness.ports import free_port
from tests.simulator.running import running_simulator

pytestmark = pytest.mark.web

SIGNS = r"\ | { } @ [ ] ( ) < > # * _ ~"
LINK = "https://www.regionsolviken.example/hander_(rena)"


@pytest.fixture
def server(simulator: str) -> SimulatedLinkedin:
    return SimulatedLinkedin(simulator)


@pytest.fixture
async def channel(server: SimulatedLinkedin) -> AsyncIterator[LinkedinChannel]:
    made = server.channel()
    assert isinstance(made, LinkedinChannel)
    yield made
    await made.close()


async def recorded(server: SimulatedLinkedin, post: Answer) -> dict[str, Any]:
    assert isinstance(post, Published)
    async with httpx.AsyncClient() as client:
        lines = (await client.get(f"{server.origin}/record")).text.splitlines()
    entries = [json.loads(line) for line in lines]
    number = post.external_id.rpartition(":")[2]
    [one] = [each for each in entries if each.get("id") == number and each["what"] == "published"]
    return dict(one)


async def raw(server: SimulatedLinkedin, commentary: str) -> Published:
    """Make a post as a program that knows nothing of little text would."""
    headers = {
        "Authorization": f"Bearer {server.token}",
        "Linkedin-Version": "202609",
        "X-Restli-Protocol-Version": "2.0.0",
    }
    body = {
        "author": f"urn:li:organization:{server.organization}",
        "commentary": commentary,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED"},
        "lifecycleState": "PUBLISHED",
    }
    base = f"{server.origin}/linkedin"
    async with httpx.AsyncClient(base_url=base, headers=headers) as client:
        answer = await client.post("/rest/posts", json=body)
    assert (answer.status_code, answer.content) == (201, b"")
    return Published(answer.headers["x-restli-id"], "")


async def test_every_sign_of_the_format_reaches_readers(
    server: SimulatedLinkedin, channel: LinkedinChannel
) -> None:
    text = f"Tider {SIGNS} och e-post: rad@example.org, #Tvål_och_vatten, #1 {LINK} {uuid4()}"
    sent = parcel(text)
    answer = await channel.commit(sent)
    assert (await recorded(server, answer))["text"] == text
    assert await channel.find(sought(sent)) == answer


async def test_a_post_that_was_cut_short_is_not_taken_for_the_whole(
    server: SimulatedLinkedin, channel: LinkedinChannel
) -> None:
    opening = f"Mottagningen flyttar {uuid4()} till plan fyra"
    text = f"{opening} (ingång B)."
    cut = await raw(server, text)
    assert (await recorded(server, cut))["text"] == f"{opening} "
    found = await channel.find(sought(parcel(text)))
    assert found == Unclear(Code.ANSWER_UNCLEAR, {"channel": "Kanalen", "status": "a post alike"})


async def test_a_version_that_has_ended_is_told_as_that(server: SimulatedLinkedin) -> None:
    old = server.channel(version="202511")
    told: Parameters = {"channel": "Kanalen", "version": "202511"}
    assert await old.commit(parcel()) == NotNow(Code.VERSION_ENDED, told)
    readiness = await old.check()
    assert (readiness.code, readiness.parameters) == (Code.VERSION_ENDED, told)
    assert isinstance(await old.find(sought(parcel())), Unclear)
    await old.close()


async def test_a_page_that_is_not_ours_is_told_as_a_missing_right(
    server: SimulatedLinkedin,
) -> None:
    stranger = LinkedinChannel(
        "l", "L", "4711", server.token, timedelta(seconds=5), base_url=f"{server.origin}/linkedin"
    )
    answer = await stranger.commit(parcel())
    assert isinstance(answer, NotNow)
    assert answer.code is Code.PERMISSION_MISSING
    assert (await stranger.check()).code is Code.PERMISSION_MISSING
    await stranger.close()


async def test_the_same_words_again_may_be_ours_and_are_no_refusal(
    channel: LinkedinChannel,
) -> None:
    sent = parcel(f"Samma ord {uuid4()}")
    assert isinstance(await channel.commit(sent), Published)
    assert await channel.commit(sent) == Unclear(
        Code.ANSWER_UNCLEAR, {"channel": "Kanalen", "status": "a duplicate"}
    )


async def test_an_unknown_error_is_unclear(
    server: SimulatedLinkedin, channel: LinkedinChannel
) -> None:
    await server.strikes(server.path, {"kind": "status", "status": 409})
    assert await channel.commit(parcel()) == Unclear(
        Code.ANSWER_UNCLEAR, {"channel": "Kanalen", "status": 409}
    )


async def test_a_quota_that_is_used_up_holds_until_midnight_in_utc(
    server: SimulatedLinkedin, channel: LinkedinChannel
) -> None:
    await server.strikes(server.path, {"kind": "throttle", "retry_after": 7})
    answer = await channel.commit(parcel())
    assert isinstance(answer, NotNow)
    assert answer.wait is not None
    until = now() + answer.wait
    midnight = datetime.combine(until.astimezone(UTC).date(), time(), UTC)
    assert timedelta(seconds=55) < until - midnight < timedelta(seconds=65)


async def test_pictures_go_out_in_their_order_with_their_words(
    server: SimulatedLinkedin, channel: LinkedinChannel
) -> None:
    one, two = picture_file("Ett: väntrummet."), picture_file("Två: filten.", b"\x20\xc0\x20")
    for files in ([one], [one, two]):
        answer = await channel.commit(parcel(f"Bilder {uuid4()}", *files))
        shown = (await recorded(server, answer))["media"]
        assert [each["alt"] for each in shown] == [file.picture.alt for file in files]


async def test_a_link_is_a_card_and_beside_pictures_it_stands_in_the_text(
    server: SimulatedLinkedin, channel: LinkedinChannel
) -> None:
    text = f"Tvätta händerna {uuid4()}"
    alone = await recorded(server, await channel.commit(parcel(text, link=LINK)))
    assert (alone["text"], alone["value"]["link"]) == (text, LINK)
    sent = parcel(text, picture_file(), link=LINK)
    beside = await channel.commit(sent)
    assert (await recorded(server, beside))["text"] == f"{text}\n\n{LINK}"


async def test_pictures_and_our_token_go_to_no_other_place_than_the_known_one(
    server: SimulatedLinkedin,
) -> None:
    careful = server.channel(upload_url=f"{server.origin}/linked")
    answer = await careful.commit(parcel(f"Vart? {uuid4()}", picture_file()))
    assert answer == NotNow(
        Code.CHANNEL_BUSY, {"channel": "Kanalen", "status": "an upload address elsewhere"}
    )
    await careful.close()


async def test_a_picture_that_is_worked_on_is_waited_for_and_not_for_ever(tmp_path: Path) -> None:
    with running_simulator(tmp_path / "quick", media_seconds="0.4") as running:
        channel = SimulatedLinkedin(running.url).channel()
        assert isinstance(await channel.commit(parcel("Strax", picture_file())), Published)
        await channel.close()
    with running_simulator(tmp_path / "slow", media_seconds="600") as running:
        channel = SimulatedLinkedin(running.url).channel(within=1)
        answer = await channel.commit(parcel("Aldrig", picture_file()))
        assert answer == NotNow(Code.CHANNEL_UNREACHABLE, {"channel": "Kanalen"})
        await channel.close()


async def test_the_text_can_be_changed_and_neither_pictures_nor_card(
    channel: LinkedinChannel,
) -> None:
    sent = parcel(f"Fel siffra {uuid4()}", picture_file(), picture_file("Två", b"\x20\xc0\x20"))
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    text = f"Rätt siffra {uuid4()}"
    changed = replace(sent, content=content(text, pictures=sent.content.pictures))
    assert await channel.correct(changed, proof_of(answer)) == answer
    unable = Refused(Code.CORRECTION_UNABLE, {"channel": "Kanalen"})
    assert await channel.correct(parcel(text), proof_of(answer)) == unable
    linked = await channel.commit(parcel(f"Med länk {uuid4()}", link=LINK))
    assert isinstance(linked, Published)
    other = parcel(text, link="https://www.regionsolviken.example/annat")
    assert await channel.correct(other, proof_of(linked)) == unable


@pytest.mark.parametrize(
    "url",
    [
        "https://www.linkedin.com/posts/regionen_activity-4711-aB3d",
        "https://www.linkedin.com/feed/update/urn:li:activity:4711/",
    ],
)
async def test_an_address_that_does_not_name_the_post_is_of_no_use(
    channel: LinkedinChannel, url: str
) -> None:
    found = Proof(external_id="", url=url, revision=1, published_at=now())
    assert await channel.correct(parcel(), found) == Refused(
        Code.CORRECTION_UNABLE, {"channel": "Kanalen"}
    )
    assert await channel.retract(found) == Refused(Code.RETRACTION_UNABLE, {"channel": "Kanalen"})


async def test_a_post_that_a_person_found_is_known_by_its_address(
    channel: LinkedinChannel,
) -> None:
    answer = await channel.commit(parcel(f"Funnen {uuid4()}"))
    assert isinstance(answer, Published)
    found = proof_of(replace(answer, external_id=""))
    assert await channel.correct(parcel(f"Rättad {uuid4()}"), found) == Published("", answer.url)
    assert await channel.retract(found) == Published("", answer.url)


@dataclass
class Moving(FaultServer):
    """A list of posts, longer than a page, that gets a post shorter while it is read."""

    moves: bool = False
    posts: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {
                "id": f"urn:li:share:{1000 - number}",
                "createdAt": int((now() - timedelta(seconds=number)).timestamp() * 1000),
                "lifecycleState": "PUBLISHED",
                "commentary": f"Nummer {number:04} i en lång rad av inlägg",
            }
            for number in range(80)
        ]
    )

    def _answer(self, asked: Asked) -> fault_server.Answer:
        start, count = int(asked.query["start"]), int(asked.query["count"])
        page = self.posts[start : start + count]
        if self.moves:
            del self.posts[0]
        return fault_server.Answer(200, json.dumps({"elements": page}).encode())


@pytest.fixture
async def moving() -> AsyncIterator[Moving]:
    server = Moving(free_port())
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def reading(moving: Moving) -> AsyncIterator[LinkedinChannel]:
    made = LinkedinChannel("l", "L", "102", "t", timedelta(seconds=5), base_url=moving.url)
    yield made
    await made.close()


async def test_a_long_list_is_read_to_its_end(reading: LinkedinChannel) -> None:
    since = now() - timedelta(minutes=10)
    last = parcel("Nummer 0079 i en lång rad av inlägg")
    assert isinstance(await reading.find(sought(last, since)), Published)
    assert await reading.find(sought(parcel("Aldrig skickat till någon"), since)) == Absent()


async def test_a_list_that_moves_while_it_is_read_proves_no_absence(
    moving: Moving, reading: LinkedinChannel
) -> None:
    moving.moves = True
    since = now() - timedelta(minutes=10)
    found = await reading.find(sought(parcel("Aldrig skickat till någon"), since))
    assert isinstance(found, Unclear)
    assert await reading.timeline(since) is None


async def test_a_good_check_is_believed_for_a_while_because_calls_are_counted_by_the_day(
    moving: Moving, reading: LinkedinChannel
) -> None:
    for _ in range(3):
        assert (await reading.check()).code is None
    assert len(moving.asked) == 1
    moving.faults.append(fault_server.Fault(path="/rest/posts", status=401))
    assert isinstance(await reading.commit(parcel()), NotNow)
    moving.faults.append(fault_server.Fault(method="GET", path="/rest/posts", status=401))
    assert (await reading.check()).code is Code.CREDENTIALS_REFUSED


async def test_a_post_that_is_not_yet_out_is_neither_there_nor_absent(
    moving: Moving, reading: LinkedinChannel
) -> None:
    words = "Något som plattformen ännu arbetar med"
    moving.posts[3] |= {"commentary": words, "lifecycleState": "PUBLISH_REQUESTED"}
    found = await reading.find(sought(parcel(words), now() - timedelta(minutes=10)))
    assert isinstance(found, Unclear)
    seen = await reading.timeline(now() - timedelta(minutes=10))
    assert words not in [each.text for each in seen or []]


async def test_what_others_have_made_does_not_hide_what_is_ours(
    moving: Moving, reading: LinkedinChannel
) -> None:
    repost = {**moving.posts[0], "id": "urn:li:instantRepost:(urn:li:share:1,2)", "content": {}}
    moving.posts.insert(0, repost)
    last = parcel("Nummer 0079 i en lång rad av inlägg")
    found = await reading.find(sought(last, now() - timedelta(minutes=10)))
    assert isinstance(found, Published)
