"""Videos over HTTP: upload and look, in pieces."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import TemporaryFile
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from schemas.codes import Code
from services.kit.messages import NotWhole
from services.kit.ranges import served
from services.planner.api.posts import Parts, Somebody
from services.planner.domain.people import Role
from services.planner.domain.refusals import refused
from services.planner.domain.written import VideoHead
from services.planner.who import who

router = APIRouter(prefix="/api/v1/videos", tags=["videos"])

_BODY = {
    "requestBody": {
        "required": True,
        "content": {"video/mp4": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("", status_code=201, openapi_extra=_BODY)
async def upload(request: Request, person: Somebody, desk: Parts) -> VideoHead:
    """Store a video, as the body itself or as a form's file; give what a variant refers to."""
    person.must_be(Role.AUTHOR)
    async with _taken(request) as file:
        return await desk.videos.keep(file)


@router.get("/{digest}", dependencies=[Depends(who)], response_class=Response)
async def look(
    digest: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")], request: Request, desk: Parts
) -> Response:
    """Give a video's bytes, or the range of them that is asked for."""
    try:
        head = await desk.videos.head(digest)
    except NotWhole:
        raise refused(Code.VIDEO_UNKNOWN, digest=digest) from None
    headers = {
        "Cache-Control": "private, max-age=86400, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'",
    }
    return served(request, head.size, desk.videos.read(digest), headers, head.media_type)


@asynccontextmanager
async def _taken(request: Request) -> AsyncIterator[BinaryIO]:
    """Give the file that was sent; on the disk, for it may be larger than our memory."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form(max_files=1, max_fields=10) as form:
            for field in form.values():
                if isinstance(field, UploadFile):
                    yield field.file
                    return
        raise refused(Code.BODY_UNREADABLE, where="body", why="a file is needed")
    with TemporaryFile() as file:
        async for piece in request.stream():
            await run_in_threadpool(file.write, piece)
        yield file
