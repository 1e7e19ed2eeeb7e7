"""A Threads profile: words, with pictures that Meta fetches from us."""

from typing import Literal

from schemas.channels import Limits
from services.publisher.channels.entry import Address
from services.publisher.channels.meta.containers import ContainerChannel, ContainerEntry, Names
from services.publisher.channels.showcase import Shape
from services.publisher.channels.wording import with_link
from services.publisher.ports import Parcel

BASE_URL = "https://graph.threads.net/v1.0"
SHAPE = Shape(narrowest=1 / 10, widest=10)


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
    )
    names = Names(
        create="threads",
        publish="threads_publish",
        posts="threads",
        quota="threads_publishing_limit",
        state="status,error_message",
        text="text",
    )
    url = "https://www.threads.com/"

    async def _lay(self, parcel: Parcel) -> str:
        content = parcel.content
        pictures = [
            {
                "media_type": "IMAGE",
                "image_url": self.showcase.address(file.picture.digest),
                "alt_text": file.picture.alt,
            }
            for file in parcel.pictures
        ]
        match pictures:
            case []:
                card = {"link_attachment": content.link} if content.link else {}
                return await self._create(media_type="TEXT", text=content.text, **card)
            case [picture]:
                return await self._create(**picture, text=with_link(content))
            case _:
                children = await self._items(pictures)
                return await self._create(
                    media_type="CAROUSEL", children=children, text=with_link(content)
                )

    def _address(self, username: str) -> str:
        return f"https://www.threads.com/@{username}"


class ThreadsEntry(ContainerEntry):
    """A profile, opened by its own token."""

    channel = ThreadsChannel
    shape = SHAPE

    kind: Literal["threads"]
    base_url: Address = BASE_URL
