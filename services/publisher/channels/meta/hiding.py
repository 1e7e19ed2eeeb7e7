"""Hides what others write beneath our posts, as every platform of Meta's lets the owner do."""

from schemas.codes import Code
from schemas.moderation import Action
from services.publisher.channels.calls import Calls
from services.publisher.channels.exchange import Reply
from services.publisher.channels.meta import graph
from services.publisher.channels.meta.shapes import DONE
from services.publisher.domain.answers import Answer, Published, Refused
from services.publisher.ports import Target

ACTIONS: tuple[Action, ...] = ("hide", "unhide")


async def hide(calls: Calls, path: str, name: str, action: Action, target: Target) -> Answer:
    """Say by this name whether it is hidden; one that is so already stays so."""
    said = {name: "true" if action == "hide" else "false"}
    reply = await calls.visible("POST", path, calls.patience, data=said)
    if not isinstance(reply, Reply):
        return reply
    done = reply.read(DONE) if reply.status == 200 else None
    if done and done.success:
        return Published(target.external_id, target.url)
    error = graph.error_of(reply)
    if error is not None and error.is_gone:
        return Refused(Code.COMMENT_GONE, calls.named())
    return graph.refused(reply, calls) or calls.unclear(reply.status)
