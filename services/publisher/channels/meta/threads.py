"""A Threads profile: words, with pictures that Meta fetches from us."""

from typing import Literal

from pydantic import Field

from schemas.channels import Limits
from services.publisher.channels.entry import Address, Entry, FileName, Making
from services.publisher.channels.meta.containers import ContainerChannel, Names
from services.publisher.channels.showcase import Shape, Showcase
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
                items = [await self._create(**each, is_carousel_item="true") for each in pictures]
                return await self._create(
                    media_type="CAROUSEL", children=",".join(items), text=with_link(content)
                )

    def _address(self, username: str) -> str:
        return f"https://www.threads.com/@{username}"


class ThreadsEntry(Entry):
    """A profile, opened by its own token."""

    kind: Literal["threads"]
    account: str = Field(pattern=r"^[0-9]{1,30}$")
    """The profile's id, as `GET /me` gives it."""
    media_url: Address
    """Where this publisher is reached from the internet: Meta fetches the pictures there."""
    base_url: Address = BASE_URL
    token_file: FileName | None = None

    def make(self, making: Making) -> ThreadsChannel:
        """Make the channel of this profile."""
        token = making.token(self.token_file)
        return ThreadsChannel(
            making.name,
            self.title,
            self.account,
            token,
            making.answer_within,
            base_url=self.base_url,
            showcase=Showcase(making.name, self.media_url, token, SHAPE),
        )
