"""What the planner does: one method for each thing that people or the clock ask of it."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from schemas.alerts import HoldFact
from schemas.codes import Code
from schemas.decisions import Choice, DecisionMade
from schemas.deliveries import DeliveryFact
from schemas.envelope import Fact
from schemas.posts import Document, OrderFact, PostFact, PostSubmitted
from schemas.publishing import PublishingFact
from services.kit.messages import Due, Overtaken, Told
from services.planner.domain import answering, decisions, pauses, quotas, transitions
from services.planner.domain.checks import earliest, passed_times, problems_of
from services.planner.domain.orders import channels_of
from services.planner.domain.people import Person, Role
from services.planner.domain.refusals import Problem, refused
from services.planner.domain.standing import NOWHERE, Standing, Standings, public_in, standing_of
from services.planner.domain.transitions import Next
from services.planner.domain.written import WrittenPost, document_of, refuse_if
from services.planner.ports import Channels, Comments, Memory, Pictures, Timers, Videos
from services.planner.requests import Asked, answered


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
    comments: Comments
    pictures: Pictures
    videos: Videos
    timers: Timers
    now: Callable[[], datetime]
    zone: str
    freshness: timedelta

    async def draft(self, person: Person, written: WrittenPost, asked: Asked) -> Answer:
        """Begin a post."""
        person.must_be(Role.AUTHOR)
        if answered := await self._answered(asked):
            return answered
        document = await self._document(written, frozenset())
        begun = transitions.draft(document, uuid4(), person, self.now())
        return await self._tell(begun, 0, asked, 201)

    async def edit(self, person: Person, post: UUID, written: WrittenPost, asked: Asked) -> Answer:
        """Change a post; it has to be approved anew, and what is public stays so until then."""
        person.must_be(Role.AUTHOR)
        if answered := await self._answered(asked):
            return answered
        told = await self._newest(post, asked)
        further = [variant.channel for variant in written.variants]
        standings = await self._standings(told.fact, further)
        document = await self._document(written, public_in(standings))
        edited = transitions.edit(told.fact, document, person, self.now(), standings)
        return await self._tell(edited, told.sequence, asked, standings=standings)

    async def submit(self, person: Person, post: UUID, asked: Asked) -> Answer:
        """Ask for another person's approval."""
        person.must_be(Role.AUTHOR)
        if answered := await self._answered(asked):
            return answered
        told = await self._newest(post, asked)
        submitted = transitions.submit(told.fact, person, self.now())
        document, public = told.fact.document, public_in(await self._standings(told.fact))
        refuse_if(
            problems_of(document, self.channels.known())
            + passed_times(document, self.now(), public)
            + tuple(self._full(told.fact, public, None))
            + self._gone_comments(document, public)
        )
        return await self._tell(submitted, told.sequence, asked)

    async def approve(self, person: Person, post: UUID, asked: Asked) -> Answer:
        """Say yes to the content that was read; from then on nobody needs to be at work."""
        person.must_be(Role.APPROVER)
        if answered := await self._answered(asked):
            return answered
        if asked.seen is None:
            raise refused(Code.APPROVAL_UNSEEN)
        told = await self._newest(post, asked)
        standings = await self._standings(told.fact)
        approved = transitions.approve(told.fact, person, self.now(), self.freshness, standings)
        refuse_if(
            problems_of(told.fact.document, self.channels.known())
            + tuple(self._full(told.fact, public_in(standings), self.now()))
            + self._gone_comments(told.fact.document, public_in(standings))
        )
        return await self._tell(approved, told.sequence, asked, standings=standings)

    async def withdraw(self, person: Person, post: UUID, asked: Asked) -> Answer:
        """Decide that a post shall not be public: not go out, and be taken away where it is out."""
        person.must_be(Role.AUTHOR, Role.APPROVER)
        if answered := await self._answered(asked):
            return answered
        told = await self._newest(post, asked)
        standings = await self._standings(told.fact)
        withdrawn = transitions.withdraw(told.fact, person, self.now(), standings)
        return await self._tell(withdrawn, told.sequence, asked, standings=standings)

    async def decide(
        self,
        person: Person,
        post: UUID,
        channel: str,
        choice: Choice,
        on: int,
        url: str | None,
        asked: Asked,
    ) -> Answer:
        """Settle what the publisher cannot settle alone about the ledger's entry `on`."""
        person.must_be(Role.APPROVER)
        if answered := await self._answered(asked):
            return answered
        told = await self._newest(post, asked)
        standing = (await self._standings(told.fact, [channel])).get(channel, NOWHERE)
        made = decisions.decide(standing, channel, choice, on, person, self.now(), self.zone)
        if choice == "there":
            address = decisions.address_in(self.channels.known(), channel, url)
            made = made.model_copy(update={"url": address})
        if choice == "send":
            await self._refuse_stopped(standing)
        before: Told[DecisionMade] | None = await self.memory.newest(made.subject)
        decisions.refuse_taken(before.fact if before else None, made)
        return await self._store([(made, before.sequence if before else 0)], told.fact, asked, 200)

    async def _refuse_stopped(self, standing: Standing) -> None:
        """Refuse to send while a pause or the hold of a crisis would stop it again."""
        subjects = [HoldFact.address, PublishingFact.address]
        hold, paused = await self.memory.newest_of(subjects)
        decisions.refuse_held(standing, hold.fact if hold else None)
        decisions.refuse_paused(standing, pauses.standing(paused.fact if paused else None))

    async def watch_the_time(self, told: Told[PostSubmitted]) -> None:
        """Set a timer at the first time of what is not public yet in a submitted post."""
        public = public_in(await self._standings(told.fact))
        first = earliest(told.fact.document, public)
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

    async def _document(self, written: WrittenPost, public: frozenset[str]) -> Document:
        pictures = await self.pictures.look(written.digests())
        comments = self.comments.known(written.answered())
        videos = await self.videos.look(written.videos())
        document, unreadable = document_of(written, pictures, self.zone, comments, videos)
        refuse_if(
            unreadable
            + problems_of(document, self.channels.known())
            + passed_times(document, self.now(), public)
            + answering.gone_comments(document, comments, public)
        )
        return document

    def _full(
        self, post: PostFact, public: Collection[str], on_approval: datetime | None
    ) -> Iterator[Problem]:
        """Find what would be one too many for its channel; corrections and answers do not count."""
        known, now = self.channels.known(), self.now()
        for number, variant in enumerate(post.document.variants):
            channel, at = known.get(variant.channel), variant.publish_at
            moment = at if isinstance(at, datetime) else on_approval
            counts = variant.content.answers is None and variant.channel not in public
            if channel is None or channel.quota is None or moment is None or not counts:
                continue
            between = quotas.stretch(channel.quota, moment, now)
            approved = self.channels.approved(channel.channel, between, post.post)
            problem = quotas.full(channel, channel.quota, moment, approved, now)
            if problem is not None:
                yield problem.at(f"variants.{number}.publish_at")

    def _gone_comments(self, document: Document, public: frozenset[str]) -> tuple[Problem, ...]:
        return answering.gone_comments(
            document, self.comments.known(answering.answered_by(document)), public
        )

    async def _newest(self, post: UUID, asked: Asked) -> Told[PostFact]:
        told: Told[PostFact] | None = await self.memory.newest(PostFact.address.format(post=post))
        if told is None:
            raise refused(Code.POST_NOT_FOUND)
        if asked.seen is not None and asked.seen != told.fact.digest:
            raise refused(Code.APPROVAL_STALE)
        return told

    async def _standings(self, post: PostFact, further: Iterable[str] = ()) -> Standings:
        """Look up what was ordered of a post and what became of it, by channel."""
        if not post.revision:
            # What was never approved has neither.
            return {}
        channels = list(dict.fromkeys([*channels_of([post.document]), *further]))
        subjects = [
            thing.address.format(teller="publisher", channel=channel, post=post.post)
            for thing in (OrderFact, DeliveryFact)
            for channel in channels
        ]
        found = await self.memory.newest_of(subjects)
        orders, deliveries = found[: len(channels)], found[len(channels) :]
        return {
            channel: standing_of(order, delivery)
            for channel, order, delivery in zip(channels, orders, deliveries, strict=True)
        }

    async def _answered(self, asked: Asked) -> Answer | None:
        """Find the answer to the same request, given before."""
        before = await answered(self.memory, asked)
        if before is None:
            return None
        post = await self.memory.newest(PostFact.address.format(post=before.post))
        return Answer(post.fact, post.sequence, before.status) if post else None

    async def _tell(
        self,
        next_: Next,
        after: int,
        asked: Asked,
        status: int = 200,
        standings: Standings = transitions.NOTHING_ORDERED,
    ) -> Answer:
        """Store the post's fact with its orders, each after the one that it was decided on."""
        orders: list[tuple[Fact, int]] = [
            (order, standings.get(order.channel, NOWHERE).ordered) for order in next_.orders
        ]
        return await self._store([(next_.post, after), *orders], next_.post, asked, status)

    async def _store(
        self, facts: list[tuple[Fact, int]], post: PostFact, asked: Asked, status: int
    ) -> Answer:
        """Store facts and the answer to the request, all in one write."""
        done = [(answer, 0) for answer in asked.answered(post, self.now(), status)]
        try:
            last = await self.memory.tell([*facts, *done])
        except Overtaken:
            # Perhaps by the same request, sent twice at once.
            if answered := await self._answered(asked):
                return answered
            raise refused(Code.CHANGED_MEANWHILE) from None
        return Answer(post, last, status)
