"""Whether a channel takes one more post at a time, with all that is approved for it already.

A platform counts the posts of the hours just past, whoever made them. What has been counted when
falls out again it does not say, so until all of that is over what it has left is all there is.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from schemas.channels import ChannelProbed, Quota
from schemas.codes import Code
from services.planner.domain.refusals import Problem

_TOLD_LATE = timedelta(minutes=20)
"""A figure may be so old: a post that went out meanwhile is not counted in it."""


def stretch(quota: Quota, at: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Say from when until when other posts can take the place of one at this time."""
    return min(at - quota.per, now - _TOLD_LATE), max(at, now) + quota.per


def full(
    channel: ChannelProbed,
    quota: Quota,
    at: datetime,
    approved: Sequence[datetime],
    now: datetime,
) -> Problem | None:
    """Say that a post at this time would be one too many beside those that are approved."""
    uncounted = max(channel.occurred_at, now - _TOLD_LATE)
    if not (
        _exceeds_left(quota, at, approved, uncounted, now) or _exceeds_all(quota, at, approved)
    ):
        return None
    hours = f"{quota.per / timedelta(hours=1):g}"
    return Problem(Code.QUOTA_FULL, {"channel": channel.title, "limit": quota.of, "hours": hours})


def _exceeds_left(
    quota: Quota, at: datetime, approved: Sequence[datetime], uncounted: datetime, now: datetime
) -> bool:
    until = now + quota.per
    return at < until and sum(uncounted <= each < until for each in approved) >= quota.left


def _exceeds_all(quota: Quota, at: datetime, approved: Sequence[datetime]) -> bool:
    """Count what stands together within one span, for each span that this post is in."""
    ends = [at, *(each for each in approved if at < each < at + quota.per)]
    times = [at, *approved]
    return any(sum(end - quota.per < each <= end for each in times) > quota.of for end in ends)
