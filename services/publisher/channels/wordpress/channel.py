"""A WordPress site: a post is laid ready as a draft, and then published by its own id."""

import asyncio
import base64
import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field

from schemas.channels import Limits
from schemas.codes import Code
from schemas.deliveries import Proof
from schemas.moderation import Action
from services.publisher.channels.calls import Calls, Unready
from services.publisher.channels.entry import Address, Entry, FileName, Making
from services.publisher.channels.exchange import Exchange
from services.publisher.channels.guide import Guide
from services.publisher.channels.likeness import without_markup
from services.publisher.channels.wordpress import answers
from services.publisher.channels.wordpress.comments import Comments, is_comment
from services.publisher.channels.wordpress.library import Library
from services.publisher.channels.wordpress.marks import ACTIONS, Marks
from services.publisher.channels.wordpress.site import PUBLIC, Site
from services.publisher.channels.wordpress.words import body, heading
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

_PREPARING = 0.6
"""The share of the time for pictures: what is left has to be enough for a clear answer."""

_LIMITS = Limits(characters=None, takes_title=True, pictures=20, answer_pictures=0)
"""A post may be as long as anybody writes. How large a file may be, each site decides."""

_NEEDED = (
    "edit_posts",
    "publish_posts",
    "upload_files",
    "edit_published_posts",
    "delete_published_posts",
)
"""What a role has to let us do; WordPress's own role for authors does."""

_MARGIN = timedelta(seconds=60)
"""The site's clock may be this much behind ours."""


class WordPressChannel:
    """Makes a delivery a post of the site. A draft nobody sees, and it is published once."""

    kind = "wordpress"
    keeps_content = False
    amends: Amends = "change"
    repeat_safety = RepeatSafety(Repeat.TWO_PHASE)
    actions = ACTIONS
    answer_safety = RepeatSafety(Repeat.LOOK_UP)

    def __init__(
        self,
        name: str,
        title: str,
        base_url: str,
        user: str,
        password: str,
        answer_within: timedelta,
        *,
        public_url: str | None = None,
    ) -> None:
        self.name = name
        self.title = title
        self.url = public_url or base_url
        opened = base64.b64encode(f"{user}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {opened}", "Accept": "application/json"}
        self._calls = Calls(
            Exchange(f"{base_url}/wp-json/wp/v2", headers),
            title,
            answer_within.total_seconds(),
            held_up=lambda reply: answers.held_up(reply, self._calls),
            refused=lambda reply: answers.refused(reply, self._calls),
        )
        self._site = Site(self._calls)
        self._library = Library(self._calls)
        self._marks = Marks(self._calls, self._site)
        self._comments = Comments(self._calls)
        self._user: int | None = None

    async def prepare(self, parcel: Parcel) -> Answer:
        """Lay a whole draft ready; its id is the handle."""
        try:
            async with asyncio.timeout(self._calls.patience):
                post = await self._laid(parcel)
        except Unready as unready:
            return unready.answer
        except TimeoutError:
            return NotNow(Code.CHANNEL_UNREACHABLE, self._calls.named())
        return Prepared(str(post.id))

    async def commit(self, parcel: Parcel) -> Answer:
        """Publish the draft, unless it is public already, or somebody has thrown it away."""
        if parcel.content.answers is not None:
            return await self._comments.publish(parcel)
        if parcel.handle is None:
            raise ValueError("prepare it first; its id stands in the ledger")
        remains = self._clock()
        try:
            post = await self._site.one(include=parcel.handle)
        except Unready as unready:
            return unready.answer
        if post is None:
            # To publish it would take it out of the trash.
            return Refused(Code.CHANNEL_REFUSED, self._calls.named(why="its draft is gone"))
        if post.status != PUBLIC:
            changed = await self._site.change(post.id, {"status": PUBLIC}, remains())
            if not isinstance(changed, answers.Post):
                return changed
            post = changed
        return Published(str(post.id), post.link)

    async def correct(self, parcel: Parcel, proof: Proof) -> Answer:
        """Put the new words and pictures in place of the old ones."""
        if is_comment(proof):
            return await self._comments.change(parcel, proof)
        remains = self._clock()
        try:
            async with asyncio.timeout(remains() * _PREPARING):
                shown = await self._shown(proof)
                if shown is None or shown.status != PUBLIC:
                    return Refused(Code.CORRECTION_UNABLE, self._calls.named())
                media = await self._library.keep(shown.id, parcel.pictures)
        except Unready as unready:
            return unready.answer
        except TimeoutError:
            return NotNow(Code.CHANNEL_UNREACHABLE, self._calls.named())
        changed = await self._site.change(shown.id, _written(parcel, media), remains())
        if not isinstance(changed, answers.Post):
            return changed
        left = await self._library.drop(shown.id, remains(), {each.id for each in media})
        return left or _published(proof)

    async def retract(self, proof: Proof) -> Answer:
        """Throw the post away, and its pictures with their files."""
        if is_comment(proof):
            return await self._comments.throw_away(proof)
        remains = self._clock()
        post = int(proof.external_id) if proof.external_id.isdecimal() else None
        try:
            if post is None and (shown := await self._shown(proof)) is not None:
                post = shown.id
        except Unready as unready:
            return unready.answer
        if post is None:
            return Refused(Code.RETRACTION_UNABLE, self._calls.named())
        no = await self._site.throw_away(post, remains)
        return no or await self._library.drop(post, remains()) or _published(proof)

    async def moderate(self, action: Action, target: Target) -> Answer:
        """Hold a comment back or approve it; let a post stand first on the site or not."""
        if not target.external_id.isdecimal():
            return Refused(Code.MODERATION_UNABLE, self._calls.named())
        return await self._marks.put(action, target, self._clock())

    async def find(self, sought: Sought) -> Published | Absent | Unclear:
        """Ask for the post itself; a ledger that does not know it asks for its place."""
        if sought.answers is not None:
            return await self._comments.find(sought)
        try:
            if sought.handle is not None:
                post = await self._site.one(include=sought.handle)
            else:
                post = await self._site.one(slug=_slug(sought.key))
        except Unready as unready:
            return Unclear(unready.answer.code, unready.answer.parameters)
        if post is None or post.status != PUBLIC:
            return Absent()
        return Published(str(post.id), post.link)

    async def timeline(self, since: datetime) -> Sequence[Seen] | None:
        """Read our user's public posts back to then; what others of the site write is theirs."""
        try:
            async with asyncio.timeout(self._calls.patience):
                user = self._user or (await self._site.user()).id
                shown = await self._site.posts_of(user, since - _MARGIN)
        except (Unready, TimeoutError):
            return None
        if shown is None:
            return None
        return [
            Seen(str(post.id), post.link, post.date_gmt, without_markup(post.content.raw))
            for post in shown
        ]

    async def check(self) -> Readiness:
        """Ask whom our password opens, and whether that user may do what we need."""
        try:
            user = await self._site.user()
        except Unready as unready:
            return Readiness(_LIMITS, unready.answer.code, unready.answer.parameters)
        self._user = user.id
        if missing := [name for name in _NEEDED if not user.capabilities.get(name)]:
            why = self._calls.named(why=", ".join(missing))
            return Readiness(_LIMITS, Code.PERMISSION_MISSING, why)
        return Readiness(_LIMITS)

    async def close(self) -> None:
        """Give the connections back."""
        await self._calls.close()

    async def _laid(self, parcel: Parcel) -> answers.Post:
        """Make a draft whole, an earlier attempt's or a new one; what is public stays as it is."""
        slug = _slug(parcel.key)
        post = await self._site.one(slug=slug)
        if post is None:
            post = await self._site.draft(slug, heading(parcel.content))
        if post.status != PUBLIC:
            media = await self._library.keep(post.id, parcel.pictures)
            await self._site.fill(post.id, _written(parcel, media))
        return post

    async def _shown(self, proof: Proof) -> answers.Post | None:
        """Read the post; what a person found is known by its address alone."""
        if proof.external_id.isdecimal():
            return await self._site.one(include=proof.external_id)
        place = urlsplit(proof.url).path.rstrip("/").rpartition("/")[2]
        found = await self._site.one(slug=place)
        return found if found and found.link == proof.url else None

    def _clock(self) -> Callable[[], float]:
        """Begin to count; gives how much of our patience is left."""
        clock = asyncio.get_running_loop().time
        ends = clock() + self._calls.patience
        return lambda: max(0.0, ends - clock())


