"""What we read of X's answers, and what its refusals mean."""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from services.publisher.channels.exchange import Reply
from services.publisher.channels.wording import one_line

_Id = Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]


def _instant(said: object) -> object:
    return datetime.fromisoformat(said) if isinstance(said, str) else said


_NAMES = re.compile(r"^(?:@\w{1,15}\s+)+")
_NO_REPLY = "attempted to reply", "reply to this conversation is not allowed"


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class _Named(_Said):
    id: _Id


class Made(_Said):
    """A post or a picture, by its number."""

    data: _Named


class _Account(_Said):
    id: _Id
    username: str


class Me(_Said):
    """The account that our keys open."""

    data: _Account


class _Gone(_Said):
    deleted: Literal[True]


class Deleted(_Said):
    """A post was taken away."""

    data: _Gone


class _Shown(_Said):
    hidden: bool


class Hidden(_Said):
    """Whether an answer is hidden now."""

    data: _Shown


class _Link(_Said):
    url: str
    expanded_url: str | None = None
    media_key: str | None = None

    @property
    def written(self) -> str:
        """What the writer wrote: an address, a name alone, or nothing where a picture is meant."""
        if self.media_key is not None:
            return ""
        # Ours begin with https://, so this one was written as a name alone.
        return (self.expanded_url or self.url).removeprefix("http://")


class _Entities(_Said):
    urls: list[_Link] = []


class _Referenced(_Named):
    type: str


class Post(_Said):
    """A post in the account's list."""

    id: _Id
    text: str
    created_at: Annotated[AwareDatetime, BeforeValidator(_instant)]
    entities: _Entities = _Entities()
    referenced_tweets: list[_Referenced] = []

    @property
    def replied_to(self) -> str | None:
        """The post that it answers."""
        named = (each.id for each in self.referenced_tweets if each.type == "replied_to")
        return next(named, None)

    @property
    def after_names(self) -> str:
        """The text without those whom X names before it because they are answered."""
        return _NAMES.sub("", self.words)

    @property
    def words(self) -> str:
        """The text as it was written; X escapes three signs and shortens every address."""
        text = self.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        for link in self.entities.urls:
            text = text.replace(link.url, link.written)
        return text.rstrip()


class _Meta(_Said):
    result_count: int
    next_token: str | None = None


class Listing(_Said):
    """One page of the list; with errors beside it, it is not the whole."""

    meta: _Meta
    data: list[Post] = []
    errors: list[object] = []


class Problem(_Said):
    """An error, as the API words it."""

    status: int
    title: str = ""
    detail: str = ""
    type: str = ""

    @property
    def kind(self) -> str:
        """The last part of its type; the part before it has changed with the company's name."""
        return self.type.rpartition("/")[2]

    @property
    def words(self) -> str:
        """Give what the platform says of it, in one short line."""
        return one_line(self.detail or self.title) or f"HTTP {self.status}"

    @property
    def is_about_a_reply(self) -> bool:
        """Whether an answer is refused for what it answers; no type of its own says so."""
        said = self.detail.lower()
        return self.status == 403 and any(words in said for words in _NO_REPLY)

    @property
    def is_gone(self) -> bool:
        """Whether what was to be answered is not there."""
        return "deleted" in self.detail.lower()

    @property
    def is_duplicate(self) -> bool:
        """Whether the same words stand there already: perhaps ours, from an attempt before."""
        return self.status == 403 and "duplicate" in self.detail.lower()


MADE = TypeAdapter(Made)
ME = TypeAdapter(Me)
DELETED = TypeAdapter(Deleted)
HIDDEN = TypeAdapter(Hidden)
LISTING = TypeAdapter(Listing)
_PROBLEM = TypeAdapter(Problem)


def problem_of(reply: Reply) -> Problem | None:
    """Give the error of a reply; None if it is none of the API's own."""
    said = reply.read(_PROBLEM)
    return said if said and said.status == reply.status else None
