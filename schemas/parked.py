"""Messages that a service could not read or carry out, set aside where people can see them."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from schemas.codes import Code
from schemas.envelope import Fact, Name, Parameters


class MessageParked(Fact):
    """A message was set aside. Nothing else waits for it, and nothing of it is lost."""

    address: ClassVar = "{teller}.parked.{parked}"
    identity: ClassVar = ("attempts",)
    type: Literal["message.parked.v1"] = "message.parked.v1"

    teller: Name = Field(description="the service that could not handle it")
    parked: UUID
    stream: str
    sequence: int
    about: str = Field(description="the subject it came on")
    attempts: int = Field(ge=1)
    code: Code
    parameters: Parameters = {}
