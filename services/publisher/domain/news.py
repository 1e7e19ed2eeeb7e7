"""What is worth telling of a channel that is looked at every minute."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from schemas.channels import ChannelProbed

_FIGURES = {"quota", "token_ends"}
_FIGURES_EVERY = timedelta(minutes=15)
"""They move with every post, and what is told is kept for ever."""


def is_news(probed: ChannelProbed, told: ChannelProbed) -> bool:
    """Whether a channel is otherwise than was told last, and by more than a figure for now."""
    if _said(probed, _FIGURES) != _said(told, _FIGURES):
        return True
    # Of a channel that is not ready the fact says since when: figures begin no new one.
    is_time = probed.ready and probed.occurred_at - told.occurred_at >= _FIGURES_EVERY
    return is_time and _said(probed) != _said(told)


def _said(probed: ChannelProbed, apart: Collection[str] = ()) -> dict[str, Any]:
    return probed.model_dump(exclude={"occurred_at", "trace", "event_id", *apart})
