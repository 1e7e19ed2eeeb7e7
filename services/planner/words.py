"""Who wrote what beneath our posts: looked up when somebody looks, and kept nowhere here."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from schemas.comments import CommentFact, CommentWords
from services.kit.facts import Unreadable
from services.kit.messages import BrokerAway
from services.planner.ports import Memory


@dataclass(frozen=True, slots=True)
class Read:
    """The words of one comment, if they can be read."""

    state: Literal["shown", "erased", "unavailable"]
    author: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of comments, for a page of them at a time."""

    memory: Memory

    async def of(self, comments: Sequence[CommentFact]) -> list[Read]:
        """Look up the words of some comments, in the same order."""
        subjects = [
            CommentWords.address.format(channel=fact.channel, post=fact.post, comment=fact.comment)
            for fact in comments
        ]
        return list(await asyncio.gather(*map(self._read, subjects)))

    async def _read(self, subject: str) -> Read:
        try:
            told = await self.memory.newest(subject)
        except (BrokerAway, Unreadable):
            # A page without some words is better than none; the next look may find them.
            return Read("unavailable")
        if told is None:
            return Read("erased")
        return Read("shown", told.fact.author, told.fact.text)
