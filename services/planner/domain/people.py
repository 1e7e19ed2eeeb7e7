"""Who may do what."""

from dataclasses import dataclass
from enum import StrEnum

from schemas.codes import Code
from services.planner.domain.refusals import refused


class Role(StrEnum):
    """What a person may do."""

    AUTHOR = "author"
    APPROVER = "approver"
    OPS = "ops"
    """Keeps the system running: may pause and have parked messages tried again, never publish."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works with posts."""

    id: str
    name: str
    roles: frozenset[Role]

    def must_be(self, *roles: Role) -> None:
        """Refuse if the person has none of these roles."""
        if self.roles.isdisjoint(roles):
            raise refused(Code.NOT_ALLOWED, role=roles[0].value)
