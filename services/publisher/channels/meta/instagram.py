"""An Instagram account: a container of pictures that Meta fetches from us, and then a post."""

from typing import Literal

from schemas.channels import Limits
from schemas.codes import Code
from services.publisher.channels.calls import Unready
from services.publisher.channels.entry import Address
from services.publisher.channels.meta import graph
from services.publisher.channels.meta.containers import ContainerChannel, ContainerEntry, Names
from services.publisher.channels.showcase import Shape
from services.publisher.channels.wording import with_link
from services.publisher.domain.answers import Refused
from services.publisher.ports import Parcel

SHAPE = Shape(narrowest=4 / 5, widest=1.91)


class InstagramChannel(ContainerChannel):
    """A post is one picture or a carousel; its words are the caption."""

    kind = "instagram"
    limits = Limits(
        characters=2200,
        link_in_text=True,
        hashtags=30,
        pictures=10,
        pictures_least=1,
        alt_characters=1000,
    )
    names = Names(
        create="media",
        publish="media_publish",
        posts="media",
        quota="content_publishing_limit",
        state="status_code,status",
        text="caption",
    )
    url = "https://www.instagram.com/"

    async def _lay(self, parcel: Parcel) -> str:
        pictures = [
            {"image_url": self.showcase.address(file.picture.digest), "alt_text": file.picture.alt}
            for file in parcel.pictures
        ]
        caption = with_link(parcel.content)
        match pictures:
            case []:
                said = self._calls.named(limit=self.limits.pictures_least, count=0)
                raise Unready(Refused(Code.TOO_FEW_PICTURES, said))
            case [picture]:
                return await self._create(**picture, caption=caption)
            case _:
                children = await self._items(pictures)
                return await self._create(media_type="CAROUSEL", children=children, caption=caption)

    def _address(self, username: str) -> str:
        return f"https://www.instagram.com/{username}/"


class InstagramEntry(ContainerEntry):
    """A professional account, opened by the token of the Page that it is linked to."""

    channel = InstagramChannel
    shape = SHAPE

    kind: Literal["instagram"]
    base_url: Address = graph.BASE_URL
