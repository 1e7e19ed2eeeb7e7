"""Channels, people and posts for tests."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from PIL import Image

from schemas.channels import ChannelProbed, Limits, Quota
from services.planner.domain.people import Person, Role

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ZONE = "Europe/Stockholm"
BOTH = frozenset({Role.AUTHOR, Role.APPROVER})

ANNA = Person("anna", "Anna Berg", BOTH)
BENGT = Person("bengt", "Bengt Ek", BOTH)
CILLA = Person("cilla", "Cilla Lund", BOTH)
READER = Person("doris", "Doris Alm", frozenset())


def probed(
    channel: str,
    limits: Limits | None = None,
    *,
    at: datetime = NOW,
    ready: bool = True,
    token_ends: datetime | None = None,
    quota: Quota | None = None,
) -> ChannelProbed:
    """Make what the publisher tells of a channel."""
    return ChannelProbed(
        occurred_at=at,
        trace=uuid4(),
        channel=channel,
        kind=channel,
        title=channel.title(),
        url=f"http://{channel}.example",
        limits=limits or LIMITS[channel],
        ready=ready,
        token_ends=token_ends,
        quota=quota,
    )


LIMITS = {
    "newsroom": Limits(characters=None, takes_title=True, pictures=10),
    "mastodon": Limits(
        characters=500,
        link_characters=23,
        link_in_text=True,
        pictures=4,
        alt_characters=1500,
        answers=True,
        moderation=("hide", "unhide", "pin", "unpin"),
    ),
}
CHANNELS = {name: probed(name) for name in LIMITS}


def written(*variants: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Make a post as a client sends it."""
    return {"title": "Natt på akuten", "variants": list(variants) or [variant()], **fields}


def variant(channel: str = "newsroom", **fields: Any) -> dict[str, Any]:
    """Make a variant as a client sends it."""
    return {
        "channel": channel,
        "text": f"Hej från {channel}!",
        "publish_at": "on_approval",
    } | fields


def in_a_while(seconds: float = 3600, *, since: datetime | None = None) -> str:
    """Give a time to come, with its offset."""
    return ((since or datetime.now(UTC)) + timedelta(seconds=seconds)).isoformat()


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20), **how: Any) -> bytes:
    """Draw a small picture."""
    out = BytesIO()
    Image.new("RGB", size, (200, 30, 60)).save(out, kind, **how)
    return out.getvalue()


POST = UUID("0f8c4c9e-8c1b-4a57-9f0a-6f8f2b2b7a10")
