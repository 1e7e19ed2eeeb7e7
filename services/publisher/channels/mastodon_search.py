"""Seeks one delivery among our own statuses, and says only what it has surely seen."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from services.publisher.channels import mastodon_answers as answers
from services.publisher.channels.calls import Calls, Unexpected
from services.publisher.channels.likeness import begins_alike, is_whole, without_markup
from services.publisher.ports import Sought

_MARGIN = timedelta(seconds=60)
"""The server's clock may be this much behind ours."""

_PAGE = 40
_PAGES = 10
_SOURCES = 40


async def search(calls: Calls, account: str, sought: Sought) -> answers.Listed | None:
    """Give the status that is the delivery; None after reading back to before its first attempt.

    Whatever keeps us from reading that far raises: not having seen it is not its absence.
    """
    if not sought.opening.strip():
        raise Unexpected("no words to look for")
    answered = sought.answers.external_id if sought.answers else None
    listed = await recent(calls, account, sought.since)
    # The same words beneath another comment are another post.
    shown = [status for status in listed if status.in_reply_to_id == answered]
    alike = [
        status for status in shown if begins_alike(without_markup(status.content), sought.opening)
    ]
    # The server shows links, tags and mentions in its own way; then only the sources tell.
    candidates = alike or (shown if _is_rewritten(sought.opening) else [])
    if len(candidates) > _SOURCES:
        raise Unexpected("too many posts")
    sources = [(status, await _source(calls, status)) for status in candidates]
    found = [(status, source) for status, source in sources if begins_alike(source, sought.opening)]
    ours = [status for status, source in found if _is_ours(source, sought)]
    if ours:
        return ours[-1]
    if found:
        # It may be ours, changed by somebody in the channel.
        raise Unexpected("a post that begins alike")
    return None


async def recent(calls: Calls, account: str, since: datetime) -> list[answers.Listed]:
    """List our own statuses since then, newest first; raises where it cannot read that far."""
    return [status async for status in _since(calls, account, since - _MARGIN)]


def _is_rewritten(opening: str) -> bool:
    return any(mark in opening for mark in ("://", "#", "@"))


def _is_ours(source: str, sought: Sought) -> bool:
    return sought.words is None or is_whole(source, sought.words)


async def _since(calls: Calls, account: str, since: datetime) -> AsyncIterator[answers.Listed]:
    """Walk through the statuses from the newest back."""
    asked: dict[str, str | int] = {"exclude_reblogs": "true", "limit": _PAGE}
    path = f"/api/v1/accounts/{account}/statuses"
    for _ in range(_PAGES):
        reply = await calls.read(path, params=asked)
        page = reply.read(answers.LISTED) if reply.status == 200 else None
        if page is None:
            raise Unexpected(reply.status)
        for status in page:
            if status.created_at >= since:
                yield status
        if not page or page[-1].created_at < since:
            return
        asked["max_id"] = page[-1].id
    raise Unexpected("too many posts")


async def _source(calls: Calls, status: answers.Listed) -> str:
    reply = await calls.read(f"/api/v1/statuses/{status.id}/source")
    if reply.status == 404:
        # It was removed while we read: then it is not public either.
        return ""
    source = reply.read(answers.SOURCE) if reply.status == 200 else None
    if source is None:
        raise Unexpected(reply.status)
    return source.text
