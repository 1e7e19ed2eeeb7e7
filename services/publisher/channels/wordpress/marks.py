"""Holds comments back on a WordPress site, and lets posts stand first on it."""

from collections.abc import Callable

from schemas.codes import Code
from schemas.moderation import Action
from services.publisher.channels.calls import Calls, Unready
from services.publisher.channels.exchange import Reply
from services.publisher.channels.wordpress import answers
from services.publisher.channels.wordpress.site import PUBLIC, Site
from services.publisher.domain.answers import Answer, NotNow, Published, Refused
from services.publisher.ports import Target

ACTIONS: tuple[Action, ...] = ("hide", "unhide", "pin", "unpin")

_STATUSES = {"hide": "hold", "unhide": "approved"}


class Marks:
    """Marks comments and posts. What somebody has thrown away is never taken out of the trash."""

    def __init__(self, calls: Calls, site: Site) -> None:
        self._calls = calls
        self._site = site

    async def put(self, action: Action, target: Target, remains: Callable[[], float]) -> Answer:
        """Let it be so; twice is as once."""
        mark = self._hide if action in _STATUSES else self._pin
        return await mark(action, target, remains)

    async def _hide(self, action: Action, target: Target, remains: Callable[[], float]) -> Answer:
        """Hold a comment back from readers, or approve it."""
        comment = await self._calls.ready(self._comment(target.external_id))
        if isinstance(comment, NotNow | Refused):
            return comment
        wanted, known = _STATUSES[action], comment.status
        if known not in _STATUSES.values():
            return Refused(Code.COMMENT_GONE, self._calls.named())
        if known != wanted:
            path, asked = f"/comments/{comment.id}", {"_fields": answers.fields(answers.Comment)}
            said = {"status": wanted}
            reply = await self._calls.visible("POST", path, remains(), params=asked, json=said)
            if not isinstance(reply, Reply):
                return reply
            changed = reply.read(answers.COMMENT) if reply.status == 200 else None
            if changed is None or changed.status != wanted:
                return answers.refused(reply, self._calls) or self._calls.unclear(reply.status)
        return Published(target.external_id, target.url)

    async def _pin(self, action: Action, target: Target, remains: Callable[[], float]) -> Answer:
        """Let a post stand first on the site's page, or in its place again."""
        post = await self._calls.ready(self._site.one(include=target.external_id))
        if isinstance(post, NotNow | Refused):
            return post
        if post is None or post.status != PUBLIC:
            return Refused(Code.POST_GONE, self._calls.named())
        changed = await self._site.change(post.id, {"sticky": action == "pin"}, remains())
        if not isinstance(changed, answers.Post):
            return changed
        return Published(target.external_id, target.url)

    async def _comment(self, comment: str) -> answers.Comment:
        path, asked = f"/comments/{comment}", {"_fields": answers.fields(answers.Comment)}
        reply = await self._calls.told("GET", path, params=asked)
        known = reply.read(answers.COMMENT) if reply.status == 200 else None
        if known is not None:
            return known
        if answers.has_no_comment(reply):
            raise Unready(Refused(Code.COMMENT_GONE, self._calls.named()))
        raise Unready(answers.held_up(reply, self._calls) or self._calls.busy(reply))
