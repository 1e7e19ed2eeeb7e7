"""An organisation's page on LinkedIn, whose posts are known only when their id has come back."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from schemas.channels import Limits
from schemas.codes import Code
from schemas.deliveries import Proof
from services.kit.littletext import unescaped
from services.publisher.channels.calls import Calls, Unexpected, Unready
from services.publisher.channels.entry import Address, Entry, FileName, Making
from services.publisher.channels.exchange import Exchange, Reply
from services.publisher.channels.guide import WRITES_UNASKED, Guide
from services.publisher.channels.likeness import ours_among
from services.publisher.channels.linkedin import answers, comments, refusals
from services.publisher.channels.linkedin.comments import Comments
from services.publisher.channels.linkedin.pictures import Pictures
from services.publisher.channels.linkedin.writing import card, commentary, written
from services.publisher.domain.answers import Absent, Answer, NotNow, Published, Refused, Unclear
from services.publisher.domain.rules import Amends, Repeat, RepeatSafety
from services.publisher.ports import Parcel, Readiness, Seen, Sought

VERSION = "202609"
BASE_URL = "https://api.linkedin.com"
PUBLIC_URL = "https://www.linkedin.com"

_LIMITS = Limits(
    characters=3000,
    counting="escaped",
    link_in_text=True,
    pictures=20,
    answer_characters=1250,
    answer_pictures=0,
)
"""The link stands in the text only beside pictures; it is counted always, to be sure."""

_PAGE = 50
_PAGES = 10
_MARGIN = timedelta(seconds=60)
"""The platform's clock may be this much behind ours."""

_SELDOM = 15 * 60.0
"""Seconds for which a good check is believed: calls are counted by the day, posts among them."""

_URN = re.compile(r"urn:li:(?:share|ugcPost):[0-9]{1,30}(?=/?$)")


