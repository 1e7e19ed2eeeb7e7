"""The five channels say of every answer what it proves, and find again what they made public."""

import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from drill.plain import PlainChannel
from drill.platform import (
    KeyedChannel,
    ListedChannel,
    MuteChannel,
    OwnIdChannel,
    TwoPhaseChannel,
)
from schemas.codes import Code
from schemas.envelope import Parameters
from services.publisher.domain.answers import Absent, NotNow, Published, Refused, Unclear
from services.publisher.domain.rules import Repeat
from services.publisher.ports import Channel, TwoPhase
from tests.drill.stage import (
    breaks,
    breaks_on,
    channel_on,
    page,
    parcel,
    proof_of,
    ready,
    record,
    sought,
)
from tests.harness.ports import free_port
from tests.harness.waiting import eventually
from tests.simulator.running import Running, running_simulator

pytestmark = pytest.mark.web

EVERY = (OwnIdChannel, TwoPhaseChannel, KeyedChannel, ListedChannel, MuteChannel)
FINDING = EVERY[:-1]
SAFE = EVERY[:3]
TITLE: Parameters = {"channel": "Konto"}


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_simulator(tmp_path_factory.mktemp("platform")) as running:
        yield running


@pytest.fixture
async def channel(
    request: pytest.FixtureRequest, simulator: Running
) -> AsyncIterator[PlainChannel]:
    made = channel_on(request.param, simulator.url)
    yield made
    await made.close()


