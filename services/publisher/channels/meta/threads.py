"""A Threads profile: words, with pictures or a video that Meta fetches from us."""

import re
from datetime import datetime, timedelta
from typing import Literal

from schemas.channels import Limits, VideoLimits
from schemas.codes import Code
from schemas.envelope import now
from schemas.posts import Addressee
from services.publisher.channels.calls import Unready
from services.publisher.channels.entry import Address, Making
from services.publisher.channels.guide import Guide
from services.publisher.channels.meta import container_answers as answers
from services.publisher.channels.meta import graph
from services.publisher.channels.meta.containers import (
    MEDIA_URL,
    ContainerChannel,
    ContainerEntry,
    Names,
)
from services.publisher.channels.meta.lists import OwnPosts
from services.publisher.channels.showcase import Shape
from services.publisher.channels.tokens import Token, TokenFile
from services.publisher.channels.wording import with_link
from services.publisher.domain.answers import Absent, Published, Unclear
from services.publisher.ports import NotRenewed, Parcel

BASE_URL = "https://graph.threads.net/v1.0"
SHAPE = Shape(narrowest=1 / 10, widest=10)
_VERSION = re.compile(r"/v[0-9.]+$")


class ThreadsChannel(ContainerChannel):
    """Makes a delivery a post of the profile; never in one step, which would leave no handle."""

    kind = "threads"
    limits = Limits(
        characters=500,
        counting="bytes_for_emoji",
        link_in_text=True,
        links=5,
        pictures=20,
        alt_characters=1000,
        video=VideoLimits(forms=("post",), size=100_000_000, seconds_most=300),
    )
    names = Names(
        create="threads",
        publish="threads_publish",
        posts="threads",
        quota="threads_publishing_limit",
        state="status,error_message",
        text="text",
        hiding="/manage_reply",
    )
    url = "https://www.threads.com/"

    async def _lay(self, parcel: Parcel) -> str:
        content = parcel.content
        reply = await self._above(content.answers)
        pictures = [
            {
                "media_type": "IMAGE",
                "image_url": self.showcase.address(file.picture.digest),
                "alt_text": file.picture.alt,
            }
            for file in parcel.pictures
        ]
        if content.video:
            return await self._create(
                media_type="VIDEO",
                video_url=self.showcase.film_address(content.video.digest),
                alt_text=content.video.description,
                text=with_link(content),
            )
        match pictures:
            case []:
                card = {"link_attachment": content.link} if content.link else {}
                return await self._create(media_type="TEXT", text=content.text, **card, **reply)
            case [picture]:
                return await self._create(**picture, text=with_link(content), **reply)
            case _:
                children = await self._items(pictures)
                return await self._create(
                    media_type="CAROUSEL", children=children, text=with_link(content), **reply
                )

    async def _above(self, asked: Addressee | None) -> dict[str, str]:
        """See that the comment stands, and say in the container that it is answered."""
        if asked is None:
            return {}
        path, fields = f"/{asked.external_id}", {"fields": "id"}
        await self._calls.answered(path, graph.names_nothing, params=fields)
        return {"reply_to_id": asked.external_id}

    async def _search(
        self, begins: str, words: str | None, since: datetime, asked: Addressee | None
    ) -> Published | Absent | Unclear:
        """Look for a post among our own; what answers somebody has a list of its own."""
        if asked is None:
            return await super()._search(begins, words, since, None)
        fields = "id,text,timestamp,permalink,replied_to"
        replies = OwnPosts(self._calls, f"/{self._account}/replies", fields)
        return await replies.find(begins, words, since, asked.external_id)

    def _address(self, username: str) -> str:
        return f"https://www.threads.com/@{username}"

    async def renew(self) -> bool:
        """Exchange the token for one that lasts longer, a day after it was made at the earliest."""
        token = self._token
        if not isinstance(token, TokenFile) or not token.is_due(now()):
            return False
        try:
            with token.claimed() as ours:
                # Another replica may have done it before we had the claim.
                if not ours or not token.is_due(now()):
                    return False
                token.rehearse()
                newer, ends = await self._newer(token.text)
                if not token.is_due(now()):
                    # A person was quicker, and knows why.
                    return False
                token.keep(newer, ends)
        except OSError as error:
            raise NotRenewed(f"its file cannot be written: {error.strerror}") from None
        return True

    async def _newer(self, token: str) -> tuple[str, datetime]:
        # It stands beside the versions, and is the one call that wants the token in its address.
        path = f"{_VERSION.sub('', self._base_url)}/refresh_access_token"
        asked = {"grant_type": "th_refresh_token", "access_token": token}
        try:
            reply = await self._calls.unseen("GET", path, params=asked)
        except Unready as unready:
            raise NotRenewed(unready.answer.code) from None
        newer = reply.read(answers.NEWER)
        if newer is None:
            raise NotRenewed(Code.ANSWER_UNCLEAR)
        return newer.access_token, now() + timedelta(seconds=newer.expires_in)


class ThreadsEntry(ContainerEntry):
    """A profile, opened by its own token."""

    channel = ThreadsChannel
    shape = SHAPE

    guide = Guide(
        called="Threads: a profile",
        steps=(
            (
                "Somebody who can sign in as the profile has to do this. After that we renew the "
                "token, where we may write in its folder."
            ),
            "Open developers.facebook.com, then your app, and add the use case Threads API.",
            "Under Roles, add the profile as a Threads tester, and accept that in Threads.",
            "Open the use case's settings and choose User Token Generator, then the profile.",
            "Tick the scopes below and copy the token: it is a long one, of 60 days.",
            "Open graph.threads.net/me with it: the id that it answers is the account.",
        ),
        scopes=(
            "threads_basic",
            "threads_content_publish",
            "threads_delete",
            "threads_manage_replies",
            "threads_read_replies",
        ),
        keys={
            "account": "the number that me answers as id",
            "media_url": MEDIA_URL,
        },
        examples={"account": "17841400000000001", "media_url": "https://media.example.org"},
    )

    kind: Literal["threads"]
    base_url: Address = BASE_URL

    def token(self, making: Making) -> Token:
        """Open the file where newer tokens are put."""
        return making.token_file(self.token_file, self.token_gone_at)
