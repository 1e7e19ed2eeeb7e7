"""When the end of a channel's token is near enough for a person to make a new one."""

from datetime import datetime, timedelta

from schemas.channels import ChannelProbed
from schemas.codes import Code
from services.planner.domain.refusals import Problem

SOON = timedelta(days=14)
VERY_SOON = timedelta(days=3)
"""Who has read the first notice is told once more then."""


def expiring(channel: ChannelProbed, now: datetime) -> Problem | None:
    """Say that a token ends within two weeks, or has ended; None: there is time."""
    ends = channel.token_ends
    if ends is None or ends - now > SOON:
        return None
    return Problem(Code.TOKEN_ENDS, {"channel": channel.title, "date": f"{ends:%Y-%m-%d}"})


def is_very_soon(channel: ChannelProbed, now: datetime) -> bool:
    """Tell whether it is a matter of days."""
    return channel.token_ends is not None and channel.token_ends - now <= VERY_SOON
