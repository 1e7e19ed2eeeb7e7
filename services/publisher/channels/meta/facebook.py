"""A Facebook Page: a post is laid ready unpublished, and then published by its own id."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from schemas.channels import Limits, VideoLimits
from schemas.codes import Code
from schemas.deliveries import Proof
from schemas.moderation import Action
from schemas.posts import Content
from services.publisher.channels.calls import Calls, Unready
from services.publisher.channels.entry import Address, Entry, FileName, Making
from services.publisher.channels.exchange import Exchange, Reply
from services.publisher.channels.guide import Guide
from services.publisher.channels.meta import facebook_answers as answers
from services.publisher.channels.meta import graph, hiding
from services.publisher.channels.meta.lists import OwnPosts
from services.publisher.channels.meta.reels import UPLOAD_URL, Reels, is_reel
from services.publisher.channels.meta.replies import Edge, Replies
from services.publisher.channels.meta.rights import PERMISSIONS, Rights, Token
from services.publisher.channels.meta.shapes import DONE, MADE
from services.publisher.channels.meta.usage import nearly_spent
from services.publisher.channels.showcase import STORY, Showcase
from services.publisher.channels.tokens import Token as Opened
from services.publisher.channels.wording import with_link
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
from services.publisher.ports import Parcel, PictureFile, Readiness, Seen, Sought, Target

_LIMITS = Limits(
    characters=63_206,
    pictures=10,
    picture_bytes=4_000_000,
    answer_characters=8000,
    answer_pictures=0,
)
"""The link stands beside the text as a card. Larger pictures are refused (subcode 1366046)."""

_WITH_REELS = _LIMITS.model_copy(
    update={
        "forms": ("post", "reel"),
        "video": VideoLimits(
            forms=("reel",),
            size=100_000_000,
            seconds_least=3,
            seconds_most=90,
            upright=True,
            described_in_text=True,
        ),
    }
)


class FacebookChannel:
    """Makes a delivery a post of the Page, or a reel. What is laid ready nobody sees."""

    kind = "facebook"
    keeps_content = False
    amends: Amends = "change"
    repeat_safety = RepeatSafety(Repeat.TWO_PHASE)
    actions = hiding.ACTIONS
    answer_safety = RepeatSafety(Repeat.LOOK_UP, lag=timedelta(seconds=5))

    def __init__(
        self,
        name: str,
        title: str,
        page: str,
        token: str,
        answer_within: timedelta,
        *,
        base_url: str = graph.BASE_URL,
        upload_url: str = UPLOAD_URL,
        showcase: Showcase | None = None,
    ) -> None:
        self.name = name
        self.title = title
        self.url = f"https://www.facebook.com/{page}"
        self._page = page
        self._calls = Calls(
            # In a header, and never in an address: addresses are written into logs.
            Exchange(base_url, {"Authorization": f"Bearer {token}"}),
            title,
            answer_within.total_seconds(),
            held_up=lambda reply: graph.held_up(reply, self._calls),
            refused=lambda reply: graph.refused(reply, self._calls),
        )
        self._rights = Rights(self._calls, page, token)
        self.showcase = showcase
        self._limits = _WITH_REELS if showcase else _LIMITS
        self._reels = Reels(self._calls, page, token, showcase, upload_url)
        fields = "id,message,created_time,permalink_url"
        self._own_posts = OwnPosts(self._calls, f"/{page}/published_posts", fields)
        self._replies = Replies(
            self._calls,
            Edge(
                name="comments",
                parent="parent",
                fields="id,message,created_time,from",
                address="permalink_url",
                addresses_answers=True,
                own=page,
            ),
        )

    async def prepare(self, parcel: Parcel) -> Answer:
        """Hand over what it shows and says, unpublished; its id is the handle."""
        try:
            async with asyncio.timeout(self._calls.patience):
                if parcel.content.form == "reel":
                    return Prepared(await self._reels.prepare(parcel.content.video))
                photos = [await self._hand_over(file) for file in parcel.pictures]
                fields = {**_fields(parcel.content, photos), "published": "false"}
                reply = await self._calls.unseen("POST", f"/{self._page}/feed", data=fields)
        except Unready as unready:
            return unready.answer
        except TimeoutError:
            return NotNow(Code.CHANNEL_UNREACHABLE, self._calls.named())
        made = reply.read(MADE)
        if made is None:
            return self._calls.busy(reply)
        return Prepared(made.id, rest=nearly_spent(reply, self._calls))

    async def commit(self, parcel: Parcel) -> Answer:
        """Publish what lies ready; asked again it is the same post. An answer is one call."""
        if parcel.content.answers is not None:
            return await self._replies.publish(parcel)
        if parcel.handle is None:
            raise ValueError("prepare it first; its id stands in the ledger")
        if is_reel(parcel.handle):
            return await self._reels.publish(parcel.handle, parcel.content, self.url)
        clock = asyncio.get_running_loop().time
        began = clock()
        reply = await self._change(f"/{parcel.handle}", {"is_published": "true"})
        if not isinstance(reply, Reply):
            return reply
        found = await self._state(parcel.handle, self._calls.patience - (clock() - began))
        # It is out; where it stands the look-up will say, if we could not read it now.
        if not isinstance(found, Published):
            return self._calls.unclear(reply.status)
        return replace(found, rest=nearly_spent(reply, self._calls))

    async def correct(self, parcel: Parcel, proof: Proof) -> Answer:
        """Change the text. The pictures of a public post cannot be changed, nor can a reel."""
        post = proof.external_id
        if not post or parcel.content.form != "post":
            # A person found it; an address does not tell the id.
            return Refused(Code.CORRECTION_UNABLE, self._calls.named())
        if parcel.content.answers is not None:
            return await self._reword(proof, with_link(parcel.content))
        try:
            asked = {"fields": "attachments{type,subattachments}"}
            reply = await self._calls.unseen("GET", f"/{post}", params=asked)
        except Unready as unready:
            return unready.answer
        shown = reply.read(answers.PICTURES)
        if shown is None or shown.moves or shown.count != len(parcel.pictures):
            return Refused(Code.CORRECTION_UNABLE, self._calls.named())
        return await self._reword(proof, _message(parcel.content))

    async def retract(self, proof: Proof) -> Answer:
        """Delete the post; one that is gone already counts as deleted."""
        return await graph.taken_away(self._calls, proof)

    async def moderate(self, action: Action, target: Target) -> Answer:
        """Hide a comment from all but its writer and their friends, or show it again."""
        return await hiding.hide(self._calls, f"/{target.external_id}", "is_hidden", action, target)

    async def find(self, sought: Sought) -> Published | Absent | Unclear:
        """Ask the post itself; a ledger that does not know it reads the Page's list."""
        if sought.answers is not None:
            return await self._replies.find(sought)
        if sought.handle is not None and is_reel(sought.handle):
            return await self._reels.find(sought.handle, self.url)
        if sought.handle is not None:
            return await self._state(sought.handle, self._calls.patience)
        return await self._own_posts.find(sought.opening, sought.words, sought.since)

    async def timeline(self, since: datetime) -> Sequence[Seen] | None:
        """Read the Page's public posts back to then."""
        return await self._own_posts.seen(since)

    async def check(self) -> Readiness:
        """Ask whether our token opens the Page, how long it will, and what it allows there."""
        try:
            asked = {"fields": "id,link"}
            reply = await self._calls.unseen("GET", f"/{self._page}", params=asked)
        except Unready as unready:
            return Readiness(self._limits, unready.answer.code, unready.answer.parameters)
        page = reply.read(answers.PAGE)
        if page is None or page.id != self._page:
            busy = self._calls.busy(reply)
            return Readiness(self._limits, busy.code, busy.parameters)
        self.url = page.link
        await self._rights.use()
        return self._able(await self._rights.look())

    async def close(self) -> None:
        """Give the connections back."""
        await self._calls.close()

    def _able(self, token: Token | None) -> Readiness:
        if token is None:
            return Readiness(self._limits)
        if not token.is_valid:
            return Readiness(self._limits, Code.CREDENTIALS_REFUSED, self._calls.named())
        if token.missing:
            said = self._calls.named(why=token.missing)
            return Readiness(self._limits, Code.PERMISSION_MISSING, said, token.ends)
        return Readiness(self._limits, token_ends=token.ends, lacks=token.lacks)

    async def _hand_over(self, file: PictureFile) -> str:
        """Upload one picture with its alt text, seen by nobody until a post carries it."""
        picture = file.picture
        reply = await self._calls.unseen(
            "POST",
            f"/{self._page}/photos",
            files={"source": (picture.digest[:16], file.content, picture.media_type)},
            data={"published": "false", "alt_text_custom": picture.alt},
        )
        made = reply.read(MADE)
        if made is None:
            raise Unready(self._calls.busy(reply))
        return made.id

    async def _reword(self, proof: Proof, message: str) -> Answer:
        changed = await self._change(f"/{proof.external_id}", {"message": message})
        return Published(proof.external_id, proof.url) if isinstance(changed, Reply) else changed

    async def _change(
        self, path: str, fields: dict[str, str]
    ) -> Reply | NotNow | Refused | Unclear:
        """Change what readers see; gives the reply only if it was done."""
        reply = await self._calls.visible("POST", path, self._calls.patience, data=fields)
        if not isinstance(reply, Reply):
            return reply
        done = reply.read(DONE) if reply.status == 200 else None
        if done and done.success:
            return reply
        return graph.refused(reply, self._calls) or self._calls.unclear(reply.status)

    async def _state(self, post: str, patience: float) -> Published | Absent | Unclear:
        asked = {"fields": "is_published,permalink_url"}
        reply = await self._calls.seen(self._calls.read(f"/{post}", params=asked), patience)
        if isinstance(reply, Unclear):
            return reply
        error, state = graph.error_of(reply), reply.read(answers.STATE)
        if reply.status == 200 and state is not None:
            return Published(post, state.permalink_url) if state.is_published else Absent()
        if error is not None and error.is_gone:
            return Absent()
        return self._calls.unclear(reply.status)