def _slug(key: str) -> str:
    """Give the place of a delivery on the site: the same for every attempt."""
    return f"budkavle-{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def _published(proof: Proof) -> Published:
    return Published(proof.external_id, proof.url)


def _written(parcel: Parcel, media: Sequence[answers.Media]) -> dict[str, Any]:
    """Give the post as it is to be: the first picture stands above it, the others beneath."""
    pictures = [file.picture for file in parcel.pictures]
    figures = [
        (picture, each.id, each.source_url) for picture, each in zip(pictures, media, strict=True)
    ]
    return {
        "title": heading(parcel.content),
        "content": body(parcel.content, figures[1:]),
        "featured_media": media[0].id if media else 0,
    }


class WordPressEntry(Entry):
    """A WordPress site and one of its users, opened by an application password."""

    guide = Guide(
        called="WordPress: a site",
        steps=(
            "Sign in as an administrator of the site. Its address has to begin with https://.",
            "Open Settings, then Permalinks: anything but Plain has to be chosen.",
            "Open Users, then Add New, and make a user of its own with the role Author.",
            "Open that user, and write a name under Application Passwords: Budkavle, say.",
            "Choose Add Application Password, and copy it without its spaces: it is shown once.",
        ),
        keys={
            "base_url": "the site's address as the browser shows it, with its folder if it has one",
            "user": "the login name of that user, as the list of users shows it",
        },
        examples={"base_url": "https://www.region.example", "user": "budkavle"},
    )

    kind: Literal["wordpress"]
    base_url: Address
    """The site, with its folder if it has one."""
    user: str = Field(pattern=r"^[^:\x00-\x1f]{1,60}$")
    """The login name of the user whose application password it is."""
    public_url: Address | None = None
    """Where strangers reach the site, if that is not where we do."""
    token_file: FileName | None = None

    def make(self, making: Making) -> WordPressChannel:
        """Make the channel of this user."""
        return WordPressChannel(
            making.name,
            self.title,
            self.base_url,
            self.user,
            making.token(self.token_file),
            making.answer_within,
            public_url=self.public_url,
        )