def on(*kinds: type[PlainChannel]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("channel", kinds, indirect=True)


def test_each_is_a_channel_and_declares_a_kind_of_its_own() -> None:
    made: list[Channel] = [channel_on(kind, "http://127.0.0.1:1") for kind in EVERY]
    assert {channel.repeat_safety.by for channel in made} == set(Repeat)
    assert len({channel.kind for channel in made}) == len(EVERY)
    assert [isinstance(channel, TwoPhase) for channel in made] == [
        channel.repeat_safety.by is Repeat.TWO_PHASE for channel in made
    ]
    assert [channel.repeat_safety.finds for channel in made] == [True] * 4 + [False]


@on(*EVERY)
async def test_a_post_becomes_public_once_with_its_words(
    simulator: Running, channel: PlainChannel
) -> None:
    sent = await ready(channel)
    answer = await channel.commit(sent)
    assert isinstance(answer, Published)
    [entry] = record(simulator, channel, "published")
    assert (entry["id"], entry["text"]) == (answer.external_id, sent.content.text)
    assert sent.content.text in (await page(answer.url)).text


@on(*SAFE)
async def test_the_same_again_is_the_same_post(simulator: Running, channel: PlainChannel) -> None:
    sent = await ready(channel)
    assert await channel.commit(sent) == await channel.commit(sent)
    assert len(record(simulator, channel, "published")) == 1


@on(ListedChannel, MuteChannel)
async def test_the_same_again_is_another_post_where_nothing_makes_it_safe(
    simulator: Running, channel: PlainChannel
) -> None:
    sent = parcel()
    assert await channel.commit(sent) != await channel.commit(sent)
    assert len(record(simulator, channel, "published")) == 2


@on(*FINDING)
@pytest.mark.parametrize("kind", ["applied-then-status", "reset-after"])
async def test_a_post_whose_answer_was_lost_is_unclear_and_found(
    simulator: Running, channel: PlainChannel, kind: str
) -> None:
    sent = await ready(channel)
    await breaks(simulator, channel, kind=kind)
    assert isinstance(await channel.commit(sent), Unclear)
    found = await channel.find(sought(sent))
    [entry] = record(simulator, channel, "published")
    assert isinstance(found, Published)
    assert found.external_id == entry["id"]


@on(*EVERY)
async def test_a_503_is_unclear_though_nothing_was_applied(
    simulator: Running, channel: PlainChannel
) -> None:
    sent = await ready(channel)
    await breaks(simulator, channel, kind="status", status=503)
    assert await channel.commit(sent) == Unclear(Code.ANSWER_UNCLEAR, {**TITLE, "status": 503})
    if channel.finds:
        assert await channel.find(sought(sent)) == Absent()
    else:
        assert isinstance(await channel.find(sought(sent)), Unclear)


@on(*EVERY)
async def test_a_throttled_post_waits_as_long_as_it_is_asked_to(
    simulator: Running, channel: PlainChannel
) -> None:
    sent = await ready(channel)
    await breaks(simulator, channel, kind="throttle", retry_after=7)
    wait = timedelta(seconds=7)
    assert await channel.commit(sent) == NotNow(Code.CHANNEL_THROTTLED, TITLE, wait)


@on(*EVERY)
async def test_an_expired_token_is_surely_not_public(
    simulator: Running, channel: PlainChannel
) -> None:
    sent = await ready(channel)
    await breaks(simulator, channel, kind="status", status=401)
    assert await channel.commit(sent) == NotNow(Code.CREDENTIALS_REFUSED, TITLE)


@pytest.mark.parametrize("kind", EVERY)
async def test_a_platform_that_is_not_there_was_sent_nothing(kind: type[PlainChannel]) -> None:
    channel = channel_on(kind, f"http://127.0.0.1:{free_port()}")
    sent = replace(parcel(), handle="~1")
    assert await channel.commit(sent) == NotNow(Code.CHANNEL_UNREACHABLE, TITLE)
    assert isinstance(await channel.find(sought(sent)), Unclear)
    assert (await channel.check()).code is Code.CHANNEL_UNREACHABLE
    assert await channel.timeline(datetime.now(UTC)) is None
    await channel.close()


@pytest.mark.parametrize("kind", EVERY)
async def test_a_platform_that_never_answers_is_given_up_in_time(kind: type[PlainChannel]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        channel = channel_on(kind, f"http://127.0.0.1:{deaf.getsockname()[1]}", seconds=0.3)
        sent = replace(parcel(), handle="~1")
        assert await channel.commit(sent) == Unclear(Code.ANSWER_LOST, TITLE)
        assert isinstance(await channel.find(sought(sent)), Unclear)
        await channel.close()


@on(OwnIdChannel, KeyedChannel, ListedChannel, MuteChannel)
async def test_what_the_platform_does_not_take_is_refused_in_its_words(
    channel: PlainChannel,
) -> None:
    answer = await channel.commit(parcel("x" * 5001))
    assert isinstance(answer, Refused)
    assert "5001 characters" in str(answer.parameters["why"])


@on(TwoPhaseChannel)
async def test_preparing_is_refused_or_lost_as_any_call(
    simulator: Running, channel: TwoPhaseChannel
) -> None:
    assert isinstance(await channel.prepare(parcel("x" * 5001)), Refused)
    await breaks_on(simulator, "POST", f"/plain/{channel.name}/drafts", kind="reset-after")
    assert isinstance(await channel.prepare(parcel()), Unclear)
    assert await channel.find(sought(parcel())) == Absent()
    assert await channel.timeline(datetime.now(UTC)) == []


@on(TwoPhaseChannel)
async def test_a_post_whose_handle_is_lost_is_found_by_its_words(channel: PlainChannel) -> None:
    sent = await ready(channel)
    answer = await channel.commit(sent)
    assert await channel.find(sought(replace(sent, handle=None))) == answer


@on(*FINDING)
async def test_a_lagging_post_is_absent_until_readers_see_it(
    simulator: Running, channel: PlainChannel
) -> None:
    sent = await ready(channel)
    await breaks(simulator, channel, kind="lag", seconds=0.5)
    answer = await channel.commit(sent)
    assert await channel.find(sought(sent)) == Absent()

    async def found() -> bool:
        return await channel.find(sought(sent)) == answer

    await eventually(found)


@on(KeyedChannel, ListedChannel)
async def test_only_the_whole_text_is_ours(channel: PlainChannel) -> None:
    sent = parcel()
    await channel.commit(parcel(f"{sent.content.text} Och mer."))
    assert await channel.find(sought(sent)) == Absent()


@on(KeyedChannel, ListedChannel)
async def test_a_post_is_found_beneath_many_later_ones(
    simulator: Running, channel: PlainChannel
) -> None:
    sent = parcel()
    answer = await channel.commit(sent)
    async with simulator.client() as client:
        for n in range(210):
            path = f"/plain/{channel.name}/posts/p{n}"
            (await client.put(path, json={"text": f"Senare {n}"})).raise_for_status()
    assert await channel.find(sought(sent, since=timedelta(minutes=-1))) == answer
    never = await channel.find(sought(parcel(), since=timedelta(minutes=-1)))
    assert never == Absent()


@on(ListedChannel)
async def test_a_list_that_breaks_off_proves_nothing(
    simulator: Running, channel: PlainChannel
) -> None:
    async with simulator.client() as client:
        for n in range(110):
            await client.put(f"/plain/{channel.name}/posts/p{n}", json={"text": f"Nummer {n}"})
        rule = {
            "method": "GET",
            "path": f"/plain/{channel.name}/posts",
            "effect": {"kind": "status", "status": 503},
            "count": 1,
        }
        await client.post("/faults", json=rule)
    missing = parcel()
    assert isinstance(await channel.find(sought(missing)), Unclear)
    assert await channel.find(sought(missing)) == Absent()


@on(*EVERY)
async def test_a_correction_and_a_retraction_can_be_repeated(
    simulator: Running, channel: PlainChannel
) -> None:
    sent = await ready(channel)
    proof = proof_of(await channel.commit(sent))
    corrected = parcel()
    answers = [await channel.correct(corrected, proof) for _ in range(2)]
    assert {isinstance(answer, Published) for answer in answers} == {True}
    assert corrected.content.text in (await page(proof.url)).text

    known_by_url = proof.model_copy(update={"external_id": ""})
    gone = [await channel.retract(known_by_url) for _ in range(2)]
    assert gone == [Published("", proof.url)] * 2
    assert (await page(proof.url)).status_code == 404
    assert len(record(simulator, channel, "deleted")) == 1


@on(*EVERY)
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_change_whose_answer_was_lost_is_unclear(
    simulator: Running, channel: PlainChannel, method: str
) -> None:
    sent = await ready(channel)
    proof = proof_of(await channel.commit(sent))
    await breaks_on(simulator, method, f"/plain/{channel.name}/posts/", kind="applied-then-status")
    if method == "PATCH":
        answer = await channel.correct(parcel(), proof)
    else:
        answer = await channel.retract(proof)
    assert answer == Unclear(Code.ANSWER_UNCLEAR, {**TITLE, "status": 500})


@on(*EVERY)
async def test_the_timeline_is_everything_public_since_then(channel: PlainChannel) -> None:
    sent = await ready(channel)
    answer = await channel.commit(sent)
    seen = await channel.timeline(datetime.now(UTC) - timedelta(seconds=30))
    if not channel.finds:
        assert seen is None
        return
    assert seen is not None
    [post] = seen
    assert isinstance(answer, Published)
    assert (post.external_id, post.url, post.text) == (
        answer.external_id,
        answer.url,
        sent.content.text,
    )
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert await channel.timeline(later) == []


@on(KeyedChannel)
async def test_a_link_stands_in_the_text_and_the_post_is_found(
    simulator: Running, channel: PlainChannel
) -> None:
    sent = parcel()
    content = sent.content.model_copy(update={"link": "https://www.regionsolviken.example/hander"})
    linked = replace(sent, content=content)
    answer = await channel.commit(linked)
    [entry] = record(simulator, channel, "published")
    assert entry["text"].endswith("\n\nhttps://www.regionsolviken.example/hander")
    assert await channel.find(sought(linked)) == answer


@on(*EVERY)
async def test_a_channel_is_ready_when_its_account_answers(channel: PlainChannel) -> None:
    readiness = await channel.check()
    assert readiness.code is None
    assert (readiness.limits.characters, readiness.limits.pictures) == (5000, 0)
