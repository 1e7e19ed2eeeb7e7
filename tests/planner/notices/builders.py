"""Notices, people and addresses for tests."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from schemas.codes import Code
from schemas.notices import Kind, NoticeFact, NoticeRaised
from services.kit.messages import Told
from services.planner.notices.troubles import Ladder, Trouble
from tests.planner.samples import NOW, POST

MINUTES = timedelta(minutes=1)
PATIENCE = 15 * MINUTES


def trouble(kind: Kind = Kind.FAILED, post: UUID = POST, mark: str = "1.1", **more: Any) -> Trouble:
    """Make one thing that needs a person."""
    said: dict[str, Any] = {
        "post": post,
        "channel": "newsroom",
        "code": Code.CHANNEL_REFUSED,
        "parameters": {"channel": "newsroom", "why": "the picture is too large"},
    }
    return Trouble(
        kind,
        f"publisher.delivery.newsroom.{post}",
        mark,
        uuid5(post, "trace"),
        "PUBLISHER",
        **said | more,
    )


def notice(
    kind: type[NoticeFact] = NoticeRaised,
    *,
    at: datetime = NOW,
    why: Kind = Kind.FAILED,
    roles: tuple[str, ...] = ("approver", "author"),
    sequence: int = 1,
    **more: Any,
) -> Told[Any]:
    """Make the newest fact of a notice."""
    fact = kind(
        occurred_at=at,
        trace=uuid5(POST, "trace"),
        problem=trouble(why).problem,
        kind=why,
        about=trouble(why).about,
        stream="PUBLISHER",
        sequence=1,
        since=at,
        post=POST,
        channel="newsroom",
        roles=roles,
        patience=PATIENCE,
        **more,
    )
    return Told(fact, sequence, at)


@dataclass
class FakeContacts:
    """People by role, and when they want quiet."""

    roles: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {"approver": ("bengt",), "author": ("anna", "bengt")}
    )
    quiet: dict[str, datetime] = field(default_factory=dict)

    def ladder(self, kind: Kind) -> Ladder:
        """Tell approvers first."""
        return Ladder(("approver", "author"), PATIENCE)

    def reachable(self, role: str) -> tuple[str, ...]:
        """List who has a role."""
        return tuple(self.roles.get(role, ()))

    def quiet_until(self, person: str, at: datetime) -> datetime | None:
        """Say until when."""
        until = self.quiet.get(person)
        return until if until and at < until else None

    def urls(self, person: str) -> tuple[str, ...]:
        """Give a made-up address."""
        return (f"to:{person}",)

    def language(self, person: str) -> str:
        """Write English."""
        return "en"


@dataclass
class FakeAddresses:
    """Keeps what was written; refuses those who cannot be reached."""

    broken: set[str] = field(default_factory=set)
    written: list[tuple[str, str, str]] = field(default_factory=list)
    limit: float = 20.0

    async def write(self, urls: Iterable[str], subject: str, body: str) -> bool:
        """Write, or fail."""
        taken = [url for url in urls if url not in self.broken]
        self.written += [(url, subject, body) for url in taken]
        return bool(taken)

    def people(self) -> list[str]:
        """List who was written to, in the order of writing."""
        return [url.removeprefix("to:") for url, _, _ in self.written]
