"""The media library: files are handed over whole, and belong to a post."""

import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from simulator.images import recognise
from simulator.record import Picture
from simulator.wordpress import errors, shapes
from simulator.wordpress.desk import Desk, chosen, found
from simulator.wordpress.errors import Refused
from simulator.wordpress.names import API
from simulator.wordpress.shelf import Medium

_NAME = re.compile(r'filename="?([A-Za-z0-9][A-Za-z0-9._-]*)"?')
_TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Media:
    """The endpoints of files."""

    desk: Desk

    async def listed(self, request: Request) -> Response:
        """The files that were asked for; those of a draft are counted and not shown."""
        account, query = self.desk.caller(request), request.query_params
        if account is None and query.get("context") == "edit":
            raise errors.stranger("rest_forbidden_context", "edit posts in this post type")
        parent, world = query.get("parent"), self.desk.world
        media = [each for each in world.site.media() if parent in (None, each.parent)]
        shown = [self._shape(each, account) for each in media if self._shows(each, account)]
        return self.desk.page(request, shown, len(media))

    async def upload(self, request: Request) -> Response:
        """Take a file; one that is not what it says is refused as if the site had broken."""
        account, world = self.desk.caller(request), self.desk.world
        if account is None:
            raise errors.stranger("rest_cannot_create", "create posts as this user")
        content = await request.body()
        if not content:
            raise Refused(400, "rest_upload_no_data", "No data supplied.")
        named = _NAME.search(request.headers.get("content-disposition", ""))
        if named is None:
            message = "No Content-Disposition supplied."
            raise Refused(400, "rest_upload_no_content_disposition", message)
        kind = recognise(content)
        if kind is None or kind.mime != request.headers.get("content-type"):
            message = "Sorry, you are not allowed to upload this file type."
            raise Refused(500, "rest_upload_sideload_error", message)
        picture = Picture(
            id=world.posts.new_id(world.now()),
            digest=await world.keep_picture(content, kind.mime),
            mime=kind.mime,
            width=kind.width,
            height=kind.height,
        )
        value = {
            "parent": request.query_params.get("post", ""),
            "file": world.site.file_for(named[1]),
        }
        await self.desk.write(
            request,
            status=201,
            what="uploaded",
            account=account,
            id=picture.id,
            media=(picture,),
            value=value,
        )
        answer = self._answer(request, account, picture.id, 201)
        answer.headers["Location"] = f"{world.settings.origin}{API}/media/{picture.id}"
        return answer

    async def read(self, request: Request) -> Response:
        """One file; that of a draft its owner alone sees."""
        account, medium = self.desk.caller(request), self._known(request)
        if not self._shows(medium, account):
            raise errors.stranger("rest_forbidden", "do that")
        return self._answer(request, account, medium.picture.id)

    async def describe(self, request: Request) -> Response:
        """Change the words for those who cannot see it; tags in them are taken out."""
        account, medium = self._own(request, "rest_cannot_edit", "edit this post")
        asked = await self.desk.asked(request)
        alt = " ".join(_TAGS.sub("", str(asked.get("alt_text", medium.picture.alt))).split())
        picture = medium.picture.model_copy(update={"alt": alt})
        await self.desk.write(
            request, what="described", account=account, id=picture.id, media=(picture,)
        )
        return self._answer(request, account, picture.id)

    async def delete(self, request: Request) -> Response:
        """Delete a file; there is no trash for files."""
        account, medium = self._own(request, "rest_cannot_delete", "delete this post")
        if request.query_params.get("force") not in ("true", "1"):
            message = "The post does not support trashing. Set 'force=true' to delete."
            raise Refused(501, "rest_trash_not_supported", message)
        previous = self._shape(medium, account)
        await self.desk.write(request, what="unloaded", account=account, id=medium.picture.id)
        return found(chosen(request, {"deleted": True, "previous": previous}))

    async def fetch(self, request: Request) -> Response:
        """The bytes of a file, for anyone who knows its address."""
        world, name = self.desk.world, request.path_params["file"]
        medium = next((each for each in world.site.media() if each.file == name), None)
        if medium is None:
            return errors.trouble(404)
        picture = medium.picture
        path = world.picture_path(picture.digest, picture.mime)
        return FileResponse(path, media_type=picture.mime)

    def _known(self, request: Request) -> Medium:
        medium = self.desk.world.site.medium(str(request.path_params["id"]))
        if medium is None:
            raise errors.gone()
        return medium

    def _own(self, request: Request, code: str, what: str) -> tuple[str, Medium]:
        account, medium = self.desk.caller(request), self._known(request)
        if account is None or medium.account != account:
            raise errors.stranger(code, what)
        return account, medium

    def _shows(self, medium: Medium, account: str | None) -> bool:
        post = self.desk.world.site.post(medium.parent)
        return medium.account == account or post is None or post.status == "publish"

    def _shape(self, medium: Medium, account: str | None) -> dict[str, Any]:
        return shapes.media(self.desk.world, medium, owned=medium.account == account)

    def _answer(
        self, request: Request, account: str | None, name: str, status: int = 200
    ) -> Response:
        medium = self.desk.world.site.medium(name)
        if medium is None:
            raise errors.gone()
        return found(chosen(request, self._shape(medium, account)), status)
