"""What the planner does: one method for each thing that people or the clock ask of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from schemas.codes import Code
from schemas.deliveries import DeliveryFact
from schemas.envelope import Fact
from schemas.posts import Document, PostFact, PostSubmitted, RequestAnswered
from services.kit.messages import Due, Overtaken, Told
from services.planner.domain import transitions
from services.planner.domain.checks import earliest, passed_times, problems_of
from services.planner.domain.people import Person, Role
from services.planner.domain.refusals import refused
from services.planner.domain.transitions import Next
from services.planner.domain.written import WrittenPost, document_of, refuse_if
from services.planner.ports import Channels, Memory, Pictures, Timers


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for, so that asking again does not do it again."""

    key: str | None = None
    """Digest of the person and their Idempotency-Key; None: they sent none."""
    digest: str = ""
    """Digest of what was asked: method, path, body and the content it was about."""
    seen: str | None = None
    """Digest of the content that the person had read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A post as it now stands, and how the first asking went."""

    post: PostFact
    sequence: int
    status: int


@dataclass(frozen=True, slots=True)
class Planner:
    """People's and the clock's wishes, decided on what the memory says and never on the board."""

    memory: Memory
    channels: Channels
    pictures: Pictures
    timers: Timers
    now: Callable[[], datetime]
    zone: str
    freshness: timedelta

    async def draft(self, person: Person, written: WrittenPost, asked: Asked) -> Answer:
        """Begin a post."""
        person.must_be(Role.AUTHOR)
        if answered := await self._answered(asked):
            return answered
        document = await self._document(written)
        begun = transitions.draft(document, uuid4(), person, self.now())
        return await self._tell(begun, 0, asked, 201)

    async def edit(self, person: Person, post: UUID, written: WrittenPost, asked: Asked) -> Answer:
        """Change a post that is not public yet; it has to be approved anew."""
        person.must_be(Role.AUTHOR)
        if answered := await self._answered(asked):
            return answered
        told = await self._newest(post, asked)
        document = await self._document(written)
        await self._refuse_public(told.fact, document)
        return await self._tell(
            transitions.edit(told.fact, document, person, self.now()), told.sequence, asked
        )

    async def submit(self, person: Person, post: UUID, asked: Asked) -> Answer:
        """Ask for another person's approval."""
        person.must_be(Role.AUTHOR)
        if answered := await self._answered(asked):
            return answered
        told = await self._newest(post, asked)
        submitted = transitions.submit(told.fact, person, self.now())
        document = told.fact.document
        refuse_if(problems_of(document, self.channels.known()) + passed_times(document, self.now()))
        return await self._tell(submitted, told.sequence, asked)

    async def approve(self, person: Person, post: UUID, asked: Asked) -> Answer:
        """Say yes to the content that was read; from then on nobody needs to be at work."""
        person.must_be(Role.APPROVER)
        if answered := await self._answered(asked):
            return answered
        if asked.seen is None:
            raise refused(Code.APPROVAL_UNSEEN)
        told = await self._newest(post, asked)
        approved = transitions.approve(told.fact, person, self.now(), self.freshness)
        refuse_if(problems_of(told.fact.document, self.channels.known()))
        await self._refuse_public(told.fact)
        return await self._tell(approved, told.sequence, asked)

    async def withdraw(self, person: Person, post: UUID, asked: Asked) -> Answer:
        """Decide that what is not yet public of a post shall not go out."""
        person.must_be(Role.AUTHOR, Role.APPROVER)
        if answered := await self._answered(asked):
            return answered
        told = await self._newest(post, asked)
        deliveries = await self._deliveries(told.fact)
        withdrawn = transitions.withdraw(told.fact, person, self.now(), deliveries)
        return await self._tell(withdrawn, told.sequence, asked)

    async def watch_the_time(self, told: Told[PostSubmitted]) -> None:
        """Set a timer at a submitted post's first time."""
        first = earliest(told.fact.document)
        if first is not None:
            tokens = ("post", str(told.fact.post))
            await self.timers.set(tokens, str(told.sequence), first[0], told.fact.trace)

    async def miss_unapproved(self, due: Due) -> None:
        """Write down that a post's time came while it still waited for approval."""
        _, post, sequence = due.tokens
        told = await self.memory.newest(PostFact.address.format(post=post))
        if told is not None and told.sequence == int(sequence):
            missed = transitions.miss(told.fact, self.now())
            await self.memory.tell([(missed.post, told.sequence)])

    async def _document(self, written: WrittenPost) -> Document:
        pictures = await self.pictures.look(written.digests())
        document, unreadable = document_of(written, pictures, self.zone)
        refuse_if(
            unreadable
            + problems_of(document, self.channels.known())
            + passed_times(document, self.now())
        )
        return document

    async def _newest(self, post: UUID, asked: Asked) -> Told[PostFact]:
        told: Told[PostFact] | None = await self.memory.newest(PostFact.address.format(post=post))
        if told is None:
            raise refused(Code.POST_NOT_FOUND)
        if asked.seen is not None and asked.seen != told.fact.digest:
            raise refused(Code.APPROVAL_STALE)
        return told

    async def _refuse_public(self, post: PostFact, *further: Document) -> None:
        transitions.refuse_public(await self._deliveries(post, *further))

    async def _deliveries(self, post: PostFact, *further: Document) -> list[DeliveryFact]:
        subjects = [
            DeliveryFact.address.format(channel=channel, post=post.post)
            for channel in transitions.channels_of([post.document, *further])
        ]
        # A post that was never approved has no deliveries to look for.
        found = await self.memory.newest_of(subjects) if post.revision else []
        return [told.fact for told in found if told is not None]

    async def _answered(self, asked: Asked) -> Answer | None:
        """Find the answer to the same request, given before."""
        if asked.key is None:
            return None
        subject = RequestAnswered.address.format(key=asked.key)
        told: Told[RequestAnswered] | None = await self.memory.newest(subject)
        if told is None:
            return None
        if told.fact.digest != asked.digest:
            raise refused(Code.KEY_REUSED)
        post = await self.memory.newest(PostFact.address.format(post=told.fact.post))
        return Answer(post.fact, post.sequence, told.fact.status) if post else None

    async def _tell(self, next_: Next, after: int, asked: Asked, status: int = 200) -> Answer:
        """Store the post's fact, its orders and the answer to the request, all in one write."""
        before = await self.memory.newest_of([order.subject for order in next_.orders])
        facts: list[tuple[Fact, int]] = [(next_.post, after)]
        facts += [
            (order, told.sequence if told else 0)
            for order, told in zip(next_.orders, before, strict=True)
        ]
        if asked.key is not None:
            facts.append((self._answer(next_.post, asked.key, asked.digest, status), 0))
        try:
            last = await self.memory.tell(facts)
        except Overtaken:
            # Perhaps by the same request, sent twice at once.
            if answered := await self._answered(asked):
                return answered
            raise refused(Code.CHANGED_MEANWHILE) from None
        return Answer(next_.post, last, status)

    def _answer(self, post: PostFact, key: str, digest: str, status: int) -> RequestAnswered:
        return RequestAnswered(
            occurred_at=self.now(),
            trace=post.trace,
            key=key,
            digest=digest,
            post=post.post,
            version=post.version,
            status=status,
        )
