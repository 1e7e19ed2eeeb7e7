"""Erasing who wrote what: archived first, by a decision, and only what the rule takes."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from schemas.comments import CommentReceived, CommentWords
from schemas.envelope import now
from services.kit.facts import Facts
from services.provision.copies import Failed
from services.provision.erasing import Rule, erase
from services.provision.settings import Settings
from tests.harness.broker import Broker

pytestmark = pytest.mark.nats

_DIGEST = "0" * 64


class Told(list[str]):
    def __call__(self, line: str) -> None:
        self.append(line)


@pytest.fixture
def settings(broker: Broker) -> Settings:
    return Settings(secrets=broker.secrets, nats_url=broker.url)


async def _write(facts: Facts, text: str) -> UUID:
    """Tell of a comment as metrics does: the words, then that there is one."""
    comment = uuid4()
    said: dict[str, Any] = {
        "occurred_at": now(),
        "trace": uuid4(),
        "channel": "mastodon",
        "post": uuid4(),
        "comment": comment,
        "digest": _DIGEST,
    }
    await facts.tell(CommentWords(**said, author="Aina", text=text), after=0)
    told = CommentReceived(**said, external_id="5", beneath="4", written_at=now())
    await facts.tell(told, after=0)
    return comment


async def _words(facts: Facts) -> list[str]:
    pattern = "personal.metrics.comment.*.*.*"
    kept = await facts.page("METRICS_PERSONAL", pattern, 1)
    return [json.loads(each.body)["text"] for each in kept]


async def test_one_comment_goes_and_the_archive_has_it(
    broker: Broker, settings: Settings, tmp_path: Path
) -> None:
    archive, tell = tmp_path / "archive.jsonl", Told()
    async with broker.connection("metrics") as connection:
        facts = Facts(connection)
        await _write(facts, "Stannar kvar")
        gone = await _write(facts, "Ska bort å ä ö")
        await erase(settings, Rule(archive, "RS 2026-0123", comment=str(gone)), tell)
        assert await _words(facts) == ["Stannar kvar"]
        left = await facts.page("METRICS", "metrics.comment.>", 1)
    assert len(left) == 2  # that somebody wrote remains
    first, *rest = archive.read_text().splitlines()
    assert json.loads(first)["decision"] == "RS 2026-0123"
    assert [json.loads(json.loads(line)["body"])["text"] for line in rest] == ["Ska bort å ä ö"]
    assert archive.stat().st_mode & 0o777 == 0o600
    assert "copies made before" in tell[-1]


async def test_what_is_older_goes_and_what_is_newer_stays(
    broker: Broker, settings: Settings, tmp_path: Path
) -> None:
    async with broker.connection("metrics") as connection:
        facts = Facts(connection)
        await _write(facts, "Gammal")
        [old] = await facts.page("METRICS_PERSONAL", "personal.>", 1)
        moment = old.stored_at + timedelta(microseconds=1)
        await _write(facts, "Ny")
        rule = Rule(tmp_path / "archive.jsonl", "Gallringsplan 3.1", before=moment)
        await erase(settings, rule, Told())
        assert await _words(facts) == ["Ny"]


async def test_nothing_goes_without_a_decision_or_over_an_older_archive(
    broker: Broker, settings: Settings, tmp_path: Path
) -> None:
    archive = tmp_path / "archive.jsonl"
    late = now() + timedelta(days=1)
    async with broker.connection("metrics") as connection:
        facts = Facts(connection)
        await _write(facts, "Kvar")
        with pytest.raises(Failed, match="decision"):
            await erase(settings, Rule(archive, " ", before=late), Told())
        archive.write_text("")
        with pytest.raises(Failed, match="never overwritten"):
            await erase(settings, Rule(archive, "RS 1", before=late), Told())
        assert await _words(facts) == ["Kvar"]


async def test_a_rule_that_takes_nothing_writes_no_archive(
    settings: Settings, tmp_path: Path
) -> None:
    tell, archive = Told(), tmp_path / "archive.jsonl"
    await erase(settings, Rule(archive, "RS 1", comment=str(uuid4())), tell)
    assert not archive.exists()
    assert tell == ["nothing is to be erased by that; no archive was written"]
