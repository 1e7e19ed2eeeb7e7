"""Platforms of Meta's where a post lies ready as a container, and is then published by its id.

A container is published once at most because it is asked first how it is: what a second call to
one that is public does, Meta does not say.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from pydantic import Field

from schemas.channels import Limits
from schemas.codes import Code
from schemas.deliveries import Proof
from schemas.envelope import now
from schemas.moderation import Action
from schemas.posts import Addressee
from services.kit.texts import opening, words_digest
from services.publisher.channels.calls import Calls, Unready
from services.publisher.channels.entry import Address, Entry, FileName, Making
from services.publisher.channels.exchange import AnswerLost, Exchange, NeverSent, Reply
from services.publisher.channels.meta import container_answers as answers
from services.publisher.channels.meta import graph, hiding
from services.publisher.channels.meta.lists import OwnPosts
from services.publisher.channels.meta.shapes import MADE
from services.publisher.channels.showcase import Shape, Showcase
from services.publisher.channels.tokens import Token
from services.publisher.domain.answers import (
    Absent,
    Answer,
    NotNow,
    Prepared,
    Published,
    Refused,
    Unclear,
)
from services.publisher.domain.rules import Amends, Repeat, RepeatSafety
from services.publisher.ports import Parcel, Readiness, Seen, Sought, Target

MEDIA_URL = "where this publisher is reached from the internet; Meta fetches the pictures there"


@dataclass(frozen=True, slots=True)
class Names:
    """What one platform calls the things that they all have."""

    create: str
    publish: str
    posts: str
    quota: str
    state: str
    """The fields that say how a container is."""
    text: str
    hiding: str
    """What stands after a comment's id where it is hidden."""


