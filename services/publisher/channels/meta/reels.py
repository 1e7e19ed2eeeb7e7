"""A Page's reels: Meta fetches a video from us under an id, and publishes it under the same id.

Readers see it some time after it was asked for. Until then nobody can say that it is public, nor
that it will not be.
"""

import asyncio
from contextlib import suppress
from typing import Annotated
from urllib.parse import urljoin

from pydantic import Field, TypeAdapter

from schemas.codes import Code
from schemas.posts import Content, Video
from services.publisher.channels.calls import Calls, Unready
from services.publisher.channels.exchange import AnswerLost, NeverSent, Reply
from services.publisher.channels.meta import container_answers, graph
from services.publisher.channels.meta.shapes import DONE, Id, Said
from services.publisher.channels.showcase import Showcase
from services.publisher.channels.wording import described, one_line
from services.publisher.domain.answers import Absent, Answer, NotNow, Published, Refused, Unclear

UPLOAD_URL = "https://rupload.facebook.com"
_MARK = "reel/"
_POLL = 1.0
_ASKED_FOR = "status,permalink_url,post_id"


_Place = Annotated[str, Field(pattern=r"^(https?:/)?/[!-~]{1,2000}$")]
"""An address, or the path alone, as videos have it."""


class _Begun(Said):
    video_id: Id
    upload_url: str


class _Trouble(Said):
    message: str = ""


class _Phase(Said):
    status: str = ""
    publish_status: str = ""
    error: _Trouble | None = None


class _Status(Said):
    video_status: str = ""
    uploading: _Phase = Field(default=_Phase(), alias="uploading_phase")
    processing: _Phase = Field(default=_Phase(), alias="processing_phase")
    publishing: _Phase = Field(default=_Phase(), alias="publishing_phase")


class _Reel(Said):
    status: _Status
    permalink_url: _Place = ""
    post_id: Id | None = None

    @property
    def is_public(self) -> bool:
        """Whether readers see it."""
        return self.status.publishing.publish_status == "published"

    @property
    def is_taken_in(self) -> bool:
        """Whether all of it has arrived."""
        return self.status.uploading.status == "complete"

    @property
    def is_under_way(self) -> bool:
        """Whether Meta is at work with it."""
        phases = self.status.processing, self.status.publishing
        return any(phase.status == "in_progress" for phase in phases)


_BEGUN = TypeAdapter(_Begun)
_REEL = TypeAdapter(_Reel)


def is_reel(handle: str) -> bool:
    """Whether this is the handle of a reel."""
    return handle.startswith(_MARK)


