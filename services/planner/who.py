"""Who is asking: a token in a header, or the cookie of a signed-in browser."""

import hashlib
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from schemas.codes import Code
from services.planner.desk import Desk, seen_content
from services.planner.domain.people import Person
from services.planner.domain.refusals import refused
from services.planner.requests import Asked

_SAFE = {"GET", "HEAD", "OPTIONS"}
_LONGEST_KEY = 200


def desk_of(request: Request) -> Desk:
    """Find the parts that `app.py` has put together."""
    desk: Desk = request.app.state.desk
    return desk


def cookie_name(desk: Desk) -> str:
    """Name the cookie; behind https the browser itself guards that name."""
    secure = desk.settings.public_url.startswith("https://")
    return "__Host-budkavle" if secure else "budkavle"


async def visitor(request: Request) -> Person | None:
    """Say who is asking; None if that is not known."""
    desk = desk_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return desk.people.by_token(token.strip())
    cookie = request.cookies.get(cookie_name(desk))
    if not cookie:
        return None
    person = await desk.sessions.person(cookie)
    if person is not None and request.method not in _SAFE:
        refuse_foreign(request)
    return desk.people.by_id(person) if person else None


async def who(request: Request) -> Person:
    """Say who is asking; a refusal if that is not known."""
    person = await visitor(request)
    if person is None:
        raise refused(Code.SIGN_IN_NEEDED)
    return person


async def asked(request: Request, person: Annotated[Person, Depends(who)]) -> Asked:
    """Read what makes a request this request: its key, its words and the content it is about."""
    seen = seen_content(request.headers.get("if-match"))
    key = request.headers.get("idempotency-key")
    if key is None:
        return Asked(seen=seen)
    if not (0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        raise refused(Code.KEY_UNREADABLE)
    # Content is part of it: approving something else is another request. The rest of the ETag is
    # not: a retry may well have read the post again in between.
    words = [request.method, request.url.path, hashlib.sha256(await request.body()).hexdigest()]
    return Asked(
        key=hashlib.sha256(f"{person.id}\n{key}".encode()).hexdigest(),
        digest=hashlib.sha256("\n".join([*words, seen or ""]).encode()).hexdigest(),
        seen=seen,
    )


def refuse_foreign(request: Request) -> None:
    """Refuse a form that another site has put into a signed-in browser.

    SameSite alone does not tell apart two ports of one machine, such as planner and newsroom.
    """
    origin = request.headers.get("origin")
    if origin is not None:
        own = urlsplit(desk_of(request).settings.public_url)
        given = urlsplit(origin)
        host = request.headers.get("host", "")
        if given.netloc and given.netloc in {host, own.netloc}:
            return
        raise refused(Code.FOREIGN_ORIGIN)
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise refused(Code.FOREIGN_ORIGIN)
