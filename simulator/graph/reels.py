"""A Page's reels: an upload session, a video that is fetched, and its publishing."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.fields import Fields
from simulator.graph import errors
from simulator.graph.desk import BASE, DIALECT, Desk, chosen, found, page_id, page_path
from simulator.graph.errors import Refused
from simulator.graph.taking import take_film
from simulator.posts import Post
from simulator.record import Picture
from simulator.rules import Lag

UPLOADS = f"{BASE}/rupload"
_MANAGE = "pages_manage_posts"
_SECONDS = (3.0, 90.0)
_UPRIGHT = 9 / 16


@dataclass(frozen=True)
class Reels:
    """The endpoints of a Page's reels."""

    desk: Desk

    def knows(self, node: str) -> bool:
        """Whether a node is a video of ours."""
        video = self.desk.world.posts.draft(node)
        return video is not None and bool((video.value or {}).get("reel"))

    async def video_reels(self, request: Request) -> Response:
        """Begin an upload, or have what was uploaded published."""
        fields = await self.desk.fields(request)
        account = self.desk.caller(request, fields)
        self.desk.demand(request, _MANAGE)
        if request.path_params["node"] not in (page_id(account), "me"):
            raise errors.not_allowed(_MANAGE)
        match fields.one("upload_phase"):
            case "start":
                return await self._start(request, account)
            case "finish":
                return await self._finish(request, account, fields)
            case phase:
                raise errors.bad_parameter(f"upload_phase must be start or finish, not {phase}")

    async def upload(self, request: Request) -> Response:
        """Fetch the video from the address that a header names."""
        fields = await self.desk.fields(request)
        account = self.desk.caller(request, fields)
        video = self._video(account, request.path_params["video"])
        address = request.headers.get("file_url", "")
        if not address:
            raise errors.bad_parameter("The simulator takes videos by file_url only")
        value: dict[str, Any] = {"reel": True, "uploaded": True}
        media: tuple[Picture, ...] = ()
        try:
            film = await take_film(self.desk, request, DIALECT, account, address, _SECONDS)
        except Refused as no:
            if no.more["error_subcode"] == 2207052:
                # The upload host has a way of its own to say no.
                said = {"retriable": False, "type": "FetchFailed", "message": no.message}
                await self.desk.write(request, status=400, what="request", account=account)
                return JSONResponse({"debug_info": said}, 400)
            value["failure"] = no.message
        else:
            media = (film,)
            if abs(film.width / film.height / _UPRIGHT - 1) > 0.02:
                value["failure"] = "The aspect ratio of the video is not 9:16"
        await self.desk.write(
            request, what="drafted", account=account, id=video.id, text="", media=media, value=value
        )
        return found({"success": True})

    async def read(self, request: Request) -> Response:
        """How it is with a video."""
        fields = await self.desk.fields(request)
        account = self.desk.caller(request, fields)
        self.desk.demand(request, "pages_read_engagement")
        video = self._video(account, request.path_params["node"])
        post = self._post(video)
        public = post is not None and self.desk.world.posts.seen(post.id, self.desk.world.now())
        shape = {
            "id": video.id,
            "status": self._status(video, post),
            # A path alone, as the API gives it.
            "permalink_url": page_path(post) if post and public else None,
            "post_id": post.id if post and public else None,
        }
        return found(chosen(shape, fields, ("id",)))

    async def _start(self, request: Request, account: str) -> Response:
        world = self.desk.world
        video = world.posts.new_id(world.now())
        await self.desk.write(
            request, what="drafted", account=account, id=video, text="", value={"reel": True}
        )
        address = f"{world.settings.origin}{UPLOADS}/video-upload/v26.0/{video}"
        return found({"video_id": video, "upload_url": address})

    async def _finish(self, request: Request, account: str, fields: Fields) -> Response:
        video = self._video(account, fields.one("video_id") or "")
        if fields.one("video_state") != "PUBLISHED":
            raise errors.bad_parameter("The simulator publishes reels at once only")
        if not self._is_in(video):
            raise errors.bad_parameter("The video has not been uploaded yet")
        world, text = self.desk.world, fields.one("description") or ""
        if self._post(video) is not None:
            await self.desk.write(request, what="replayed", account=account, id=video.id, text=text)
        elif (video.value or {}).get("failure"):
            value = {**(video.value or {}), "finished": True}
            media = video.media
            await self.desk.write(
                request,
                what="drafted",
                account=account,
                id=video.id,
                text=text,
                media=media,
                value=value,
            )
        else:
            lag = world.faults.inner("POST", request.url.path, text, Lag)
            # It is worked on before readers see it.
            slow = world.settings.container_seconds + (lag.seconds if isinstance(lag, Lag) else 0)
            await self.desk.write(
                request,
                what="published",
                account=account,
                id=world.posts.new_id(world.now()),
                draft=video.id,
                text=text,
                media=video.media,
                value={"film": True},
                fault=lag.kind if lag else None,
                lag=slow or None,
            )
        return found({"success": True})

    def _status(self, video: Post, post: Post | None) -> dict[str, Any]:
        value, public = video.value or {}, False
        if post is not None:
            public = self.desk.world.posts.seen(post.id, self.desk.world.now()) is not None
        work: dict[str, Any] = {"status": "not_started"}
        if value.get("finished") or post is not None:
            work = {"status": "complete" if public else "in_progress"}
        if value.get("finished"):
            work = {"status": "error", "error": {"message": value["failure"]}}
        taken = "complete" if self._is_in(video) else "not_started"
        if value.get("uploaded") and taken != "complete":
            taken = "in_progress"
        out = {"status": "complete", "publish_status": "published"}
        return {
            "video_status": _named(taken, work["status"], public=public),
            "uploading_phase": {"status": taken},
            "processing_phase": work,
            "publishing_phase": out if public else {"status": "not_started"},
        }

    def _is_in(self, video: Post) -> bool:
        """Whether all of it has arrived; that takes as long as a container does."""
        world = self.desk.world
        age = (world.now() - video.created_at).total_seconds()
        return bool((video.value or {}).get("uploaded")) and (
            age >= world.settings.container_seconds
        )

    def _video(self, account: str, node: str) -> Post:
        video = self.desk.world.posts.draft(node)
        if video is None or video.account != account or not self.knows(node):
            raise errors.gone(node)
        return video

    def _post(self, video: Post) -> Post | None:
        made = self.desk.world.posts.made_of(video.id)
        return self.desk.world.posts.post(made) if made else None


def _named(taken: str, worked: object, *, public: bool) -> str:
    if public:
        return "ready"
    if taken != "complete":
        return "uploading"
    return {"error": "error", "in_progress": "processing"}.get(str(worked), "upload_complete")
