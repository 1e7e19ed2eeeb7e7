"""What a person decides about one delivery, where the publisher may not decide by itself."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from schemas.envelope import Fact, Name

Choice = Literal["there", "absent", "send", "drop"]


class DecisionMade(Fact):
    """A person has looked. It counts only for the ledger entry that they saw.

    `there`: it is public, at `url`. `absent`: it is not public. `send`: send it now although it was
    held, is late or was refused. `drop`: let it be.
    """

    address: ClassVar = "planner.decision.{channel}.{post}"
    identity: ClassVar = ("on",)
    type: Literal["decision.made.v1"] = "decision.made.v1"

    channel: Name
    post: UUID
    on: int = Field(ge=1, description="sequence of the ledger entry that was decided on")
    choice: Choice
    url: str | None = Field(default=None, description="where it is public, with `there`")
    by: Name
