"""What we read of the Bot API's answers, and what its refusals mean."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from services.publisher.channels.exchange import Reply
from services.publisher.channels.waits import LONGEST_WAIT
from services.publisher.channels.wording import one_line


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class _Message(_Said):
    message_id: Annotated[int, Field(gt=0)]


class Sent(_Said):
    """A message, or those of an album, as they stand in the channel."""

    ok: Literal[True]
    result: _Message | Annotated[list[_Message], Field(min_length=1)]

    @property
    def ids(self) -> list[int]:
        """Their numbers, the one with the words first."""
        many = self.result if isinstance(self.result, list) else [self.result]
        return [message.message_id for message in many]


class Done(_Said):
    """Something was carried out."""

    ok: Literal[True]


class _Bot(_Said):
    id: Annotated[int, Field(gt=0)]


class Itself(_Said):
    """The bot that our token opens."""

    ok: Literal[True]
    result: _Bot


class _Membership(_Said):
    status: str
    can_post_messages: bool = False


class Member(_Said):
    """What somebody may do in a channel."""

    ok: Literal[True]
    result: _Membership

    @property
    def may_post(self) -> bool:
        """Whether messages in the channel's name are allowed."""
        return self.result.status == "administrator" and self.result.can_post_messages


class _Parameters(_Said):
    retry_after: Annotated[int, Field(ge=0, le=10**6)] | None = None


class Failure(_Said):
    """Something was not carried out."""

    ok: Literal[False]
    error_code: int
    description: str = ""
    parameters: _Parameters = _Parameters()

    @property
    def words(self) -> str:
        """Give what the platform says of it, in one short line."""
        return one_line(self.description) or f"error {self.error_code}"

    @property
    def wait(self) -> timedelta | None:
        """Give how long it asks us to wait."""
        seconds = self.parameters.retry_after
        return None if seconds is None else min(timedelta(seconds=seconds), LONGEST_WAIT)

    @property
    def is_no_right(self) -> bool:
        """Whether the bot is not where it should be, or may not do this there."""
        said = self.description.lower()
        return self.error_code == 403 or (
            self.error_code == 400
            and any(words in said for words in ("chat not found", "rights", "write_forbidden"))
        )

    def says(self, words: str) -> bool:
        """Whether the request was bad in this way."""
        return self.error_code == 400 and words in self.description.lower()


SENT = TypeAdapter(Sent)
DONE = TypeAdapter(Done)
ITSELF = TypeAdapter(Itself)
MEMBER = TypeAdapter(Member)
_FAILURE = TypeAdapter(Failure)


def failure_of(reply: Reply) -> Failure | None:
    """Give the error of a reply; None if it is none of the API's own."""
    said = reply.read(_FAILURE)
    return said if said and said.error_code == reply.status else None
