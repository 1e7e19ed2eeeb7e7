"""Messages arrive: through a real mail server, and at a web address; what hangs is given up."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from services.kit.letterbox import Addresses, is_address
from tests.harness.mail import Mailbox, real_mail_server, small_mail_server, webhook
from tests.harness.ports import free_port
from tests.harness.waiting import eventually

pytestmark = pytest.mark.web

SECRET = "s3cret-canary-token"


@pytest.fixture
def addresses() -> Addresses:
    assert is_address("json://127.0.0.1:1")
    return Addresses(limit=5)


@pytest.mark.parametrize("server", [small_mail_server, real_mail_server])
async def test_a_letter_arrives_as_plain_text(
    addresses: Addresses, server: Callable[[], AbstractAsyncContextManager[Mailbox]]
) -> None:
    async with server() as box:
        taken = await addresses.write(
            [box.address("anna")], "Regionen: Pausad – väntar", "Ingen har läst <b>.\n\n& mer\n"
        )
        assert taken
        await eventually(lambda: len(box.letters("anna")) == 1)
        [letter] = box.letters("anna")
        assert letter["Subject"] == "Regionen: Pausad – väntar"
        assert letter.get_content_type() == "text/plain"
        assert letter.get_content().split() == ["Ingen", "har", "läst", "<b>.", "&", "mer"]
        assert box.letters("bengt") == []


async def test_a_web_address_gets_the_same(addresses: Addresses) -> None:
    async with webhook() as hook:
        assert await addresses.write([hook.url], "Subject", "One\n\nTwo\n")
        [body] = hook.bodies
    assert (body["title"], body["message"]) == ("Subject", "One\n\nTwo")


async def test_one_address_that_takes_it_is_enough_and_none_is_not(addresses: Addresses) -> None:
    nobody = f"json://127.0.0.1:{free_port()}/"
    async with webhook() as hook:
        assert await addresses.write([nobody, hook.url], "s", "b")
        hook.status = 500
        assert not await addresses.write([nobody, hook.url], "s", "b")
    assert not await addresses.write([], "s", "b")


async def test_an_address_that_hangs_is_given_up() -> None:
    hasty = Addresses(limit=0.3)
    async with webhook() as hook:
        hook.hangs = True
        assert not await hasty.write([hook.url], "s", "b")


async def test_nothing_of_an_address_is_logged(
    addresses: Addresses, caplog: pytest.LogCaptureFixture
) -> None:
    async with webhook() as hook:
        hook.status = 500
        with caplog.at_level("DEBUG"):
            for url in (
                f"json://{SECRET}:{SECRET}@127.0.0.1:{hook.port}/{SECRET}?-token={SECRET}",
                f"json://127.0.0.1:{free_port()}/{SECRET}",
                f"mailto://{SECRET}:{SECRET}@127.0.0.1:{free_port()}/?to={SECRET}@x.y&from=a@x.y",
                f"{SECRET}://{SECRET}",
            ):
                assert not await addresses.write([url], "s", "b")
    assert hook.bodies
    assert SECRET not in caplog.text