def _message(content: Content) -> str:
    """Give the words; a link beside pictures stands among them, for a post shows one or other."""
    return with_link(content) if content.pictures else content.text


def _fields(content: Content, photos: Sequence[str]) -> dict[str, str]:
    fields = {"message": _message(content)}
    if photos:
        fields["attached_media"] = json.dumps([{"media_fbid": photo} for photo in photos])
    elif content.link:
        fields["link"] = content.link
    return fields


class FacebookEntry(Entry):
    """A Facebook Page, opened by its own token."""

    guide = Guide(
        called="Facebook: a Page",
        steps=(
            "Somebody with the task Content on the Page has to do this.",
            "Open developers.facebook.com, then Tools, then Graph API Explorer.",
            "Choose your app, then User Token, tick the permissions below and generate the token.",
            "Open the token in the Access Token Debugger and choose: Extend Access Token.",
            "Back in the Explorer, with the long token, ask: me/accounts",
            "Copy the access_token that stands beside your Page: that one has no last day.",
        ),
        scopes=PERMISSIONS,
        keys={
            "page": "the Page's id, a number: beside the access_token, or in its settings",
            "media_url": (
                "where this publisher is reached from the internet; Meta fetches the videos of "
                "reels there. Without it the Page takes no reels"
            ),
        },
        examples={"page": "102030405060708", "media_url": "https://media.example.org"},
    )

    kind: Literal["facebook"]
    page: str = Field(pattern=r"^[0-9]{1,30}$")
    """The Page's id, as its settings show it."""
    media_url: Address | None = None
    """Where this publisher is reached from the internet; without it there are no reels."""
    base_url: Address = graph.BASE_URL
    upload_url: Address = UPLOAD_URL
    token_file: FileName | None = None

    def make(self, making: Making) -> FacebookChannel:
        """Make the channel of this Page."""
        token = making.token(self.token_file)
        url = self.media_url
        return FacebookChannel(
            making.name,
            self.title,
            self.page,
            token,
            making.answer_within,
            base_url=self.base_url,
            upload_url=self.upload_url,
            # A reel has no pictures: any shape will do.
            showcase=Showcase(making.name, url, Opened(token), STORY) if url else None,
        )
