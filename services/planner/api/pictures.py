"""Pictures over HTTP: upload and look."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.datastructures import UploadFile

from schemas.codes import Code
from services.planner.api.posts import Parts, Somebody
from services.planner.domain.people import Role
from services.planner.domain.refusals import refused
from services.planner.domain.written import PictureHead
from services.planner.who import who

router = APIRouter(prefix="/api/v1/pictures", tags=["pictures"])

_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("image/jpeg", "image/png", "image/webp")
        },
    }
}


@router.post("", status_code=201, openapi_extra=_BODY)
async def upload(request: Request, person: Somebody, desk: Parts) -> PictureHead:
    """Store a picture, as the body itself or as a form's file; give what a variant refers to."""
    person.must_be(Role.AUTHOR)
    return await desk.pictures.keep(await _content(request))


@router.get("/{digest}", dependencies=[Depends(who)], response_class=Response)
async def look(digest: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")], desk: Parts) -> Response:
    """Give a picture's bytes."""
    head, content = await desk.pictures.read(digest)
    return Response(
        content,
        media_type=head.media_type,
        headers={
            "Cache-Control": "private, max-age=86400, immutable",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'",
        },
    )


async def _content(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form(max_files=1, max_fields=10) as form:
        for field in form.values():
            if isinstance(field, UploadFile):
                return await field.read()
    raise refused(Code.BODY_UNREADABLE, where="body", why="a file is needed")
