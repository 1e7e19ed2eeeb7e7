"""Handing over images: upload, wait, describe, fetch."""

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from simulator.images import FILES, recognise
from simulator.mastodon import refusals
from simulator.mastodon.desk import Desk, found
from simulator.mastodon.refusals import Refused
from simulator.mastodon.shapes import DESCRIPTION_LIMIT, IMAGE_MATRIX_LIMIT, IMAGE_SIZE_LIMIT
from simulator.posts import Upload
from simulator.record import Picture


@dataclass(frozen=True)
class Media:
    """The endpoints for uploads."""

    desk: Desk

    async def upload(self, request: Request) -> Response:
        """Take an image; 202 while the server is busy with it."""
        account = self.desk.caller(request)
        fields = await self.desk.fields(request)
        content = fields.file("file")
        if content is None:
            raise Refused(422, refusals.NO_FILE)
        kind = recognise(content)
        if kind is None:
            raise Refused(422, refusals.NO_IMAGE)
        if len(content) > IMAGE_SIZE_LIMIT:
            raise Refused(422, "Validation failed: File must be less than 16 MB")
        if kind.width * kind.height > IMAGE_MATRIX_LIMIT:
            raise Refused(422, f"Images with a {kind.width}x{kind.height} size are not supported")
        world = self.desk.world
        picture = Picture(
            id=world.posts.new_id(world.now()),
            digest=await world.keep_picture(content, kind.mime),
            mime=kind.mime,
            width=kind.width,
            height=kind.height,
            alt=_description(fields.one("description")),
        )
        status = 202 if world.settings.media_seconds else 200
        await self.desk.write(
            request,
            status=status,
            what="uploaded",
            account=account,
            id=picture.id,
            media=(picture,),
        )
        return found(self.desk.shapes.media(self._own(picture.id, account)), status)

    async def read(self, request: Request) -> Response:
        """Tell whether an upload is ready: 206 while it is not."""
        upload = self._own(request.path_params["id"], self.desk.caller(request))
        return found(self.desk.shapes.media(upload), 200 if self.desk.shapes.ready(upload) else 206)

    async def describe(self, request: Request) -> Response:
        """Change the alt text of an upload that no post carries yet."""
        account = self.desk.caller(request)
        upload = self._own(request.path_params["id"], account)
        if upload.post_id is not None:
            raise Refused(404, refusals.NOT_FOUND)
        fields = await self.desk.fields(request)
        described = fields.one("description")
        alt = upload.picture.alt if described is None else _description(described)
        picture = upload.picture.model_copy(update={"alt": alt})
        await self.desk.write(
            request, what="described", account=account, id=picture.id, media=(picture,)
        )
        return found(self.desk.shapes.media(replace(upload, picture=picture)))

    async def fetch(self, request: Request) -> Response:
        """The bytes of an image, for anyone."""
        digest, _, extension = request.path_params["name"].partition(".")
        mime = next((mime for mime, known in FILES.items() if known == extension), None)
        if mime is None or not all(sign in "0123456789abcdef" for sign in digest):
            raise Refused(404, refusals.NOT_FOUND)
        path = self.desk.world.picture_path(digest, mime)
        if not path.is_file():
            raise Refused(404, refusals.NOT_FOUND)
        kept = {"Cache-Control": "public, max-age=31536000, immutable"}
        return FileResponse(path, media_type=mime, headers=kept)

    def _own(self, media_id: str, account: str) -> Upload:
        upload = self.desk.world.posts.upload(media_id)
        if upload is None or upload.account != account:
            raise Refused(404, refusals.NOT_FOUND)
        return upload


def _description(alt: str | None) -> str:
    if alt is not None and len(alt) > DESCRIPTION_LIMIT:
        raise Refused(
            422,
            f"Validation failed: Description is too long (maximum is {DESCRIPTION_LIMIT}"
            " characters)",
        )
    return alt or ""
