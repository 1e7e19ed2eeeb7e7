"""Publishing in two calls: a draft that nobody sees, then the one call that makes it public."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.plain.desk import Desk, Refused
from simulator.plain.shelf import Draft


@dataclass(frozen=True)
class Drafts:
    """The endpoints of what is not public yet."""

    desk: Desk

    async def make(self, request: Request) -> Response:
        """Keep a text, seen by nobody, and give its handle."""
        account, text = self.desk.caller(request), await self.desk.text(request)
        handle = self.desk.new_id()
        await self.desk.write(request, what="drafted", account=account, draft=handle, text=text)
        return JSONResponse({"draft": handle})

    async def publish(self, request: Request) -> Response:
        """Make a draft public; asked again, it is the same post."""
        account = self.desk.caller(request)
        handle, draft = self._draft(request, account)
        if draft.post_id is not None:
            return await self.desk.repeat(request, account, draft.post_id, draft.text, draft=handle)
        post_id = self.desk.new_id()
        return await self.desk.publish(request, account, post_id, draft.text, draft=handle)

    async def read(self, request: Request) -> Response:
        """How it is with a draft, as late as readers see it."""
        account = self.desk.caller(request)
        _, draft = self._draft(request, account)
        lagging = draft.seen_from is not None and draft.seen_from > self.desk.world.now()
        if draft.post_id is None or lagging:
            return JSONResponse({"status": "draft", "id": None, "url": None})
        address = self.desk.address(account, draft.post_id)
        return JSONResponse({"status": "published", "id": draft.post_id, "url": address})

    def _draft(self, request: Request, account: str) -> tuple[str, Draft]:
        handle: str = request.path_params["draft"]
        draft = self.desk.world.shelf.draft(account, handle)
        if draft is None:
            raise Refused(404, "There is no such draft.")
        return handle, draft
