"""A planner on fakes, with a clock that stands still."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from schemas.codes import Code
from schemas.posts import PostFact, PostSubmitted
from services.kit.messages import Due, Told
from services.planner.domain.people import Person
from services.planner.domain.refusals import Refusal
from services.planner.domain.written import WrittenPost
from services.planner.handlers import Answer, Planner
from services.planner.requests import Asked
from services.planner.videos import StoredVideos
from tests.planner.fakes import (
    Clock,
    FakeChannels,
    FakeComments,
    FakeMemory,
    FakePictures,
    FakeStore,
    FakeTimers,
)
from tests.planner.samples import (
    ANNA,
    BENGT,
    NOW,
    ZONE,
    variant,
    written,
)

TWO = written(variant("newsroom"), variant("mastodon"))


@dataclass
class World:
    """A planner and what it stands on."""

    memory: FakeMemory = field(default_factory=FakeMemory)
    channels: FakeChannels = field(default_factory=FakeChannels)
    comments: FakeComments = field(default_factory=FakeComments)
    timers: FakeTimers = field(default_factory=FakeTimers)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.planner = Planner(
            self.memory,
            self.channels,
            self.comments,
            FakePictures(),
            StoredVideos(FakeStore()),
            self.timers,
            self.clock,
            ZONE,
            timedelta(minutes=15),
        )

    async def draft(self, body: Any = TWO, person: Person = ANNA, **asked: Any) -> Answer:
        post = WrittenPost.model_validate(body)
        return await self.planner.draft(person, post, Asked(**asked))

    async def submitted(self, body: Any = TWO) -> PostFact:
        drafted = await self.draft(body)
        return (await self.planner.submit(ANNA, drafted.post.post, Asked())).post

    async def approve(self, post: PostFact, person: Person = BENGT, **asked: Any) -> Answer:
        return await self.planner.approve(person, post.post, Asked(**{"seen": post.digest} | asked))

    async def approved(self, body: Any = TWO) -> PostFact:
        return (await self.approve(await self.submitted(body))).post

    async def edit(self, post: PostFact, body: Any) -> PostFact:
        changed = WrittenPost.model_validate(body)
        return (await self.planner.edit(ANNA, post.post, changed, Asked())).post

    async def due(self, told: Told[PostSubmitted]) -> None:
        tokens = ("post", str(told.fact.post), str(told.sequence))
        await self.planner.miss_unapproved(Due(tokens, told.fact.trace, NOW))


async def refusal(call: Any) -> Code:
    with pytest.raises(Refusal) as no:
        await call
    return no.value.code


def void(_: object) -> None:
    """Take a value for which there is no use."""
