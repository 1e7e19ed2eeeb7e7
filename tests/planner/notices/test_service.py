"""The whole way on a real broker: a delivery fails, and a person reads of it in their mail."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.kit.bus import Bus
from services.kit.facts import Facts
from services.planner.notices import contacts, turns
from tests.harness.broker import Broker
from tests.harness.mail import Mailbox, real_mail_server, small_mail_server, webhook
from tests.harness.waiting import eventually
from tests.planner.deliveries import delivery
from tests.planner.running import Running, next_fact, publisher_of, running_planner
from tests.planner.samples import variant, written
from tests.planner.steps import approve, submitted

pytestmark = pytest.mark.nats

SECRET = "s3cret-canary-token"


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "GATHER", timedelta(seconds=1))
    monkeypatch.setattr(contacts, "PATIENCE", timedelta(seconds=4))


@pytest.fixture
async def box() -> AsyncIterator[Mailbox]:
    async with small_mail_server() as running:
        yield running


def tell(broker: Broker, **urls: str) -> None:
    """Write notices.toml: each of these people has one address."""
    path = broker.secrets / "planner" / "notices.toml"
    entries = [
        f'[people.{name}]\nlanguage = "en"\nurls = ["{url}"]\n' for name, url in urls.items()
    ]
    path.write_text("\n".join(entries))
    path.chmod(0o600)


def give_role(broker: Broker, person: str, *roles: str) -> None:
    path = broker.secrets / "planner" / "people.toml"
    head, _, rest = path.read_text().partition(f"[people.{person}]")
    before, _, after = rest.partition("roles = ")
    line, _, others = after.partition("\n")
    assert line
    path.write_text(f"{head}[people.{person}]{before}roles = {json.dumps(roles)}\n{others}")


async def a_post_that_failed(planner: Running, publisher: Bus) -> UUID:
    post, etag = await submitted(planner, written(variant()))
    approved = await approve(planner, post, etag)
    assert approved.status_code == 200, approved.text
    await next_fact(publisher, delivery("failed", post=post))
    return post


async def notices(planner: Running) -> list[Any]:
    async with planner.client() as anna:
        answer = await anna.get("/api/v1/notices")
        assert answer.status_code == 200, answer.text
        found: list[Any] = answer.json()["notices"]
        return found


async def told_of_notices(broker: Broker) -> list[str]:
    async with broker.connection("planner") as connection:
        facts = Facts(connection)
        page = await facts.page("PLANNER", "planner.notice.*", 1)
        return [told.fact.type for kept in page if (told := facts.read(kept))]


async def test_a_failed_delivery_is_read_in_the_mail_and_opened_by_its_link(
    broker: Broker, tmp_path: Path
) -> None:
    async with real_mail_server() as box, publisher_of(broker) as publisher:
        tell(broker, bengt=box.address("bengt"))
        async with running_planner(broker, tmp_path / "one") as planner:
            post = await a_post_that_failed(planner, publisher)
            await eventually(lambda: box.letters("bengt"), within=45)
            [letter] = box.letters("bengt")
            link = letter.get_content().split()[-1]
            async with planner.client(None, Accept="text/html") as stranger:
                assert (
                    await stranger.get(link.removeprefix(planner.desk.settings.public_url))
                ).status_code == 401
            async with planner.client("bengt", Accept="text/html") as bengt:
                path = link.removeprefix(planner.desk.settings.public_url)
                opened = await bengt.get(path)
                assert (opened.status_code, opened.headers["location"]) == (303, f"/posts/{post}")
                page = await bengt.get("/notices")
                assert "Bengt Ek" in page.text
            [notice] = await notices(planner)
            assert (notice["read_by"], notice["told"], notice["kind"]) == (
                "bengt",
                ["bengt"],
                "failed",
            )


async def test_two_planners_tell_one_problem_once(
    broker: Broker, box: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Long enough for all three to be raised within it on a busy machine.
    monkeypatch.setattr(turns, "GATHER", timedelta(seconds=4))
    tell(broker, bengt=box.address("bengt"), cilla=box.address("cilla"))
    async with AsyncExitStack() as stack:
        publisher = await stack.enter_async_context(publisher_of(broker))
        planners = [
            await stack.enter_async_context(running_planner(broker, tmp_path / name))
            for name in ("one", "two")
        ]
        posts = [await a_post_that_failed(planners[0], publisher) for _ in range(3)]
        await eventually(lambda: box.letters("bengt") and box.letters("cilla"), within=15)
        for planner in planners:
            await eventually(partial(_sent, planner, 3), within=10)
        letters = [*box.letters("bengt"), *box.letters("cilla")]
        text = "".join(str(letter.get_content()) for letter in letters)
        assert len(letters) <= 4, "gathered, not one for each problem"
        assert text.count("/notices/") == 2 * len(posts)
        types = await told_of_notices(broker)
        assert sorted(types) == sorted(
            ["notice.raised.v1", "notice.claimed.v1", "notice.sent.v1"] * 3
        )


async def _sent(planner: Running, many: int) -> bool:
    return [len(each["told"]) for each in await notices(planner)] == [2] * many


async def test_unread_it_goes_on_to_the_next_role_and_settled_it_goes_to_nobody(
    broker: Broker, box: Mailbox, tmp_path: Path
) -> None:
    give_role(broker, "anna", "author")
    give_role(broker, "bengt", "approver")
    give_role(broker, "cilla", "ops")
    tell(broker, **{name: box.address(name) for name in ("anna", "bengt", "cilla")})
    async with (
        publisher_of(broker) as publisher,
        running_planner(broker, tmp_path / "one") as planner,
    ):
        post = await a_post_that_failed(planner, publisher)
        await eventually(lambda: box.letters("bengt"), within=45)
        assert box.letters("anna") == []
        await eventually(lambda: box.letters("anna"), within=15)
        assert "Nobody has read this yet." in box.letters("anna")[0].get_content()
        assert box.letters("cilla") == []
        async with planner.client("anna") as anna:
            withdrawn = await anna.post(f"/api/v1/posts/{post}/withdraw")
            assert withdrawn.status_code == 200, withdrawn.text
        await eventually(lambda: _is_empty(planner), within=10)
        assert (await told_of_notices(broker))[-1] == "notice.settled.v1"


async def _is_empty(planner: Running) -> bool:
    return await notices(planner) == []


@pytest.mark.slow
async def test_a_planner_that_ends_while_telling_is_followed_by_one_that_tells(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LEASE", timedelta(seconds=22))
    async with webhook() as hook, publisher_of(broker) as publisher:
        tell(broker, bengt=hook.url)
        hook.hangs = True
        async with running_planner(broker, tmp_path / "one") as planner:
            await a_post_that_failed(planner, publisher)
            await eventually(lambda: _claimed(broker), within=15)
        hook.hangs = False
        async with running_planner(broker, tmp_path / "two") as planner:
            await eventually(lambda: hook.bodies, within=40)
            await eventually(lambda: _read_back(planner), within=10)
        assert len(hook.bodies) == 1
    assert (await told_of_notices(broker))[:2] == ["notice.raised.v1", "notice.claimed.v1"]


async def _claimed(broker: Broker) -> bool:
    return "notice.claimed.v1" in await told_of_notices(broker)


async def _read_back(planner: Running) -> bool:
    return [each["told"] for each in await notices(planner)] == [["bengt"]]


async def test_a_restart_before_anybody_was_told_loses_nothing(
    broker: Broker, box: Mailbox, tmp_path: Path
) -> None:
    tell(broker, bengt=box.address("bengt"))
    async with publisher_of(broker) as publisher:
        async with running_planner(broker, tmp_path / "one") as planner:
            await a_post_that_failed(planner, publisher)
            await eventually(lambda: told_of_notices(broker), within=10)
        async with running_planner(broker, tmp_path / "two"):
            await eventually(lambda: box.letters("bengt"), within=45)
        assert len(box.letters("bengt")) == 1


async def test_an_address_is_in_no_fact_no_log_and_no_answer(
    broker: Broker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with webhook() as hook, publisher_of(broker) as publisher:
        hook.status = 500
        tell(broker, bengt=f"{hook.url}/{SECRET}?-token={SECRET}")
        with caplog.at_level("DEBUG"):
            async with running_planner(broker, tmp_path / "one") as planner:
                await a_post_that_failed(planner, publisher)
                await eventually(lambda: _unreached(planner), within=15)
                async with planner.client() as anna:
                    said = [(await anna.get(path)).text for path in ("/api/v1/notices", "/metrics")]
        assert hook.bodies
    async with broker.connection("planner") as connection:
        page = await Facts(connection).page("PLANNER", "planner.>", 1)
    kept = b"".join(each.body for each in page)
    assert 'budkavle_notice_letters_total{outcome="failed"} 1.0' in said[1]
    assert SECRET not in caplog.text
    assert SECRET not in "".join(said)
    assert SECRET.encode() not in kept


async def _unreached(planner: Running) -> bool:
    return [each["unreached"] for each in await notices(planner)] == [1]
