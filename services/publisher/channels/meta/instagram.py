"""An Instagram account: a container of what Meta fetches from us, and then a post of it."""

from datetime import timedelta
from typing import Literal

from schemas.channels import Limits, VideoLimits
from schemas.codes import Code
from schemas.posts import Content, Video
from services.publisher.channels.calls import Unready
from services.publisher.channels.entry import Address
from services.publisher.channels.guide import Guide
from services.publisher.channels.meta import graph
from services.publisher.channels.meta.containers import (
    MEDIA_URL,
    ContainerChannel,
    ContainerEntry,
    Names,
)
from services.publisher.channels.meta.replies import Edge, Replies
from services.publisher.channels.showcase import Shape
from services.publisher.channels.wording import described, with_link
from services.publisher.domain.answers import Absent, Answer, Published, Refused, Unclear
from services.publisher.domain.rules import Repeat, RepeatSafety
from services.publisher.ports import Parcel, Sought

SHAPE = Shape(narrowest=4 / 5, widest=1.91)

_EDGE = Edge(
    name="replies",
    parent="parent_id",
    fields="id,text,timestamp",
    address="permalink",
    addresses_answers=False,
    # It is known to have made a comment and then called the request malformed.
    refuses=False,
)


class InstagramChannel(ContainerChannel):
    """A post is one picture or a carousel, a reel a video; a story is either without words."""

    kind = "instagram"
    limits = Limits(
        forms=("post", "story", "reel"),
        characters=2200,
        link_in_text=True,
        hashtags=30,
        pictures=10,
        pictures_least=1,
        alt_characters=1000,
        answer_pictures=0,
        video=VideoLimits(
            forms=("reel", "story"),
            size=100_000_000,
            seconds_least=3,
            seconds_most=900,
            described_in_text=True,
        ),
    )
    answer_safety = RepeatSafety(Repeat.LOOK_UP, lag=timedelta(seconds=5))
    names = Names(
        create="media",
        publish="media_publish",
        posts="media",
        quota="content_publishing_limit",
        state="status_code,status",
        text="caption",
        hiding="",
    )
    url = "https://www.instagram.com/"

    async def commit(self, parcel: Parcel) -> Answer:
        """Publish the container; an answer is one call, which needs none."""
        if parcel.content.answers is not None:
            return await self._replies.publish(parcel)
        return await super().commit(parcel)

    async def find(self, sought: Sought) -> Published | Absent | Unclear:
        """Ask the container; an answer is looked for beneath the comment."""
        if sought.answers is not None:
            return await self._replies.find(sought)
        return await super().find(sought)

    @property
    def _replies(self) -> Replies:
        return Replies(self._calls, _EDGE)

    async def _lay(self, parcel: Parcel) -> str:
        if parcel.content.video:
            return await self._create(**self._film(parcel.content, parcel.content.video))
        if not parcel.pictures:
            said = self._calls.named(limit=self.limits.pictures_least, count=0)
            raise Unready(Refused(Code.TOO_FEW_PICTURES, said))
        if parcel.content.form == "story":
            # It has neither caption nor alt text there.
            image = self.showcase.story_address(parcel.pictures[0].picture.digest)
            return await self._create(media_type="STORIES", image_url=image)
        pictures = [
            {"image_url": self.showcase.address(file.picture.digest), "alt_text": file.picture.alt}
            for file in parcel.pictures
        ]
        caption = with_link(parcel.content)
        match pictures:
            case [picture]:
                return await self._create(**picture, caption=caption)
            case _:
                children = await self._items(pictures)
                return await self._create(media_type="CAROUSEL", children=children, caption=caption)

    def _film(self, content: Content, video: Video) -> dict[str, str]:
        shown = {"video_url": self.showcase.film_address(video.digest)}
        if content.form == "story":
            return {"media_type": "STORIES", **shown}
        return {"media_type": "REELS", **shown, "caption": described(content)}

    def _address(self, username: str) -> str:
        return f"https://www.instagram.com/{username}/"


class InstagramEntry(ContainerEntry):
    """A professional account, opened by the token of the Page that it is linked to."""

    channel = InstagramChannel
    shape = SHAPE

    guide = Guide(
        called="Instagram: a professional account",
        steps=(
            "In the Instagram app, choose: Settings, Account type, Professional account.",
            "In the Page's settings choose Linked accounts, and link the Instagram account.",
            "Open developers.facebook.com, then Tools, then Graph API Explorer.",
            "Choose your app, then User Token, tick the permissions below and generate the token.",
            "Open the token in the Access Token Debugger and choose: Extend Access Token.",
            (
                "Back in the Explorer, with the long token, ask: "
                "me/accounts?fields=access_token,instagram_business_account"
            ),
            "Copy the access_token that stands beside your Page: that one has no last day.",
        ),
        scopes=(
            "pages_show_list",
            "pages_read_engagement",
            "instagram_basic",
            "instagram_content_publish",
            "instagram_manage_contents",
            "instagram_manage_comments",
        ),
        keys={
            "account": "the number that stands as instagram_business_account beside the Page",
            "media_url": MEDIA_URL,
        },
        examples={"account": "17841400000000000", "media_url": "https://media.example.org"},
    )

    kind: Literal["instagram"]
    base_url: Address = graph.BASE_URL
