"""How a behaviour is tried on every platform, and what each of them can be given."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest

from schemas.posts import Addressee
from services.publisher.domain.answers import Answer, Published, Unclear
from services.publisher.domain.rules import Repeat
from services.publisher.ports import Channel, Parcel, TwoPhase
from tests.channels.builders import laid, parcel, picture_file
from tests.channels.platforms import CAN, REAL, SIMULATED
from tests.channels.platforms.base import Break, Platform

REMARK = "Gäller det här även oss som bor i norra delen?"


def on(*faults: Break) -> pytest.MarkDecorator:
    """Run on every server; or once for each of these faults that a server can be asked for."""
    tried = [(name, fault) for name, can in CAN.items() for fault in faults if fault in can]
    if not faults:
        given = [pytest.param(name, id=name, marks=_marks(name)) for name in CAN]
        return pytest.mark.parametrize("platform", given, indirect=True)
    each = [
        pytest.param(name, fault, id=f"{name}-{fault.name.lower()}", marks=_marks(name))
        for name, fault in tried
    ]
    return pytest.mark.parametrize(("platform", "how"), each, indirect=["platform"])


def _marks(name: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.real] if name in REAL else []


@asynccontextmanager
async def opened(platform: Platform, **how: Any) -> AsyncIterator[Channel]:
    made = platform.channel(**how)
    try:
        yield made
    finally:
        await made.close()


async def first_step(channel: Channel, sent: Parcel) -> Answer:
    """Begin to publish, as far as a refusal of the content comes."""
    if isinstance(channel, TwoPhase):
        return await channel.prepare(sent)
    return await channel.commit(sent)


def needs_looking(channel: Channel) -> None:
    if not channel.repeat_safety.finds:
        pytest.skip("nothing can be read back there")


def is_known(channel: Channel, again: Answer) -> bool:
    """Whether the same words are refused as a duplicate, where nothing else is known again."""
    return channel.repeat_safety.by is Repeat.LOOK_UP and isinstance(again, Unclear)


def simulated() -> pytest.MarkDecorator:
    """Run on every dialect of the simulator."""
    names = [f"{kind}_simulator" for kind in SIMULATED]
    return pytest.mark.parametrize("platform", names, ids=names, indirect=True)


def sendable(platform: Platform, text: str, link: str | None = None) -> Parcel:
    """Write a post that this platform takes."""
    pictures = [picture_file()] if platform.demands_picture else []
    return parcel(text, *pictures, link=link)


async def shown(platform: Platform, text: str) -> int:
    """Count the public posts that say this."""
    return sum(text in words for words in await platform.texts())


def unique(text: str = "Ett råd om händer och tvål") -> str:
    return f"Nummer {uuid4().hex}. {text}"


async def commented(platform: Platform, channel: Channel) -> Addressee:
    """Publish a post, and let a reader write beneath it."""
    if channel.answer_safety is None:
        pytest.skip("it takes no answers from here")
    text = unique()
    above = await channel.commit(await laid(channel, sendable(platform, text)))
    assert isinstance(above, Published)
    comment = await platform.comment(text, above.external_id, REMARK)
    if comment is None:
        pytest.skip("no reader can write there")
    return comment


async def answering(channel: Channel, comment: Addressee, text: str | None = None) -> Parcel:
    """Write an answer, and lay it ready where that is a step of its own."""
    sent = parcel(text or unique("Ja, det gör det."), answers=comment)
    return await laid(channel, sent) if two_steps(channel) else sent


def two_steps(channel: Channel) -> bool:
    """Whether an answer is laid ready; where posts are, it need not be."""
    return channel.answer_safety is not None and channel.answer_safety.by is Repeat.TWO_PHASE
