"""Rests, strangers and decisions, for tests."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from schemas.channels import ChannelRemoved, ChannelRested, StrangerFound
from schemas.codes import Code
from schemas.decisions import DecisionMade
from tests.planner.samples import NOW, POST


def rested(channel: str = "mastodon", *, minutes: int = 5) -> ChannelRested:
    """Make the word that a channel is not called for a while."""
    return ChannelRested(
        occurred_at=NOW,
        trace=uuid5(POST, channel),
        channel=channel,
        until=NOW + timedelta(minutes=minutes),
        failures=5,
        code=Code.CHANNEL_UNREACHABLE,
        parameters={"channel": channel.title()},
    )


def removed(channel: str) -> ChannelRemoved:
    """Make the word that a channel is no longer there."""
    return ChannelRemoved(occurred_at=NOW, trace=uuid5(POST, channel), channel=channel)


def stranger(channel: str = "mastodon", **more: Any) -> StrangerFound:
    """Make the word that something stands on our account that did not come from here."""
    fields: dict[str, Any] = {
        "occurred_at": NOW,
        "trace": uuid5(POST, "stranger"),
        "channel": channel,
        "stranger": uuid5(POST, "stranger"),
        "external_id": "99",
        "url": f"http://{channel}.example/99",
        "posted_at": NOW,
        "code": Code.STRANGER,
        "parameters": {"channel": channel.title()},
    }
    return StrangerFound(**fields | more)


def decided(post: UUID, *, on: int, channel: str = "newsroom") -> DecisionMade:
    """Make the word that somebody wants it sent."""
    return DecisionMade(
        occurred_at=NOW,
        trace=uuid5(post, "trace"),
        channel=channel,
        post=post,
        on=on,
        choice="send",
        by="bengt",
    )
