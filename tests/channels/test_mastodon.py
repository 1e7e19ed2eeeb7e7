"""What the Mastodon adapter makes of every answer, on a server that fails as it is told."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs

import httpx
import pytest

from schemas.codes import Code
from schemas.envelope import Parameters
from services.publisher.channels.exchange import MOST_BYTES, Reply
from services.publisher.channels.mastodon import MastodonChannel
from services.publisher.channels.waits import LONGEST_WAIT, wait_of
from services.publisher.domain.answers import Absent, NotNow, Published, Refused, Unclear
from tests.channels.builders import TEXT, parcel, picture_file, sought
from tests.channels.fault_server import Fault, FaultServer
from tests.channels.platforms.mastodon import Own
from tests.harness.ports import free_port

pytestmark = pytest.mark.web

NAMED: Parameters = {"channel": "Mastodon"}


@pytest.fixture
def server(own: Own) -> FaultServer:
    return own.server


@pytest.fixture
async def channel(own: Own) -> AsyncIterator[MastodonChannel]:
    made = channel_at(own.base_url, own.token)
    yield made
    await made.close()


@pytest.fixture
async def impatient(own: Own) -> AsyncIterator[MastodonChannel]:
    """A channel that gives up soon, for servers that never answer."""
    made = channel_at(own.base_url, own.token, within=2)
    yield made
    await made.close()


def channel_at(
    url: str, token: str, within: float = 15, public_url: str | None = None
) -> MastodonChannel:
    return MastodonChannel(
        "mastodon", "Mastodon", url, token, timedelta(seconds=within), public_url=public_url
    )


@pytest.mark.parametrize("status", [201, 204, 302, 307, 400, 408, 409, 425, 500, 502, 503, 504])
async def test_what_nobody_has_proved_is_unclear(
    server: FaultServer, channel: MastodonChannel, status: int
) -> None:
    elsewhere = (("Location", f"{server.url}/elsewhere"),)
    server.faults.append(
        Fault(status=status, headers=elsewhere, body=b"" if status == 204 else None)
    )
    assert await channel.commit(parcel()) == Unclear(
        Code.ANSWER_UNCLEAR, {**NAMED, "status": status}
    )
    assert [asked.path for asked in server.asked] == ["/api/v1/statuses"], "sent once, not followed"


@pytest.mark.parametrize("status", [401, 403])
async def test_refused_credentials_are_surely_not_public(
    server: FaultServer, channel: MastodonChannel, status: int
) -> None:
    server.faults.append(Fault(status=status))
    assert await channel.commit(parcel()) == NotNow(Code.CREDENTIALS_REFUSED, NAMED)


@pytest.mark.parametrize("status", [404, 422])
async def test_documented_refusals_carry_the_servers_words_and_no_more_than_200(
    server: FaultServer, channel: MastodonChannel, status: int
) -> None:
    words = "Validation failed: " + "nej " * 100
    server.faults.append(Fault(status=status, body=json.dumps({"error": words}).encode()))
    answer = await channel.commit(parcel())
    assert answer == Refused(Code.CHANNEL_REFUSED, {**NAMED, "why": " ".join(words.split())[:200]})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>ok</html>",
        b"[]",
        b'{"id": "1"}',
        b'{"id": 1, "url": "http://127.0.0.1/@a/1"}',
        b'{"id": "", "url": "http://127.0.0.1/@a/1"}',
        b'{"id": "../1", "url": "http://127.0.0.1/@a/1"}',
        b'{"id": "1", "url": "http://elsewhere.example/@a/1"}',
        b'{"id": "1", "url": "javascript:alert(1)//127.0.0.1"}',
        b'{"id": "1", "url": null}',
    ],
)
async def test_a_200_without_a_usable_id_and_address_is_unclear(
    server: FaultServer, channel: MastodonChannel, body: bytes
) -> None:
    server.faults.append(Fault(status=200, body=body))
    assert await channel.commit(parcel()) == Unclear(Code.ANSWER_UNCLEAR, {**NAMED, "status": 200})


async def test_an_endless_answer_is_not_read_to_its_end(
    server: FaultServer, channel: MastodonChannel
) -> None:
    server.faults.append(Fault(status=200, body=b" " * (MOST_BYTES + 1)))
    assert await channel.commit(parcel()) == Unclear(Code.ANSWER_LOST, NAMED)


async def test_where_nobody_listens_nothing_was_sent() -> None:
    channel = channel_at(f"http://127.0.0.1:{free_port()}", "token")
    assert await channel.commit(parcel()) == NotNow(Code.CHANNEL_UNREACHABLE, NAMED)
    assert (await channel.check()).code is Code.CHANNEL_UNREACHABLE
    assert isinstance(await channel.find(sought(parcel())), Unclear)
    await channel.close()


async def test_the_key_the_language_and_the_link_go_out_with_the_text(
    server: FaultServer, channel: MastodonChannel
) -> None:
    sent = parcel(TEXT, link="https://www.example.org/rad", language="fi")
    await channel.commit(sent)
    fields = parse_qs(server.asked[-1].body.decode())
    assert fields == {
        "status": [f"{TEXT}\n\nhttps://www.example.org/rad"],
        "language": ["fi"],
        "visibility": ["public"],
    }
    assert server.asked[-1].headers["idempotency-key"] == sent.key


async def test_a_link_that_stands_in_the_text_is_not_repeated(
    server: FaultServer, channel: MastodonChannel
) -> None:
    text = "Läs https://www.example.org/rad i dag."
    await channel.commit(parcel(text, link="https://www.example.org/rad"))
    assert parse_qs(server.asked[-1].body.decode())["status"] == [text]


async def test_pictures_go_out_in_order_with_their_words_when_the_server_is_done_with_them(
    server: FaultServer, channel: MastodonChannel
) -> None:
    server.media_polls = 1
    pictures = (picture_file("Först åäö"), picture_file("Sedan", b"\x20\xc0\x20"))
    assert isinstance(await channel.commit(parcel(TEXT, *pictures)), Published)
    assert server.statuses[-1]["media"] == ["Först åäö", "Sedan"]


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        (
            Fault(path="/api/v2/media", status=500),
            NotNow(Code.CHANNEL_BUSY, {**NAMED, "status": 500}),
        ),
        (
            Fault(path="/api/v2/media", status=302),
            NotNow(Code.CHANNEL_BUSY, {**NAMED, "status": 302}),
        ),
        (Fault(path="/api/v2/media", status=None), NotNow(Code.CHANNEL_UNREACHABLE, NAMED)),
        (Fault(path="/api/v2/media", status=401), NotNow(Code.CREDENTIALS_REFUSED, NAMED)),
        (
            Fault(path="/api/v2/media", status=200, body=b"{}"),
            NotNow(Code.CHANNEL_BUSY, {**NAMED, "status": 200}),
        ),
        (
            Fault(path="/api/v2/media", status=422),
            Refused(Code.CHANNEL_REFUSED, {**NAMED, "why": "asked to fail"}),
        ),
    ],
    ids=str,
)
async def test_a_picture_that_cannot_be_handed_over_is_surely_not_public(
    server: FaultServer, channel: MastodonChannel, fault: Fault, answer: NotNow | Refused
) -> None:
    server.faults.append(fault)
    assert await channel.commit(parcel(TEXT, picture_file())) == answer
    assert server.statuses == []


@pytest.mark.parametrize("faults", [[], [Fault(path="/api/v2/media", hang=True)]], ids=str)
async def test_a_picture_that_is_never_ready_is_surely_not_public(
    server: FaultServer, impatient: MastodonChannel, faults: list[Fault]
) -> None:
    server.media_polls = 10**6
    server.faults += faults
    assert await impatient.commit(parcel(TEXT, picture_file())) == NotNow(
        Code.CHANNEL_UNREACHABLE, NAMED
    )
    assert server.statuses == []


async def test_a_look_up_without_answer_is_never_absence(
    server: FaultServer, impatient: MastodonChannel
) -> None:
    server.faults.append(Fault("GET", "/api/v1/accounts/1/statuses", hang=True))
    assert isinstance(await impatient.find(sought(parcel())), Unclear)


async def test_a_post_is_found_pages_back(server: FaultServer, channel: MastodonChannel) -> None:
    sent = parcel()
    made = server.add(sent.content.text)
    for number in range(95):
        server.add(f"Något annat, nummer {number}")
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    assert await channel.find(sought(sent, an_hour_ago)) == Published(made["id"], made["url"])
    unsent = sought(parcel("Det här gick aldrig ut."), an_hour_ago)
    assert await channel.find(unsent) == Absent()
    # Where the opening may be shown rewritten, each source has to be read, and that has a bound.
    unseen = await channel.find(sought(parcel("#Aldrig"), an_hour_ago))
    assert isinstance(unseen, Unclear)
    assert unseen.parameters["status"] == "too many posts"

    for known in server.statuses[1:]:
        known["created_at"] = "2026-11-22T12:00:00.000Z"
    made["created_at"] = "2026-11-23T12:00:00.000Z"
    since = datetime(2026, 11, 23, 11, 59, 30, tzinfo=UTC)
    server.statuses.append(server.statuses.pop(0))
    made["id"] = str(10**6)
    assert await channel.find(sought(sent, since)) == Published(made["id"], made["url"])


async def test_reading_back_ends_at_the_first_attempt(
    server: FaultServer, channel: MastodonChannel
) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=1)
    for number in range(100):
        server.add(f"Något annat, nummer {number}", at=long_ago)
    assert await channel.find(sought(parcel())) == Absent()
    lists = [asked for asked in server.asked if asked.path.endswith("/statuses")]
    assert len(lists) == 1


async def test_words_that_the_server_shows_in_its_own_way_are_found_by_their_source(
    server: FaultServer, channel: MastodonChannel
) -> None:
    sent = parcel("@anna@annan.example säger: tvätta händerna ofta och länge")
    made = server.add(sent.content.text, content="<p><span>@anna</span> säger: tvätta …</p>")
    assert await channel.find(sought(sent)) == Published(made["id"], made["url"])


async def test_two_different_posts_that_begin_alike_are_never_told_apart_by_luck(
    server: FaultServer, channel: MastodonChannel
) -> None:
    sent = parcel("Här jobbar jag: " + "ett ord till " * 10)
    server.add(sent.content.text + "Anna")
    server.add(sent.content.text + "Bengt")
    answer = await channel.find(sought(sent))
    told = {**NAMED, "status": "a post that begins alike"}
    assert answer == Unclear(Code.ANSWER_UNCLEAR, told)


async def test_of_posts_that_begin_alike_the_one_with_our_words_is_ours(
    server: FaultServer, channel: MastodonChannel
) -> None:
    beginning = "Här jobbar jag: " + "ett ord till " * 10
    sent = parcel(beginning + "Anna")
    server.add(beginning + "Bengt")
    ours = server.add(sent.content.text + "\n\nhttps://x.example/anna")
    server.add(beginning + "Cilla")
    assert await channel.find(sought(sent)) == Published(ours["id"], ours["url"])


async def test_the_same_words_twice_mean_the_first_of_them(
    server: FaultServer, channel: MastodonChannel
) -> None:
    sent = parcel()
    first = server.add(sent.content.text)
    server.add(sent.content.text)
    assert await channel.find(sought(sent)) == Published(first["id"], first["url"])


@pytest.mark.parametrize(
    "fault",
    [
        Fault("GET", "/api/v1/accounts/1/statuses", status=500),
        Fault("GET", "/api/v1/accounts/1/statuses", status=429),
        Fault("GET", "/api/v1/accounts/1/statuses", status=None),
        Fault("GET", "/api/v1/accounts/1/statuses", status=200, body=b"{}"),
        Fault("GET", "/api/v1/accounts/1/statuses", status=200, body=b'[{"id":"1"}]'),
        Fault("GET", "/api/v1/accounts/verify_credentials", status=503),
    ],
    ids=str,
)
async def test_a_look_up_that_fails_is_never_absence(
    server: FaultServer, channel: MastodonChannel, fault: Fault
) -> None:
    server.faults.append(fault)
    assert isinstance(await channel.find(sought(parcel())), Unclear)


async def test_a_list_that_never_ends_is_never_absence(
    server: FaultServer, channel: MastodonChannel
) -> None:
    endless = [
        {"id": "7", "url": server.url, "content": TEXT, "created_at": "2099-01-01T00:00:00Z"}
    ]
    page = Fault(
        "GET", "/api/v1/accounts/1/statuses", status=200, body=json.dumps(endless).encode()
    )
    server.faults += [page] * 20
    assert isinstance(
        await channel.find(sought(parcel("Helt andra ord än de som står där"))), Unclear
    )


async def test_the_last_known_limits_stand_while_the_server_is_away(
    server: FaultServer, channel: MastodonChannel
) -> None:
    other = {"configuration": {"statuses": {"max_characters": 5000, "max_media_attachments": 8}}}
    server.faults.append(
        Fault("GET", "/api/v2/instance", status=200, body=json.dumps(other).encode())
    )
    assert (await channel.check()).limits.characters == 5000
    server.faults.append(Fault("GET", "/api/v2/instance", status=502))
    readiness = await channel.check()
    assert readiness.limits.characters == 5000
    assert readiness.code is Code.CHANNEL_BUSY


async def test_a_server_without_the_page_of_limits_has_the_usual_ones(
    server: FaultServer, channel: MastodonChannel
) -> None:
    server.faults.append(Fault("GET", "/api/v2/instance", status=404))
    readiness = await channel.check()
    assert readiness.code is None
    assert readiness.limits.characters == 500
    assert readiness.limits.alt_characters == 1500


async def test_checking_tells_where_strangers_find_the_account(
    server: FaultServer, channel: MastodonChannel
) -> None:
    await channel.check()
    assert channel.url == f"{server.url}/@regionen"


async def test_an_account_may_have_another_public_address_than_the_one_we_use(
    server: FaultServer, own: Own
) -> None:
    channel = channel_at(own.base_url, own.token, public_url="https://social.example")
    body = b'{"id": "1", "url": "https://social.example/@regionen/1"}'
    server.faults.append(Fault(status=200, body=body))
    assert await channel.commit(parcel()) == Published("1", "https://social.example/@regionen/1")
    await channel.close()


@pytest.mark.parametrize(
    ("headers", "least", "most"),
    [
        ({}, None, None),
        ({"Retry-After": "soon"}, None, None),
        ({"Retry-After": "30"}, 30, 30),
        ({"Retry-After": "0"}, 0, 0),
        ({"Retry-After": "999999"}, 900, 900),
        ({"Retry-After": "-5"}, None, None),
        ({"X-RateLimit-Reset": "in a minute"}, None, None),
    ],
)
def test_a_wait_is_read_and_bounded(
    headers: dict[str, str], least: int | None, most: int | None
) -> None:
    wait = wait_of(Reply(429, httpx.Headers(headers), b""))
    if least is None or most is None:
        assert wait is None
    else:
        assert wait is not None
        assert timedelta(seconds=least) <= wait <= timedelta(seconds=most)


@pytest.mark.parametrize("ahead", [timedelta(seconds=90), timedelta(hours=3), -timedelta(hours=1)])
def test_a_wait_may_be_given_as_a_moment(ahead: timedelta) -> None:
    moment = datetime.now(UTC) + ahead
    expected = max(timedelta(0), min(ahead, LONGEST_WAIT))
    for name, said in (
        ("Retry-After", format_datetime(moment, usegmt=True)),
        ("X-RateLimit-Reset", moment.isoformat().replace("+00:00", "Z")),
        ("X-RateLimit-Reset", str(int(moment.timestamp()))),
    ):
        wait = wait_of(Reply(429, httpx.Headers({name: said}), b""))
        assert wait is not None
        assert abs(wait - expected) < timedelta(seconds=3)