class ContainerChannel(ABC):
    """Makes a delivery a post of the account. What is laid ready nobody sees."""

    kind: str
    url: str
    limits: Limits
    names: Names
    keeps_content = False
    amends: Amends = "remove"
    repeat_safety = RepeatSafety(Repeat.TWO_PHASE)
    actions = hiding.ACTIONS
    answer_safety = RepeatSafety(Repeat.TWO_PHASE)

    def __init__(
        self,
        name: str,
        title: str,
        account: str,
        token: Token,
        answer_within: timedelta,
        *,
        base_url: str,
        showcase: Showcase,
    ) -> None:
        self.name = name
        self.title = title
        self.showcase = showcase
        self._account = account
        self._base_url = base_url
        self._token = token
        self._calls = Calls(
            # In a header, and never in an address: addresses are written into logs.
            Exchange(base_url, {}, lambda: token.text),
            title,
            answer_within.total_seconds(),
            held_up=lambda reply: answers.held_up(reply, self._calls),
            refused=lambda reply: answers.refused(reply, self._calls),
        )
        fields = f"id,{self.names.text},timestamp,permalink"
        self._own_posts = OwnPosts(self._calls, f"/{account}/{self.names.posts}", fields)

    @abstractmethod
    async def _lay(self, parcel: Parcel) -> str:
        """Make the container of a post and give its id; `Unready` if it cannot be made."""

    @abstractmethod
    def _address(self, username: str) -> str:
        """Say where strangers find the account."""

    async def prepare(self, parcel: Parcel) -> Answer:
        """Make the container. When and as what is kept with its id, to know the post by."""
        began = int(now().timestamp())
        kept = "" if parcel.content.form == "post" else f"@{parcel.content.form}"
        try:
            async with asyncio.timeout(self._calls.patience):
                return Prepared(f"{await self._lay(parcel)}@{began}{kept}")
        except Unready as unready:
            return unready.answer
        except TimeoutError:
            return NotNow(Code.CHANNEL_UNREACHABLE, self._calls.named())

    async def commit(self, parcel: Parcel) -> Answer:
        """Publish what lies ready, unless it is public already."""
        if parcel.handle is None:
            raise ValueError("prepare it first; its id stands in the ledger")
        clock = asyncio.get_running_loop().time
        began = clock()
        container = await self._state(parcel.handle)
        if isinstance(container, NotNow):
            return container
        match container.code:
            case "FINISHED":
                return await self._publish(parcel.handle, clock() - began)
            case "PUBLISHED":
                content, text = parcel.content, parcel.content.text
                ours = opening(text), words_digest(text)
                return await self._made_of(parcel.handle, *ours, content.answers)
            case "IN_PROGRESS":
                return answers.preparing(self._calls)
            case "ERROR" | "EXPIRED":
                return answers.failed(container, self._calls)
            case _:
                return NotNow(Code.CHANNEL_BUSY, self._calls.named(status="container"))

    async def correct(self, parcel: Parcel, proof: Proof) -> Refused:  # noqa: ARG002 - the port's
        """Say that nothing that is public can be changed there."""
        return Refused(Code.CORRECTION_UNABLE, self._calls.named())

    async def retract(self, proof: Proof) -> Answer:
        """Delete the post; one that is gone already counts as deleted."""
        return await graph.taken_away(self._calls, proof)

    async def moderate(self, action: Action, target: Target) -> Answer:
        """Hide a comment from everybody but us, or show it again."""
        path = f"/{target.external_id}{self.names.hiding}"
        return await hiding.hide(self._calls, path, "hide", action, target)

    async def find(self, sought: Sought) -> Published | Absent | Unclear:
        """Ask the container, and read in the list which post became of it."""
        ours, asked = (sought.opening, sought.words), sought.answers
        if sought.handle is None:
            return await self._search(*ours, sought.since, asked)
        container = await self._state(sought.handle)
        if isinstance(container, NotNow):
            return self._calls.unclear(str(container.code))
        match container.code:
            case "PUBLISHED":
                return await self._made_of(sought.handle, *ours, asked)
            case "FINISHED" | "IN_PROGRESS":
                return Absent()
            case "ERROR" | "EXPIRED":
                return await self._search(*ours, sought.since, asked)
            case _:
                return self._calls.unclear("container")

    async def timeline(self, since: datetime) -> Sequence[Seen] | None:
        """Read the account's public posts back to then."""
        return await self._own_posts.seen(since)

    async def check(self) -> Readiness:
        """Ask whether our token opens the account, and whether it may post today."""
        return replace(await self._readiness(), token_ends=self._token.ends)

    async def close(self) -> None:
        """Give the connections back."""
        await self._calls.close()

    async def _readiness(self) -> Readiness:
        try:
            asked = {"fields": "id,username"}
            reply = await self._calls.unseen("GET", f"/{self._account}", params=asked)
            account = reply.read(answers.ACCOUNT)
            asked = {"fields": "quota_usage,config"}
            path = f"/{self._account}/{self.names.quota}"
            reply = await self._calls.unseen("GET", path, params=asked)
        except Unready as unready:
            return Readiness(self.limits, unready.answer.code, unready.answer.parameters)
        usage = reply.read(answers.USAGE)
        if account is None or account.id != self._account or usage is None:
            busy = self._calls.busy(reply)
            return Readiness(self.limits, busy.code, busy.parameters)
        self.url = self._address(account.username)
        quota = usage.quota
        if not quota.left:
            full = Code.CHANNEL_THROTTLED
            return Readiness(self.limits, full, self._calls.named(), quota=quota)
        return Readiness(self.limits, quota=quota)

    async def _create(self, **fields: str) -> str:
        """Make one container, of a picture or of a post."""
        path = f"/{self._account}/{self.names.create}"
        reply = await self._calls.unseen("POST", path, data=fields)
        made = reply.read(MADE)
        if made is None:
            raise Unready(self._calls.busy(reply))
        return made.id

    async def _items(self, pictures: Sequence[Mapping[str, str]]) -> str:
        """Make the items of a carousel, all at once: each is fetched before it is answered."""
        making = [
            asyncio.ensure_future(self._create(**each, is_carousel_item="true"))
            for each in pictures
        ]
        try:
            return ",".join(await asyncio.gather(*making))
        finally:
            for each in making:
                each.cancel()

    async def _state(self, handle: str) -> answers.Container | NotNow:
        """Ask how a container is. Whatever fails here has published nothing."""
        asked = {"fields": self.names.state}
        try:
            reply = await self._calls.read(f"/{_id(handle)}", params=asked)
        except (NeverSent, AnswerLost):
            return NotNow(Code.CHANNEL_UNREACHABLE, self._calls.named())
        if (no := answers.held_up(reply, self._calls)) is not None:
            return no
        error = graph.error_of(reply)
        if error is not None and error.is_gone:
            return answers.EXPIRED
        container = reply.read(answers.CONTAINER) if reply.status == 200 else None
        return container or self._calls.busy(reply)

    async def _publish(self, handle: str, spent: float) -> Answer:
        clock = asyncio.get_running_loop().time
        began = clock() - spent
        reply = await self._calls.visible(
            "POST",
            f"/{self._account}/{self.names.publish}",
            self._calls.patience - spent,
            data={"creation_id": _id(handle)},
        )
        if not isinstance(reply, Reply):
            return reply
        made = reply.read(MADE) if reply.status == 200 else None
        if made is None:
            # What is wrong with a post is said when its container is made.
            return self._calls.unclear(reply.status)
        # It is out; where it stands the look-up will say, if we cannot read it now.
        return await self._post(made.id, self._calls.patience - (clock() - began))

    async def _post(self, post: str, patience: float) -> Published | Unclear:
        reading = self._calls.read(f"/{post}", params={"fields": "permalink"})
        reply = await self._calls.seen(reading, patience)
        if isinstance(reply, Unclear):
            return reply
        shown = reply.read(answers.PERMALINK) if reply.status == 200 else None
        return Published(post, shown.permalink) if shown else self._calls.unclear(reply.status)

    async def _search(
        self,
        begins: str,
        words: str | None,
        since: datetime,
        asked: Addressee | None,  # noqa: ARG002 - for those where an answer is a post
    ) -> Published | Absent | Unclear:
        """Look for a post among our own."""
        return await self._own_posts.find(begins, words, since)

    async def _made_of(
        self, handle: str, begins: str, words: str | None, asked: Addressee | None
    ) -> Published | Unclear:
        """Find the post that a container has become; it does not say so itself."""
        if handle.endswith("@story"):
            # No list has it and no word tells it from others: it is out, and that is all we know.
            return Published("", "")
        found = await self._search(begins, words, _made_at(handle), asked)
        # It may not stand in the list yet, or be taken away already.
        return self._calls.unclear("PUBLISHED") if isinstance(found, Absent) else found


class ContainerEntry(Entry):
    """An account, opened by a token. Meta fetches its pictures from us."""

    channel: ClassVar[type[ContainerChannel]]
    shape: ClassVar[Shape]

    account: str = Field(pattern=r"^[0-9]{1,30}$")
    """The account's id, as the API gives it."""
    media_url: Address
    """Where this publisher is reached from the internet."""
    base_url: Address
    token_file: FileName | None = None

    def make(self, making: Making) -> ContainerChannel:
        """Make the channel of this account."""
        token = self.token(making)
        return self.channel(
            making.name,
            self.title,
            self.account,
            token,
            making.answer_within,
            base_url=self.base_url,
            showcase=Showcase(making.name, self.media_url, token, self.shape),
        )

    def token(self, making: Making) -> Token:
        """Read what opens the account."""
        return Token(making.token(self.token_file))


def _id(handle: str) -> str:
    return handle.partition("@")[0]


def _made_at(handle: str) -> datetime:
    seconds = handle.split("@")[1] if "@" in handle else ""
    return datetime.fromtimestamp(int(seconds) if seconds.isdecimal() else 0, UTC)
