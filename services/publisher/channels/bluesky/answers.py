"""What we read of a Bluesky server's answers, and nothing more of them.

Its errors carry a name: a permanent one may come as 400 and an expired session too, so the name
tells, and never the status alone.
"""

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from services.publisher.channels.exchange import Reply
from services.publisher.channels.wording import one_line

_Did = Annotated[str, Field(pattern=r"^did:[a-z]+:[A-Za-z0-9._:%-]{1,200}$")]
_Handle = Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,253}$")]
_Uri = Annotated[str, Field(pattern=r"^at://[!-~]{1,500}$")]
_Token = Annotated[str, Field(pattern=r"^[!-~]{1,8000}$")]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Account(_Said):
    """Whose session it is."""

    did: _Did
    handle: _Handle
    active: bool = True


class Opened(Account):
    """A session: a token for calls, and one to renew it with."""

    access: _Token = Field(alias="accessJwt")
    refresh: _Token = Field(alias="refreshJwt")


class Resolved(_Said):
    """Who is behind a name."""

    did: _Did


class Written(_Said):
    """Where a record is."""

    uri: _Uri


class Kept(_Said):
    """A record as it stands, and the name of just this wording of it."""

    cid: str
    value: dict[str, Any]


class Reference(_Said):
    """Something in the network, and what it said when it was named."""

    uri: _Uri
    cid: Annotated[str, Field(pattern=r"^[a-zA-Z0-9]{1,200}$")]


class _Above(_Said):
    root: Reference


class _Answering(_Said):
    reply: _Above | None = None


class Comment(Reference):
    """What somebody wrote, and the top of the thread that it stands in."""

    value: _Answering

    @property
    def reference(self) -> Reference:
        """The comment by itself."""
        return Reference(uri=self.uri, cid=self.cid)


class Uploaded(_Said):
    """A picture that the server holds; its description goes into the record as it came."""

    blob: dict[str, object]


class _Words(_Said):
    text: str
    created_at: AwareDatetime = Field(alias="createdAt")


class _Author(_Said):
    did: _Did


class Post(_Said):
    """A post in a list, with its words as they were sent."""

    uri: _Uri
    author: _Author
    record: _Words


class _Item(_Said):
    post: Post
    reason: dict[str, object] | None = None
    """Why it is in the list though it is not the account's own doing: a repost, a pin."""


class Feed(_Said):
    """A page of an account's posts."""

    feed: list[_Item]
    cursor: str | None = None


class _Failure(_Said):
    error: str
    message: str = ""


ACCOUNT = TypeAdapter(Account)
OPENED = TypeAdapter(Opened)
RESOLVED = TypeAdapter(Resolved)
WRITTEN = TypeAdapter(Written)
KEPT = TypeAdapter(Kept)
COMMENT = TypeAdapter(Comment)
UPLOADED = TypeAdapter(Uploaded)
FEED = TypeAdapter(Feed)
_FAILURE = TypeAdapter(_Failure)


def error_of(reply: Reply) -> str | None:
    """Give the name of the error; None for an answer that is none of the server's own."""
    failure = reply.read(_FAILURE)
    return failure.error if failure else None


def words_of(reply: Reply) -> str:
    """Give the server's own words about a refusal, in one short line."""
    failure = reply.read(_FAILURE)
    said = failure.message or failure.error if failure else ""
    return one_line(said) or f"HTTP {reply.status}"
