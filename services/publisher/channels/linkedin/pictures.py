"""Handing over pictures: a place is asked for, the bytes go there, and the platform works on it."""

import asyncio
from collections.abc import Sequence

from schemas.codes import Code
from services.publisher.channels.calls import Calls, Unready
from services.publisher.channels.linkedin import answers
from services.publisher.domain.answers import NotNow, Refused
from services.publisher.ports import PictureFile

_POLL = 0.25
"""Seconds between two looks at a picture that the platform still works on."""

_AT_WORK = {"WAITING_UPLOAD", "PROCESSING"}


class Pictures:
    """Takes pictures in for one organisation; nobody sees them until a post carries them."""

    def __init__(self, calls: Calls, uploads: Calls, place: str, owner: str) -> None:
        self._calls = calls
        self._uploads = uploads
        self._place = place
        self._owner = owner

    async def hand_over(self, files: Sequence[PictureFile]) -> list[str]:
        """Give what the platform calls pictures that are ready; `Unready` if one is not."""
        return [await self._hand_over(file) for file in files]

    async def _hand_over(self, file: PictureFile) -> str:
        wanted = {"initializeUploadRequest": {"owner": self._owner}}
        reply = await self._calls.unseen(
            "POST", "/rest/images?action=initializeUpload", json=wanted
        )
        begun = reply.read(answers.BEGUN)
        if begun is None:
            raise Unready(self._calls.busy(reply))
        await self._put(begun.value.url, file)
        await self._ready(begun.value.image)
        return begun.value.image

    async def _put(self, address: str, file: PictureFile) -> None:
        # The token goes along, so it goes nowhere but to the place that is known to be theirs.
        if not address.startswith(f"{self._place}/"):
            where = "an upload address elsewhere"
            raise Unready(NotNow(Code.CHANNEL_BUSY, self._calls.named(status=where)))
        headers = {"Content-Type": file.picture.media_type}
        path = address.removeprefix(self._place)
        await self._uploads.unseen("PUT", path, content=file.content, headers=headers)

    async def _ready(self, image: str) -> None:
        path = f"/rest/images/{image.replace(':', '%3A')}"
        while True:
            reply = await self._calls.unseen("GET", path)
            found = reply.read(answers.IMAGE)
            if found is None:
                raise Unready(self._calls.busy(reply))
            if found.status == "AVAILABLE":
                return
            if found.status not in _AT_WORK:
                why = self._calls.named(why=f"image {found.status}"[:200])
                raise Unready(Refused(Code.CHANNEL_REFUSED, why))
            await asyncio.sleep(_POLL)
