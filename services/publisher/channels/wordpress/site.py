"""The posts of a site: how one is read, written, changed and thrown away."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.publisher.channels.calls import Calls, Unready
from services.publisher.channels.exchange import Reply
from services.publisher.channels.wordpress import answers
from services.publisher.domain.answers import NotNow, Refused, Unclear

PUBLIC = "publish"
_TRASH = "trash"

_PAGE = 20
_PAGES = 30

_POST = answers.fields(answers.Post)


class Site:
    """Asks for no more of each answer than we read."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def one(self, **which: str) -> answers.Post | None:
        """Read the post that is named so, public or not; in the trash it is none."""
        asked = {**which, "status": "any", "context": "edit", "_fields": _POST}
        reply = await self._calls.unseen("GET", "/posts", params=asked)
        listed = reply.read(answers.POSTS)
        # An empty list is believed only of somebody who has counted.
        if listed is None or reply.headers.get("X-WP-Total") != str(len(listed)):
            raise Unready(self._calls.busy(reply))
        return min(listed, key=lambda post: (post.status != PUBLIC, post.id), default=None)

    async def draft(self, slug: str, title: str) -> answers.Post:
        """Make an empty draft at this place."""
        asked, said = {"_fields": _POST}, {"slug": slug, "title": title, "status": "draft"}
        reply = await self._calls.unseen("POST", "/posts", params=asked, json=said)
        made = reply.read(answers.POST)
        if made is not None and made.slug == slug:
            return made
        if made is not None:
            # Renamed without a word: another attempt was faster, and the next will find it.
            await self._calls.unseen("DELETE", f"/posts/{made.id}", params={"force": "true"})
        raise Unready(self._calls.busy(reply))

    async def fill(self, post: int, written: Mapping[str, Any]) -> None:
        """Write into what lies ready; its status is let be, for a late call may publish it now."""
        path, asked = f"/posts/{post}", {"_fields": _POST}
        reply = await self._calls.unseen("POST", path, params=asked, json=written)
        filled = reply.read(answers.POST)
        if filled is None or filled.featured_media != written["featured_media"]:
            # A picture that it does not know it leaves out, and says yes.
            raise Unready(self._calls.busy(reply))

    async def change(
        self, post: int, written: Mapping[str, Any], patience: float
    ) -> answers.Post | NotNow | Refused | Unclear:
        """Change what readers see; gives the post only if they see it so."""
        path, asked = f"/posts/{post}", {"_fields": _POST}
        reply = await self._calls.visible("POST", path, patience, params=asked, json=written)
        if not isinstance(reply, Reply):
            return reply
        changed = reply.read(answers.POST) if reply.status == 200 else None
        if changed is not None and changed.status == PUBLIC:
            return changed
        return answers.refused(reply, self._calls) or self._calls.unclear(reply.status)

    async def throw_away(self, post: int, remains: Callable[[], float]) -> NotNow | Unclear | None:
        """Put the post into the trash, or away for good where there is none; None: it is gone."""
        path, asked = f"/posts/{post}", {"_fields": f"{_POST},deleted"}
        reply = await self._calls.visible("DELETE", path, remains(), params=asked)
        if isinstance(reply, Reply) and answers.has_no_trash(reply):
            asked["force"] = "true"
            reply = await self._calls.visible("DELETE", path, remains(), params=asked)
        if not isinstance(reply, Reply):
            return reply
        # A page that greets everybody is no proof; the site says what it has done.
        trashed = reply.read(answers.POST) if reply.status == 200 else None
        deleted = reply.read(answers.DELETED) if reply.status == 200 else None
        if (trashed and trashed.status == _TRASH) or (deleted and deleted.deleted):
            return None
        return None if answers.is_gone(reply) else self._calls.unclear(reply.status)

    async def user(self) -> answers.User:
        """Ask whom our password opens, and what that user may do."""
        asked = {"context": "edit", "_fields": answers.fields(answers.User)}
        reply = await self._calls.unseen("GET", "/users/me", params=asked)
        user = reply.read(answers.USER)
        if user is None:
            raise Unready(self._calls.busy(reply))
        return user

    async def posts_of(self, user: int, since: datetime) -> list[answers.Shown] | None:
        """Read what a user has published since then; None: not all of it could be read."""
        asked = {"author": user, "context": "edit", "per_page": _PAGE}
        found: list[answers.Shown] = []
        for page in range(1, _PAGES + 1):
            named = {**asked, "page": page, "_fields": answers.fields(answers.Shown)}
            reply = await self._calls.unseen("GET", "/posts", params=named)
            shown, pages = reply.read(answers.SHOWN), reply.headers.get("X-WP-TotalPages")
            if shown is None or pages is None:
                return None
            found += [post for post in shown if post.date_gmt >= since]
            if pages in {"0", str(page)} or (shown and shown[-1].date_gmt < since):
                return found
        return None