class Reels:
    """The reels of one Page."""

    def __init__(
        self, calls: Calls, page: str, token: str, showcase: Showcase | None, upload_url: str
    ) -> None:
        self._calls = calls
        self._page = page
        self._token = token
        self._upload_url = upload_url
        self._showcase = showcase

    async def prepare(self, video: Video | None) -> str:
        """Have the video fetched, seen by nobody; give its handle, or `Unready`."""
        if self._showcase is None or video is None:
            # It was approved when the Page still took reels.
            refused = Refused(Code.FORM_NOT_TAKEN, self._calls.named(form="reel"))
            raise Unready(refused)
        path = f"/{self._page}/video_reels"
        reply = await self._calls.unseen("POST", path, data={"upload_phase": "start"})
        begun = reply.read(_BEGUN)
        # Our token goes along, so it goes nowhere else.
        if begun is None or not begun.upload_url.startswith(f"{self._upload_url}/"):
            raise Unready(self._calls.busy(reply))
        headers = {
            "Authorization": f"OAuth {self._token}",
            "file_url": self._showcase.film_address(video.digest),
        }
        reply = await self._calls.unseen("POST", begun.upload_url, headers=headers)
        done = reply.read(DONE)
        if done is None or not done.success:
            raise Unready(self._calls.busy(reply))
        return f"{_MARK}{begun.video_id}"

    async def publish(self, handle: str, content: Content, page_url: str) -> Answer:
        """Have it published, unless it is on its way; asked again it is the same reel."""
        clock = asyncio.get_running_loop().time
        until = clock() + self._calls.patience
        reel = await self._look(handle)
        if isinstance(reel, NotNow):
            return reel
        if reel.is_public:
            return self._published(handle, reel, page_url)
        if reel.is_under_way or not reel.is_taken_in:
            return self._wrong(reel) or container_answers.preparing(self._calls)
        finished = self._wrong(reel) or await self._finish(handle, content, until - clock())
        return finished or await self._come_out(handle, page_url, until - clock())

    async def _finish(
        self, handle: str, content: Content, within: float
    ) -> NotNow | Refused | Unclear | None:
        """Ask for it to be published; None: that is accepted."""
        asked = {
            "upload_phase": "finish",
            "video_id": _id(handle),
            "video_state": "PUBLISHED",
            "description": described(content),
        }
        path = f"/{self._page}/video_reels"
        reply = await self._calls.visible("POST", path, within, data=asked)
        if not isinstance(reply, Reply):
            return reply
        done = reply.read(DONE) if reply.status == 200 else None
        if done and done.success:
            return None
        return graph.refused(reply, self._calls) or self._calls.unclear(reply.status)

    async def find(self, handle: str, page_url: str) -> Published | Absent | Unclear:
        """Ask the video itself; what is on its way may come out yet."""
        reel = await self._look(handle)
        if isinstance(reel, NotNow):
            return Unclear(reel.code, reel.parameters)
        if reel.is_public:
            return self._published(handle, reel, page_url)
        never = self._wrong(reel) is not None or not reel.is_taken_in
        return Absent() if never else self._coming()

    async def _come_out(self, handle: str, page_url: str, within: float) -> Answer:
        """Wait for readers to see it, for as long as a call may take."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not isinstance(reel := await self._look(handle), NotNow):
                    if reel.is_public:
                        return self._published(handle, reel, page_url)
                    if (wrong := self._wrong(reel)) is not None:
                        return wrong
                    await asyncio.sleep(_POLL)
        return self._coming()

    async def _look(self, handle: str) -> _Reel | NotNow:
        """Ask how a video is. Whatever fails here has published nothing."""
        try:
            reply = await self._calls.read(f"/{_id(handle)}", params={"fields": _ASKED_FOR})
        except (NeverSent, AnswerLost):
            return NotNow(Code.CHANNEL_UNREACHABLE, self._calls.named())
        if (no := graph.held_up(reply, self._calls)) is not None:
            return no
        error = graph.error_of(reply)
        if error is not None and error.is_gone:
            return NotNow(Code.CHANNEL_BUSY, self._calls.named(status="expired"), anew=True)
        reel = reply.read(_REEL) if reply.status == 200 else None
        return reel or self._calls.busy(reply)

    def _wrong(self, reel: _Reel) -> NotNow | Refused | None:
        """Say why nothing will come of it, if nothing will."""
        status = reel.status
        for phase in (status.processing, status.publishing):
            if phase.status == "error":
                said = phase.error.message if phase.error else ""
                why = one_line(said) or status.video_status
                return Refused(Code.CHANNEL_REFUSED, self._calls.named(why=why))
        if status.uploading.status == "error":
            why = one_line(status.uploading.error.message if status.uploading.error else "")
            return NotNow(Code.PICTURE_UNFETCHED, self._calls.named(why=why or "error"), anew=True)
        if status.video_status in {"error", "expired"}:
            named = self._calls.named(status=status.video_status)
            return NotNow(Code.CHANNEL_BUSY, named, anew=True)
        return None

    def _coming(self) -> Unclear:
        return Unclear(Code.CHANNEL_PREPARING, self._calls.named())

    def _published(self, handle: str, reel: _Reel, page_url: str) -> Published:
        """Name it as the Page's list does, so that it is not taken for somebody else's."""
        post = reel.post_id or _id(handle)
        named = post if "_" in post or not reel.post_id else f"{self._page}_{post}"
        return Published(named, urljoin(page_url, reel.permalink_url or f"/reel/{_id(handle)}"))


def _id(handle: str) -> str:
    return handle.removeprefix(_MARK)
