"""One letter to a list: what surely was not taken, what may have been, and who sees whom."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from schemas.codes import Code
from schemas.envelope import Parameters
from services.publisher.channels.mail.channel import EmailChannel
from services.publisher.channels.mail.submission import Server, Tls
from services.publisher.domain.answers import Flaw, NotNow, Published, Refused, Unclear
from services.publisher.domain.rules import Repeat
from services.publisher.ports import Channel
from tests.channels.builders import parcel, proof_of, sought
from tests.channels.platforms.email import HEADING, READERS, OpenSmtpd, Own
from tests.channels.post_office import PASSWORD, USER, PostOffice, post_office
from tests.harness.ports import free_port

pytestmark = pytest.mark.web

NAMED: Parameters = {"channel": "Kanalen"}


@pytest.fixture
def office(email_own: Own) -> PostOffice:
    return email_own.office


@pytest.fixture
def channel(email_own: Own) -> Channel:
    return email_own.channel()


async def test_everybody_gets_it_and_nobody_sees_the_others(
    office: PostOffice, channel: Channel
) -> None:
    sent = parcel("Ny mottagning")
    answer = await channel.commit(sent)
    assert answer == Published(f"<{sent.key}@lab.test>", "")
    [taken] = office.taken
    assert (taken.sender, taken.recipients) == ("press@lab.test", READERS)
    assert taken.letter["To"] == "undisclosed-recipients:;"
    assert not any(reader.encode() in taken.content for reader in READERS)
    assert office.seen[-1] == "QUIT"


async def test_it_is_the_same_letter_at_every_attempt(office: PostOffice, channel: Channel) -> None:
    sent = parcel("Ny mottagning")
    for _ in range(2):
        assert isinstance(await channel.commit(sent), Published)
    first, second = (taken.letter for taken in office.taken)
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]
    assert first["Date"].datetime == sent.publish_at


@pytest.mark.parametrize(
    ("step", "said", "answer"),
    [
        ("MAIL", "451 later", NotNow(Code.CHANNEL_BUSY, {**NAMED, "status": 451})),
        ("MAIL", "530 sign in", NotNow(Code.CREDENTIALS_REFUSED, NAMED)),
        (
            "MAIL",
            "550 5.7.60 not as press@lab.test",
            NotNow(Code.PERMISSION_MISSING, {**NAMED, "why": "550 5.7.60 not as …"}),
        ),
        ("MAIL", "552 size", Refused(Code.CHANNEL_REFUSED, {**NAMED, "why": "552 size"})),
        ("DATA", "452 full", NotNow(Code.CHANNEL_BUSY, {**NAMED, "status": 452})),
        (
            "DATA",
            "554 5.7.1 looks like spam",
            Refused(Code.CHANNEL_REFUSED, {**NAMED, "why": "554 5.7.1 looks like spam"}),
        ),
        ("DATA", "299 perhaps", Unclear(Code.ANSWER_UNCLEAR, {**NAMED, "status": 299})),
        ("DATA", "perhaps", Unclear(Code.ANSWER_UNCLEAR, {**NAMED, "status": "SMTP"})),
    ],
)
async def test_a_no_is_believed_at_every_step_and_nothing_else_is(
    office: PostOffice,
    channel: Channel,
    step: str,
    said: str,
    answer: NotNow | Refused | Unclear,
) -> None:
    office.answers[step] = said
    assert await channel.commit(parcel()) == answer
    assert office.taken == []


async def test_a_list_of_which_nobody_is_taken_is_refused_without_naming_anybody(
    office: PostOffice, channel: Channel
) -> None:
    office.answers = dict.fromkeys(READERS, "550 5.1.1 <anna@lab.test>: no such person")
    why = "550 5.1.1 …: no such person"
    assert await channel.commit(parcel()) == Refused(Code.CHANNEL_REFUSED, {**NAMED, "why": why})
    office.answers["bengt@lab.test"] = "450 greylisted"
    later = NotNow(Code.CHANNEL_BUSY, {**NAMED, "status": 450})
    assert await channel.commit(parcel()) == later
    assert office.taken == []


async def test_who_is_refused_does_not_keep_it_from_the_others(
    office: PostOffice, channel: Channel
) -> None:
    office.answers["anna@lab.test"] = "550 <anna@lab.test> has left"
    with capture_logs() as logs:
        answer = await channel.commit(parcel())
    assert isinstance(answer, Published)
    assert answer.flaw == Flaw(Code.RECIPIENTS_REFUSED, {**NAMED, "count": 1})
    assert [taken.recipients for taken in office.taken] == [["bengt@lab.test"]]
    assert "anna" not in str(logs)


@pytest.mark.real
async def test_a_real_server_refuses_strangers_and_takes_the_rest(email_server: OpenSmtpd) -> None:
    stranger = "nobody@other.example"
    refused = await email_server.channel_to([stranger]).commit(parcel())
    assert isinstance(refused, Refused)
    assert str(refused.parameters["why"]).startswith("550 ")
    sent = parcel("Till dem som finns\n.\n.punkt")
    both = email_server.channel_to([stranger, "anna@lab.test"])
    assert isinstance(await both.commit(sent), Published)
    [words] = await email_server.texts()
    assert words.split() == sent.content.text.split()


async def test_a_slow_farewell_takes_nothing_back(office: PostOffice, email_own: Own) -> None:
    office.answers["QUIT"] = "hang"
    assert isinstance(await email_own.channel(within=2).commit(parcel()), Published)


async def test_after_a_lost_reply_only_a_person_can_tell(channel: Channel) -> None:
    assert channel.repeat_safety.by is Repeat.NONE
    assert not channel.repeat_safety.finds
    assert isinstance(await channel.find(sought(parcel())), Unclear)


async def test_what_has_been_sent_is_neither_changed_nor_taken_back(channel: Channel) -> None:
    answer = await channel.commit(parcel())
    assert isinstance(answer, Published)
    proof = proof_of(answer)
    assert await channel.correct(parcel("Rättat"), proof) == Refused(Code.CORRECTION_UNABLE, NAMED)
    assert await channel.retract(proof) == Refused(Code.RETRACTION_UNABLE, NAMED)


async def test_a_server_says_how_large_pictures_may_be(channel: Channel) -> None:
    readiness = await channel.check()
    assert readiness.code is None
    assert readiness.limits.picture_bytes == 17_500


async def test_a_wrong_password_is_told_before(email_own: Own) -> None:
    assert (await email_own.channel("wrong").check()).code is Code.CREDENTIALS_REFUSED


@asynccontextmanager
async def greeting(said: bytes | None) -> AsyncIterator[int]:
    """Serve somebody who says one thing and leaves, or (None) nothing for ever."""

    async def meet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if said is None:
                await asyncio.Event().wait()
            writer.write(said or b"")
        finally:
            writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", free_port())
    port: int = server.sockets[0].getsockname()[1]
    meetings = asyncio.all_tasks()
    try:
        yield port
    finally:
        server.close()
        for task in asyncio.all_tasks() - meetings:
            task.cancel()
        await server.wait_closed()


def channel_at(port: int, tls: Tls = "none", within: float = 2) -> EmailChannel:
    server = Server("localhost", port, tls, USER, PASSWORD)
    return EmailChannel("channel", "Kanalen", server, HEADING, READERS, within)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"421 too many\r\n", Code.CHANNEL_BUSY),
        (b"554 no service\r\n", Code.CHANNEL_BUSY),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", Code.CHANNEL_BUSY),
        (b"\xff" * 100_000, Code.CHANNEL_BUSY),
        (b"220 hello\r\n", Code.CHANNEL_UNREACHABLE),
        (b"", Code.CHANNEL_UNREACHABLE),
        (None, Code.CHANNEL_UNREACHABLE),
    ],
    ids=["busy", "closed", "a web server", "noise", "leaves", "silent", "hangs"],
)
async def test_whoever_answers_there_nothing_was_sent(said: bytes | None, code: Code) -> None:
    async with greeting(said) as port, asyncio.timeout(5):
        answer = await channel_at(port).commit(parcel())
    assert isinstance(answer, NotNow)
    assert answer.code is code


async def test_a_server_that_repeats_the_password_is_not_quoted(email_own: Own) -> None:
    with capture_logs() as logs:
        answer = await email_own.channel("kanariefagel").commit(parcel())
    assert answer == NotNow(Code.CREDENTIALS_REFUSED, NAMED)
    assert "kanariefagel" not in f"{logs} {answer}"


async def test_where_nobody_listens_nothing_was_sent() -> None:
    answer = await channel_at(free_port()).commit(parcel())
    assert answer == NotNow(Code.CHANNEL_UNREACHABLE, NAMED)


@pytest.fixture
def secured(tmp_path: Path) -> ssl.SSLContext:
    """A certificate for this machine, for which only itself vouches."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    return context


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_what_is_said_is_hidden_from_the_network(
    secured: ssl.SSLContext, tls: Tls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    async with post_office(**{tls: secured}) as office:
        assert isinstance(await channel_at(office.port, tls, 10).commit(parcel()), Published)
        assert len(office.taken) == 1


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_a_server_that_nobody_vouches_for_is_told_nothing(
    secured: ssl.SSLContext, tls: Tls
) -> None:
    async with post_office(**{tls: secured}) as office:
        answer = await channel_at(office.port, tls, 10).commit(parcel())
    assert answer == NotNow(Code.CHANNEL_UNREACHABLE, NAMED)
    assert "MAIL" not in office.seen


async def test_a_server_that_hides_nothing_is_told_nothing(office: PostOffice) -> None:
    answer = await channel_at(office.port, "starttls", 10).commit(parcel())
    assert answer == NotNow(Code.CHANNEL_UNREACHABLE, NAMED)
    assert office.seen == ["EHLO"]


def test_a_password_is_not_shown_by_accident() -> None:
    server = Server("localhost", 25, "none", USER, PASSWORD)
    assert PASSWORD not in repr(replace(server, port=26))
