"""Handing over pictures: a place is given, bytes come there, and for a while they are worked on."""

from dataclasses import dataclass, field
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.images import recognise
from simulator.linkedin import errors
from simulator.linkedin.desk import BASE, Desk, owner_of
from simulator.linkedin.errors import Refused
from simulator.posts import Upload
from simulator.record import Picture

PREFIX = "urn:li:image:"
_MOST_PIXELS = 36_152_320
_PLACE = "dms-uploads"


@dataclass(frozen=True)
class Images:
    """The endpoints for pictures."""

    desk: Desk
    awaited: dict[str, str] = field(default_factory=dict)
    """Pictures that have a place and no bytes yet, and whose they are."""

    async def begin(self, request: Request) -> Response:
        """Give a picture a name and a place to be sent to."""
        account = self.desk.caller(request)
        if request.query_params.get("action") != "initializeUpload":
            raise errors.bad_request("Query parameter 'action' is not valid")
        wanted = (await self.desk.said(request)).get("initializeUploadRequest")
        if not isinstance(wanted, dict) or wanted.get("owner") != owner_of(account):
            raise Refused(403)
        world = self.desk.world
        number = world.posts.new_id(world.now())
        self.awaited[number] = account
        place = f"{world.settings.origin}{BASE}/{_PLACE}/{number}/uploaded-image/0?ca=vector"
        value = {
            "uploadUrlExpiresAt": int((world.now() + timedelta(days=1)).timestamp() * 1000),
            "uploadUrl": place,
            "image": f"{PREFIX}{number}",
        }
        return JSONResponse({"value": value})

    async def take(self, request: Request) -> Response:
        """Take the bytes; whoever knows the place may send them."""
        number, content = request.path_params["number"], await request.body()
        account, kind = self.awaited.get(number), recognise(content)
        if account is None:
            raise Refused(404)
        if kind is None or kind.width * kind.height > _MOST_PIXELS:
            raise errors.bad_request("The image is of no known format or has too many pixels")
        picture = Picture(
            id=number,
            digest=await self.desk.world.keep_picture(content, kind.mime),
            mime=kind.mime,
            width=kind.width,
            height=kind.height,
        )
        await self.desk.write(
            request, status=201, what="uploaded", account=account, id=number, media=(picture,)
        )
        return Response(status_code=201)

    async def read(self, request: Request) -> Response:
        """How far the platform is with a picture."""
        account, number = self.desk.caller(request), request.path_params["urn"].removeprefix(PREFIX)
        upload = self.desk.world.posts.upload(number)
        if upload is None and self.awaited.get(number) != account:
            raise Refused(404)
        if upload is None:
            status = "WAITING_UPLOAD"
        else:
            status = "AVAILABLE" if self.is_ready(upload) else "PROCESSING"
        shape = {"id": f"{PREFIX}{number}", "owner": owner_of(account), "status": status}
        return JSONResponse(shape)

    def is_ready(self, upload: Upload) -> bool:
        """Whether a post may carry it."""
        world = self.desk.world
        return world.now() - upload.at >= timedelta(seconds=world.settings.media_seconds)

    def carried(self, account: str, named: dict[str, object]) -> Picture:
        """The picture that a post names, with the words it gives it."""
        urn = str(named.get("id", ""))
        upload = self.desk.world.posts.upload(urn.removeprefix(PREFIX))
        if upload is None or upload.account != account or not self.is_ready(upload):
            raise errors.invalid(f"Media {urn} is not available")
        return upload.picture.model_copy(update={"alt": str(named.get("altText", ""))})
