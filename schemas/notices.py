"""Notices: somebody was needed, and who has been told so."""

from datetime import timedelta
from enum import StrEnum
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from schemas.codes import Code
from schemas.envelope import Fact, Instant, Name, Parameters


class Kind(StrEnum):
    """Why a person is needed."""

    FAILED = "failed"
    EXPIRED = "expired"
    UNCERTAIN = "uncertain"
    HELD = "held"
    MISSED = "missed"
    UNSEEN = "unseen"
    UNHEARD = "unheard"
    STRANGER = "stranger"
    PARKED = "parked"
    UNREADY = "unready"
    EXPIRING = "expiring"


class NoticeFact(Fact):
    """One problem and who knows of it; the newest fact carries the state to date.

    It holds names of people and never their addresses.
    """

    address: ClassVar = "planner.notice.{problem}"
    identity: ClassVar[tuple[str, ...]] = ("follows",)

    problem: UUID = Field(description="made of what it is about: every replica means the same one")
    kind: Kind
    about: str = Field(description="subject of what is in trouble")
    stream: str
    sequence: int = Field(ge=0, description="how far the stream had been read when this was found")
    since: Instant = Field(description="when it was found")
    post: UUID | None = None
    channel: Name | None = None
    code: Code | None = Field(default=None, description="what is wrong, if more than the kind")
    parameters: Parameters = {}
    roles: tuple[Name, ...] = Field(
        description="who is told, one after the other, until it is read"
    )
    patience: timedelta = Field(description="how long each role has")
    level: int = Field(default=0, ge=0, description="how many of the roles have been turned to")
    turned_at: Instant | None = Field(default=None, description="when the last of these was")
    reached: tuple[Name, ...] = Field(default=(), description="told since then")
    told: tuple[Name, ...] = Field(default=(), description="told at any time")
    failures: int = Field(default=0, ge=0, description="times in a row that not all were reached")
    follows: int = Field(default=0, ge=0, description="sequence of the fact before; 0: the first")


class NoticeRaised(NoticeFact):
    """A person is needed; nobody has been told yet."""

    type: Literal["notice.raised.v1"] = "notice.raised.v1"


class NoticeClaimed(NoticeFact):
    """One replica tells these people until its lease is over."""

    identity: ClassVar = ("follows", "owner")
    type: Literal["notice.claimed.v1"] = "notice.claimed.v1"

    owner: str = Field(description="replica and boot id")
    until: Instant
    people: tuple[Name, ...]


class NoticeSent(NoticeFact):
    """Everybody in `reached` has been told; those who could not be are tried again."""

    type: Literal["notice.sent.v1"] = "notice.sent.v1"

    unreached: int = Field(ge=0, description="how many of them could not be told")


class NoticeRead(NoticeFact):
    """Somebody has seen it; nobody else is told."""

    type: Literal["notice.read.v1"] = "notice.read.v1"

    by: Name


class NoticeSettled(NoticeFact):
    """The problem is gone, by itself or by what somebody did."""

    type: Literal["notice.settled.v1"] = "notice.settled.v1"
