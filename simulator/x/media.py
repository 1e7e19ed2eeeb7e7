"""Handing over pictures, and describing them."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.fields import Unreadable, read_fields
from simulator.images import recognise
from simulator.record import Picture
from simulator.x.desk import Desk
from simulator.x.errors import invalid

_MOST_BYTES = 5 * 1024 * 1024
_MOST_WORDS = 1000
_DAY = 86_400


@dataclass(frozen=True)
class Media:
    """The endpoints for pictures."""

    desk: Desk

    async def upload(self, request: Request) -> Response:
        """Take a picture in one piece."""
        account = self.desk.caller(request)
        try:
            fields = await read_fields(request)
        except Unreadable as broken:
            raise invalid("The media could not be read") from broken
        content = fields.file("media")
        kind = recognise(content) if content else None
        if content is None or kind is None or fields.one("media_category") != "tweet_image":
            raise invalid("media: unsupported or missing")
        if len(content) > _MOST_BYTES:
            raise invalid("File size exceeds 5 MB: the picture is too big")
        world = self.desk.world
        picture = Picture(
            id=world.posts.new_id(world.now()),
            digest=await world.keep_picture(content, kind.mime),
            mime=kind.mime,
            width=kind.width,
            height=kind.height,
        )
        await self.desk.write(
            request, what="uploaded", account=account, id=picture.id, media=(picture,)
        )
        data = {"id": picture.id, "media_key": f"3_{picture.id}", "expires_after_secs": _DAY}
        return JSONResponse({"data": {**data, "size": len(content)}})

    async def describe(self, request: Request) -> Response:
        """Keep the alt text of a picture."""
        account, said = self.desk.caller(request), await self.desk.said(request)
        match said:
            case {"id": str(number), "metadata": {"alt_text": {"text": str(alt)}}}:
                picture = self.own(account, number)
            case _:
                raise invalid("id and metadata have to be given")
        if not 0 < len(alt) <= _MOST_WORDS:
            raise invalid(f"alt_text: must have 1 to {_MOST_WORDS} characters")
        described = picture.model_copy(update={"alt": alt})
        await self.desk.write(
            request, what="described", account=account, id=number, media=(described,)
        )
        associated = {"alt_text": {"text": alt}}
        return JSONResponse({"data": {"id": number, "associated_metadata": associated}})

    def own(self, account: str, number: str) -> Picture:
        """The picture with this number, if this account has handed it over."""
        upload = self.desk.world.posts.upload(number)
        if upload is None or upload.account != account:
            raise invalid("Your media IDs are invalid.")
        return upload.picture
