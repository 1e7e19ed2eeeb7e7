"""Publishing in one call, with an id of the caller's, with a key, or with neither; and reading."""

import re
from dataclasses import dataclass
from html import escape
from itertools import islice

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from simulator.plain.desk import Desk, Refused
from simulator.plain.shelf import Note

_USUAL_PAGE = 40
_LARGEST_PAGE = 100
_CHOSEN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True)
class Posts:
    """The endpoints of what is public."""

    desk: Desk

    async def put(self, request: Request) -> Response:
        """Let the post with this id say this: it is made, changed, or left as it is."""
        account, text = self.desk.caller(request), await self.desk.text(request)
        post_id: str = request.path_params["id"]
        if not _CHOSEN_ID.fullmatch(post_id):
            raise Refused(422, "An id is at most 100 letters, digits, '.', '-' and '_'.")
        note = self.desk.world.shelf.known(account, post_id)
        if note is None or not note.stands:
            return await self.desk.publish(request, account, post_id, text)
        if note.text == text:
            return await self.desk.repeat(request, account, post_id, text)
        return await self._change(request, account, post_id, text)

    async def post(self, request: Request) -> Response:
        """Make a post, or answer with the one that this key made before."""
        account, text = self.desk.caller(request), await self.desk.text(request)
        key = request.headers.get("idempotency-key") or None
        # From here to the record nothing waits, so two requests with one key cannot both publish.
        world = self.desk.world
        if key and (known := world.shelf.remembered(account, key, world.now())):
            return await self.desk.repeat(request, account, known, text, key=key)
        return await self.desk.publish(request, account, self.desk.new_id(), text, key=key)

    async def patch(self, request: Request) -> Response:
        """Change the text of a post."""
        account, text = self.desk.caller(request), await self.desk.text(request)
        note = self._own(request, account)
        if not note.stands:
            raise Refused(404, "The post has been removed.")
        return await self._change(request, account, note.id, text)

    async def delete(self, request: Request) -> Response:
        """Remove a post; it can be asked for again."""
        account = self.desk.caller(request)
        note = self._own(request, account)
        what = "deleted" if note.stands else "request"
        await self.desk.write(
            request, status=204, what=what, account=account, id=note.id, text=note.text
        )
        return Response(status_code=204)

    async def listed(self, request: Request) -> Response:
        """An account's posts, the newest first, from the newest or from under one of them."""
        account, asked = self.desk.caller(request), request.query_params
        above = None
        if before := asked.get("before"):
            above = self.desk.world.shelf.known(account, before)
            if above is None:
                # An empty page would read like the end of the list.
                raise Refused(422, "before must be the id of a post of this account.")
        said = asked.get("limit", "")
        limit = min(int(said), _LARGEST_PAGE) if said.isdecimal() else _USUAL_PAGE
        world = self.desk.world
        notes = islice(world.shelf.before(account, above, world.now()), max(1, limit))
        return JSONResponse([self._shape(account, note) for note in notes])

    async def page(self, request: Request) -> Response:
        """One post, as a stranger reads it."""
        account, world = self.desk.named(request), self.desk.world
        note = world.shelf.seen(account, request.path_params["id"], world.now())
        if note is None:
            raise Refused(404, "There is no such post.")
        lines = escape(note.text).replace("\n", "<br>")
        head = f'<meta charset="utf-8"><title>{escape(account)}</title>'
        return HTMLResponse(f"<!doctype html>{head}<article><p>{lines}</p></article>")

    async def _change(self, request: Request, account: str, post_id: str, text: str) -> Response:
        await self.desk.write(request, what="edited", account=account, id=post_id, text=text)
        return self.desk.shown(account, post_id)

    def _own(self, request: Request, account: str) -> Note:
        note = self.desk.world.shelf.known(account, request.path_params["id"])
        if note is None:
            raise Refused(404, "There has never been such a post.")
        return note

    def _shape(self, account: str, note: Note) -> dict[str, str]:
        return {
            "id": note.id,
            "url": self.desk.address(account, note.id),
            "text": note.text,
            "created_at": note.created_at.isoformat(),
        }
