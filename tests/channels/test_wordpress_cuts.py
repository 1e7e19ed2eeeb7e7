"""However often the network cuts, and whatever our ledger forgets: one post stands on the site."""

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest

from services.publisher.channels.wordpress.channel import WordPressChannel
from services.publisher.domain.answers import Absent, Answer, Finding, Prepared, Published, Unclear
from services.publisher.ports import Parcel
from tests.channels.builders import parcel, picture_file, sought
from tests.channels.platforms.wordpress import WordPressServer
from tests.harness.proxy import RESET_AFTER, RESET_BEFORE, cut_answer_after

pytestmark = [pytest.mark.web, pytest.mark.real]

CUTS = [RESET_BEFORE, RESET_AFTER, cut_answer_after(20), cut_answer_after(900)]
DELIVERIES = 6
MOST_STEPS = 60
LAYING, PUBLISHING = 6, 2
"""So many connections a step makes, and any of them may be the one that is cut."""


@pytest.fixture
async def channel(wordpress_server: WordPressServer) -> AsyncIterator[WordPressChannel]:
    made = wordpress_server.channel()
    assert isinstance(made, WordPressChannel)
    yield made
    await made.close()


async def step(channel: WordPressChannel, sent: Parcel, last: Answer | Finding) -> Answer | Finding:
    """Do what the engine does next."""
    if isinstance(last, Unclear):
        return await channel.find(sought(sent))
    if sent.handle is None:
        return await channel.prepare(sent)
    return await channel.commit(sent)


@pytest.mark.parametrize("seed", range(3))
async def test_however_often_it_is_cut_it_stands_there_once(
    wordpress_server: WordPressServer, channel: WordPressChannel, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same cuts every time
    for _ in range(DELIVERIES):
        sent = parcel(f"Klippt gång på gång {uuid4()}", picture_file(colour=uuid4().bytes[:3]))
        said: Answer | Finding = Absent()
        for number in range(MOST_STEPS):
            if number < MOST_STEPS // 2 and chance.random() < 0.8:
                cut = chance.choice(CUTS)
                calls = PUBLISHING if sent.handle else LAYING
                wordpress_server.proxy.strike(cut, after=chance.randrange(calls))
            said = await step(channel, sent, said)
            if isinstance(said, Published):
                break
            if isinstance(said, Prepared):
                sent = replace(sent, handle=said.handle)
            elif isinstance(said, Unclear) and chance.random() < 0.5:
                sent = replace(sent, handle=None)
        assert isinstance(said, Published)
        wordpress_server.proxy.thaw()
        texts = await wordpress_server.texts()
        assert sum(sent.content.text in text for text in texts) == 1
