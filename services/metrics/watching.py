"""Reading comments: the words are stored first, so that no fact ever stands without them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from schemas.comments import CommentFact
from services.metrics import comments
from services.metrics.comments import Remark, Thread
from services.metrics.domain import Watch
from services.metrics.ports import CommentSource, Memory, NoAnswer, NoToken, NotTold, Tally
from services.metrics.publications import Publication


@dataclass(frozen=True, slots=True)
class Watcher:
    """Reads what people write beneath our posts."""

    memory: Memory
    sources: Mapping[str, CommentSource]
    """By kind of channel."""
    tally: Tally
    now: Callable[[], datetime]

    def watches(self, published: Publication) -> bool:
        """Whether a post has comments that can be read."""
        return published.kind in self.sources and bool(published.external_id)

    async def read(self, published: Publication, watch: Watch) -> frozenset[UUID]:
        """Tell what is new; gives the known comments that are missing for the first time.

        Lists lag behind, so a comment is gone when a second reading misses the same ones.
        """
        thread = await self._thread(published)
        if thread is None:
            return frozenset()
        known = await self.memory.comments(published.channel, published.post)
        for remark in thread.remarks:
            await self._tell_news(published, remark, known)
        lost = comments.missing(known, published.channel, thread)
        if not watch.without:
            return lost
        if comments.name_of(lost) == watch.without:
            for comment in sorted(lost):
                await self._tell_removal(published, known[comment])
        return frozenset()

    async def _thread(self, published: Publication) -> Thread | None:
        try:
            thread = await self.sources[published.kind].comments(published)
        except NoAnswer:
            self.tally.watch(published.channel, "no_answer")
            return None
        except (NoToken, NotTold):
            self.tally.watch(published.channel, "not_told")
            return None
        self.tally.watch(published.channel, "whole" if thread.whole else "part")
        return thread

    async def _tell_news(
        self, published: Publication, remark: Remark, known: Mapping[UUID, CommentFact]
    ) -> None:
        comment = comments.comment_of(published.channel, remark.external_id)
        if comments.news(remark, published, known.get(comment), self.now()) is None:
            return
        # What is known was read some time ago, and not further than a limit.
        subject = CommentFact.address.format(
            channel=published.channel, post=published.post, comment=comment
        )
        newest = await self.memory.newest(subject)
        last = newest.fact if newest else None
        fact = comments.news(remark, published, last, self.now())
        if fact is None:
            return
        if last is None or last.digest != fact.digest:
            await self._keep_words(remark, fact)
        await self.memory.tell(fact, after=newest.sequence if newest else 0)

    async def _keep_words(self, remark: Remark, fact: CommentFact) -> None:
        """Store who wrote what, unless a reading that was cut off has.

        What was erased on purpose stays so: for an unchanged digest nobody comes here.
        """
        words = comments.words(remark, fact)
        newest = await self.memory.newest(words.subject)
        if newest is None or newest.fact.digest != words.digest:
            await self.memory.tell(words, after=newest.sequence if newest else 0)

    async def _tell_removal(self, published: Publication, known: CommentFact) -> None:
        newest = await self.memory.newest(known.subject)
        fact = comments.removal(newest.fact, published, self.now()) if newest else None
        if newest and fact:
            await self.memory.tell(fact, after=newest.sequence)
