"""Messages that a service could not read or carry out, set aside where people can see them."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from schemas.codes import Code
from schemas.envelope import Fact, Name, Parameters


class ParkedFact(Fact):
    """What became of a message that a service could not carry out."""

    address: ClassVar = "{teller}.parked.{parked}"
    identity: ClassVar[tuple[str, ...]] = ()

    teller: Name = Field(description="the service that could not handle it")
    parked: UUID


class MessageParked(ParkedFact):
    """A message was set aside. Nothing else waits for it, and nothing of it is lost."""

    identity: ClassVar = ("attempts",)
    type: Literal["message.parked.v1"] = "message.parked.v1"

    stream: str
    sequence: int
    about: str = Field(description="the subject it came on")
    attempts: int = Field(ge=1)
    code: Code
    parameters: Parameters = {}


class MessageReleased(ParkedFact):
    """A message that was set aside has been carried out after all."""

    type: Literal["message.released.v1"] = "message.released.v1"


class ReleaseAsked(Fact):
    """A person asks a service to try a message again that it set aside."""

    address: ClassVar = "planner.release.{parked}"
    identity: ClassVar = ("occurred_at",)
    type: Literal["release.asked.v1"] = "release.asked.v1"

    parked: UUID
    teller: Name = Field(description="the service that set it aside")
    by: Name