class LinkedinChannel:
    """Makes a delivery a post of the page. It knows no key; what is public can be listed."""

    kind = "linkedin"
    keeps_content = False
    amends: Amends = "change"
    repeat_safety = RepeatSafety(Repeat.LOOK_UP, lag=timedelta(seconds=5))
    answer_safety = repeat_safety

    def __init__(
        self,
        name: str,
        title: str,
        organization: str,
        token: str,
        answer_within: timedelta,
        *,
        version: str = VERSION,
        base_url: str = BASE_URL,
        upload_url: str = PUBLIC_URL,
        public_url: str = PUBLIC_URL,
    ) -> None:
        self.name = name
        self.title = title
        self.url = f"{public_url}/company/{organization}"
        self._public = public_url
        self._version = version
        self._author = f"urn:li:organization:{organization}"
        headers = {
            "Authorization": f"Bearer {token}",
            "Linkedin-Version": version,
            "X-Restli-Protocol-Version": "2.0.0",
        }
        self._calls = self._speaking(base_url, headers, answer_within)
        self._uploads = self._speaking(upload_url, headers, answer_within)
        self._pictures = Pictures(self._calls, self._uploads, upload_url, self._author)
        self._comments = Comments(self._calls, self._author, public_url)
        self._well_until = 0.0

    async def commit(self, parcel: Parcel) -> Answer:
        """Hand over the pictures, then make the post, once."""
        if parcel.content.answers is not None:
            return await self._comments.publish(parcel)
        clock = asyncio.get_running_loop().time
        began = clock()
        images = await self._calls.ready(self._pictures.hand_over(parcel.pictures))
        if not isinstance(images, list):
            return images
        patience = self._calls.patience - (clock() - began)
        made = written(self._author, parcel.content, images)
        reply = await self._calls.visible("POST", "/rest/posts", patience, json=made)
        if not isinstance(reply, Reply):
            return reply
        urn = reply.headers.get("x-restli-id", "")
        if reply.status == 201 and re.fullmatch(answers.PATTERN, urn):
            return self._published(urn)
        return refusals.refused(reply, self._calls) or self._unclear(reply)

    async def correct(self, parcel: Parcel, proof: Proof) -> Answer:
        """Change the text; neither pictures nor the card of a link can be changed."""
        if comments.named(proof):
            return await self._comments.change(parcel, proof)
        unable = Refused(Code.CORRECTION_UNABLE, self._calls.named())
        path = _path(proof)
        if path is None:
            return unable
        try:
            reply = await self._calls.unseen("GET", path)
        except Unready as unready:
            return unready.answer
        shown, content = reply.read(answers.POST), parcel.content
        if shown is None:
            return self._calls.busy(reply)
        if shown.pictures != len(content.pictures) or shown.card != card(content):
            return unable
        changed = {"patch": {"$set": {"commentary": commentary(content)}}}
        return await self._change("POST", path, "PARTIAL_UPDATE", proof, json=changed)

    async def retract(self, proof: Proof) -> Answer:
        """Delete the post; the platform says the same of one that is gone."""
        if comments.named(proof):
            return await self._comments.take_away(proof)
        path = _path(proof)
        if path is None:
            return Refused(Code.RETRACTION_UNABLE, self._calls.named())
        return await self._change("DELETE", path, "DELETE", proof)

    async def find(self, sought: Sought) -> Published | Absent | Unclear:
        """Read our own posts, newest first, back to before the first attempt."""
        if sought.answers is not None:
            return await self._calls.seen(self._comments.find(sought))
        post = await self._calls.seen(self._ours(sought))
        if isinstance(post, Unclear):
            return post
        if post is None:
            return Absent()
        if post.state != "PUBLISHED":
            return self._calls.unclear("not yet out")
        return self._published(post.id)

    async def timeline(self, since: datetime) -> Sequence[Seen] | None:
        """Read the page's public posts back to then."""
        listed = await self._calls.seen(self._own_posts(since - _MARGIN))
        if isinstance(listed, Unclear):
            return None
        return [
            Seen(post.id, self._address(post.id), post.created_at, unescaped(post.commentary))
            for post in listed
            if post.state == "PUBLISHED"
        ]

    async def check(self) -> Readiness:
        """Ask whether our token opens the page's list of posts."""
        clock = asyncio.get_running_loop().time
        if clock() < self._well_until:
            return Readiness(_LIMITS)
        try:
            reply = await self._calls.unseen("GET", "/rest/posts", **self._asking(0, 1))
        except Unready as unready:
            return Readiness(_LIMITS, unready.answer.code, unready.answer.parameters)
        if reply.read(answers.LISTING) is None:
            busy = self._calls.busy(reply)
            return Readiness(_LIMITS, busy.code, busy.parameters)
        self._well_until = clock() + _SELDOM
        return Readiness(_LIMITS)

    async def close(self) -> None:
        """Give the connections back."""
        await self._calls.close()
        await self._uploads.close()

    def _speaking(self, base: str, headers: dict[str, str], answer_within: timedelta) -> Calls:
        calls = Calls(
            Exchange(base, headers),
            self.title,
            answer_within.total_seconds(),
            held_up=lambda reply: self._held_up(reply, calls),
            refused=lambda reply: refusals.refused(reply, calls),
        )
        return calls

    def _held_up(self, reply: Reply, calls: Calls) -> NotNow | None:
        answer = refusals.held_up(reply, calls, self._version)
        if answer is not None:
            # The next check shall say so, and not what was good before.
            self._well_until = 0.0
        return answer

    async def _change(
        self, method: str, path: str, meaning: str, proof: Proof, **content: object
    ) -> Answer:
        headers = {"X-RestLi-Method": meaning}
        reply = await self._calls.visible(
            method, path, self._calls.patience, headers=headers, **content
        )
        if not isinstance(reply, Reply):
            return reply
        if reply.status == 204:
            return Published(proof.external_id, proof.url)
        return refusals.refused(reply, self._calls) or self._unclear(reply)

    async def _ours(self, sought: Sought) -> answers.Post | None:
        listed = await self._own_posts(sought.since - _MARGIN)
        told = ((each, unescaped(each.commentary)) for each in listed)
        return ours_among(told, sought.opening, sought.words)

    async def _own_posts(self, since: datetime) -> list[answers.Post]:
        """List our posts since then; raises where it cannot read that far."""
        listed: list[answers.Post] = []
        for _ in range(_PAGES):
            # Each page begins with the last post of the one before, or some have moved meanwhile.
            last = listed[-1:]
            start = len(listed) - len(last)
            reply = await self._calls.read("/rest/posts", **self._asking(start, _PAGE))
            page = reply.read(answers.LISTING) if reply.status == 200 else None
            if page is None:
                raise Unexpected(reply.status)
            if page.elements[: len(last)] != last:
                raise Unexpected("the list has moved")
            more = page.elements[len(last) :]
            listed += more
            # A page may be short without being the last one.
            if not more or more[-1].created_at < since:
                return [post for post in listed if post.created_at >= since]
        raise Unexpected("too many posts")

    def _asking(self, start: int, count: int) -> dict[str, Any]:
        asked: dict[str, str | int] = {
            "q": "author",
            "author": self._author,
            "sortBy": "CREATED",
            "start": start,
            "count": count,
        }
        return {"params": asked, "headers": {"X-RestLi-Method": "FINDER"}}

    def _unclear(self, reply: Reply) -> Unclear:
        failure = answers.failure_of(reply)
        duplicate = failure is not None and failure.is_duplicate
        return self._calls.unclear("a duplicate" if duplicate else reply.status)

    def _published(self, urn: str) -> Published:
        return Published(urn, self._address(urn))

    def _address(self, urn: str) -> str:
        return f"{self._public}/feed/update/{urn}/"


