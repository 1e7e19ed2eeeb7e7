"""Signing in by a one-time link, signing out, and the plain list of what there is."""

from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.planner.api.posts import Parts
from services.planner.sessions import SESSION_LIVES
from services.planner.who import cookie_name, refuse_foreign

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
async def sign_in(code: str, desk: Parts) -> Response:
    """Use a one-time link: from now on this browser is that person's."""
    _, cookie = await desk.sessions.open(code)
    answer = RedirectResponse("/", 303, {"Referrer-Policy": "no-referrer"})
    answer.set_cookie(
        cookie_name(desk),
        cookie,
        max_age=int(SESSION_LIVES.total_seconds()),
        path="/",
        secure=desk.settings.public_url.startswith("https://"),
        httponly=True,
        samesite="strict",
    )
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, desk: Parts) -> Response:
    """Close this browser's session."""
    refuse_foreign(request)
    cookie = request.cookies.get(cookie_name(desk))
    if cookie:
        await desk.sessions.close(cookie)
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(cookie_name(desk), path="/")
    return answer


@router.get("/docs")
async def docs(request: Request) -> HTMLResponse:
    """List what the API has; nothing on this page comes from elsewhere."""
    rows = [
        f"<tr><td>{method.upper()}</td><td><code>{escape(path)}</code></td>"
        f"<td>{escape(operation.get('description', ''))}</td></tr>"
        for path, operations in request.app.openapi()["paths"].items()
        for method, operation in operations.items()
    ]
    return HTMLResponse(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Budkavle API</title>'
        "<h1>Budkavle API</h1><p>The whole description, for programs: "
        '<a href="/openapi.json">openapi.json</a>.</p>'
        f"<table>{''.join(rows)}</table></html>"
    )
