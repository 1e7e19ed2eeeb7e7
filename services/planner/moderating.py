"""What people want done to things that stand in public: hide a comment, pin a post, and back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from schemas.channels import ChannelProbed
from schemas.codes import Code
from schemas.deliveries import DeliveryFact
from schemas.moderation import Action, ModerationAsked
from schemas.posts import PostFact
from services.kit.messages import Overtaken, Told
from services.planner.domain.comments import Comment, CommentState
from services.planner.domain.moderation import refuse_unable
from services.planner.domain.people import Person, Role
from services.planner.domain.refusals import refused
from services.planner.domain.standing import proof_of
from services.planner.domain.transitions import state_of
from services.planner.ports import Channels, Memory
from services.planner.requests import Asked, answered

Hiding = Literal["hide", "unhide"]
Pinning = Literal["pin", "unpin"]


@dataclass(frozen=True, slots=True)
class Moderating:
    """Wishes about comments of others and posts of ours; the newest on a thing counts."""

    memory: Memory
    channels: Channels
    now: Callable[[], datetime]

    async def moderate(
        self, person: Person, action: Hiding, comment: Comment, why: str, asked: Asked
    ) -> int:
        """Have a comment hidden, or shown again; gives where that stands in the stream."""
        person.must_be(Role.APPROVER)
        if await answered(self.memory, asked):
            return 0
        fact = comment.fact
        channel = self._able(fact.channel, action)
        if comment.state is CommentState.REMOVED:
            raise refused(Code.COMMENT_GONE, channel=channel.title)
        post = await self._post(fact.post)
        wish = ModerationAsked(
            occurred_at=self.now(),
            trace=fact.trace,
            channel=fact.channel,
            thing=fact.comment,
            action=action,
            external_id=fact.external_id,
            beneath=fact.beneath,
            url=fact.url,
            by=person.id,
            why=why,
        )
        return await self._tell(wish, post, asked)

    async def pin(
        self, person: Person, action: Pinning, post: UUID, channel: str, asked: Asked
    ) -> int:
        """Have a public post pinned, or let go; gives where that stands in the stream."""
        person.must_be(Role.APPROVER)
        if await answered(self.memory, asked):
            return 0
        known = self._able(channel, action)
        fact = await self._post(post)
        if any(v.channel == channel and v.content.answers for v in fact.document.variants):
            # It stands beneath a post, and only what stands by itself can be at the top.
            raise refused(Code.MODERATION_UNABLE, channel=known.title)
        told: Told[DeliveryFact] | None = await self.memory.newest(
            DeliveryFact.address.format(teller="publisher", channel=channel, post=post)
        )
        proof = proof_of(told.fact if told else None)
        if proof is None:
            raise refused(Code.WRONG_STATE, state=state_of(fact).value, wanted="published")
        wish = ModerationAsked(
            occurred_at=self.now(),
            trace=fact.trace,
            channel=channel,
            thing=post,
            action=action,
            external_id=proof.external_id,
            url=proof.url,
            by=person.id,
        )
        return await self._tell(wish, fact, asked)

    def _able(self, channel: str, action: Action) -> ChannelProbed:
        known = self.channels.known()
        if channel not in known:
            raise refused(Code.UNKNOWN_CHANNEL, channel=channel, channels=", ".join(known) or "–")
        refuse_unable(known[channel], action)
        return known[channel]

    async def _post(self, post: UUID) -> PostFact:
        told: Told[PostFact] | None = await self.memory.newest(PostFact.address.format(post=post))
        if told is None:
            raise refused(Code.POST_NOT_FOUND)
        return told.fact

    async def _tell(self, wish: ModerationAsked, post: PostFact, asked: Asked) -> int:
        newest = await self.memory.newest(wish.subject)
        done = [(answer, 0) for answer in asked.answered(post, self.now())]
        try:
            last = await self.memory.tell([(wish, newest.sequence if newest else 0), *done])
        except Overtaken:
            # Perhaps by the same request, sent twice at once.
            if await answered(self.memory, asked):
                return 0
            raise refused(Code.CHANGED_MEANWHILE) from None
        return last