def _path(proof: Proof) -> str | None:
    """Give the path of a post; what a person found may have an address that does not name it."""
    found = _URN.search(proof.external_id or proof.url)
    return f"/rest/posts/{found[0].replace(':', '%3A')}" if found else None


class LinkedinEntry(Entry):
    """An organisation's page, opened by a token of one of its administrators."""

    guide = Guide(
        called="LinkedIn: an organisation's page",
        steps=(
            "Somebody who is an administrator of the page has to do this, every 60 days.",
            "If there is no app yet: open developer.linkedin.com, choose Create app and the page.",
            "If it is new: under Settings choose Verify, and open the link that you are given.",
            "Open Products, apply for Community Management API, and wait until it is granted.",
            "Open Docs and tools, then OAuth Token Tools, then Create token, and choose the app.",
            "Tick the scopes below and nothing else, and sign in as yourself.",
            "Copy the token, and note the day 60 days from now: nothing renews it.",
        ),
        scopes=("w_organization_social", "r_organization_social"),
        keys={
            "organization": "the number in the page's address when an administrator opens it",
            "token_ends": "the token's last day, 60 days after you made it",
        },
        examples={"organization": "12345678"},
        unasked=WRITES_UNASKED,
    )

    kind: Literal["linkedin"]
    organization: str = Field(pattern=r"^[0-9]{1,20}$")
    """The number in the page's address when an administrator opens it."""
    version: Annotated[str, Field(pattern=r"^20[0-9]{4}$")] = VERSION
    """Each version of the API lives for about a year."""
    base_url: Address = BASE_URL
    upload_url: Address = PUBLIC_URL
    """Where the platform has pictures sent; it gets our token, so no other place does."""
    public_url: Address = PUBLIC_URL
    token_file: FileName | None = None

    def make(self, making: Making) -> LinkedinChannel:
        """Make the channel of this page."""
        return LinkedinChannel(
            making.name,
            self.title,
            self.organization,
            making.token(self.token_file),
            making.answer_within,
            version=self.version,
            base_url=self.base_url,
            upload_url=self.upload_url,
            public_url=self.public_url,
        )
