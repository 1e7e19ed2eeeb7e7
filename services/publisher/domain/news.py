"""What is worth telling of a channel that is looked at every minute."""

from datetime import datetime, timedelta

from schemas.channels import ChannelProbed

_APART = {"occurred_at", "trace", "event_id", "quota", "token_ends"}
_FIGURES_EVERY = timedelta(minutes=15)
"""Figures move with every post, and what is told is kept for ever."""

_ENDS_WITHIN = timedelta(days=2)
"""Each replica with a file of its own renews its token every day, at an hour of its own."""


def is_news(probed: ChannelProbed, told: ChannelProbed) -> bool:
    """Whether a channel is otherwise than was told last, and by more than a figure for now."""
    if probed.model_dump(exclude=_APART) != told.model_dump(exclude=_APART):
        return True
    # Of a channel that is not ready the fact says since when: figures begin no new one.
    is_time = probed.ready and probed.occurred_at - told.occurred_at >= _FIGURES_EVERY
    ends_otherwise = _differ(probed.token_ends, told.token_ends)
    return is_time and (probed.quota != told.quota or ends_otherwise)


def _differ(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) >= _ENDS_WITHIN
