"""What the answers of Meta's APIs are made of."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter


def _instant(said: object) -> object:
    """Read a moment as the API writes it: with a zone like `+0000`."""
    return datetime.fromisoformat(said) if isinstance(said, str) else said


Id = Annotated[str, Field(pattern=r"^[0-9_]{1,80}$")]
Url = Annotated[str, Field(pattern=r"^https?://[!-~]{1,2000}$")]
Moment = Annotated[AwareDatetime, BeforeValidator(_instant)]


class Said(BaseModel):
    """Something that the API says; what we do not ask for is left aside."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Made(Said):
    """What a call has made."""

    id: Id


class Done(Said):
    """Whether a call has done what it was asked to."""

    success: bool


MADE = TypeAdapter(Made)
DONE = TypeAdapter(Done)
