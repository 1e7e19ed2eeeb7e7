"""A replica dies between a good answer and its entry, so often and no more, over all its lives."""

import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from drill.deaths import _DyingLedger
from schemas.deliveries import DeliveryFact, DeliveryPublished, DeliveryScheduled
from services.kit.messages import Told


class _Killed(Exception):
    pass


class _Kept:
    """A ledger that keeps what it is told."""

    def __init__(self) -> None:
        self.facts: list[DeliveryFact] = []

    async def recall(self, channel: str, post: object) -> Told[DeliveryFact] | None:
        raise NotImplementedError

    async def record(self, fact: DeliveryFact, after: int) -> int:
        self.facts.append(fact)
        return after + 1


def fact(as_: type[DeliveryFact], **said: Any) -> DeliveryFact:
    now, post = datetime(2026, 11, 23, 12, tzinfo=UTC), uuid4()
    common = {"occurred_at": now, "trace": post, "channel": "listed", "post": post}
    return as_(**common, revision=1, publish_at=now, **said)


async def test_it_dies_before_a_good_answer_is_kept_and_only_as_often_as_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(_: int, with_: signal.Signals) -> None:
        assert with_ is signal.SIGKILL
        raise _Killed

    monkeypatch.setattr(os, "kill", kill)
    kept, died = _Kept(), 0
    url = "https://plain.example/1"
    published = fact(
        DeliveryPublished,
        kind="plain",
        external_id="1",
        url=url,
        published_at=datetime(2026, 11, 23, 12, tzinfo=UTC),
        known_by="answer",
    )
    for _ in range(60):
        # Each life begins with the same luck.
        life = _DyingLedger(kept, tmp_path / "died", 3, Random("1"))  # noqa: S311 - the same luck every time is the point
        try:
            for _ in range(20):
                await life.record(fact(DeliveryScheduled), 0)
                await life.record(published, 0)
        except _Killed:
            died += 1
            assert isinstance(kept.facts[-1], DeliveryScheduled)
    assert died == 3
