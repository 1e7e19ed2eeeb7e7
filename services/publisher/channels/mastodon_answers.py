"""What we read of a Mastodon server's answers, and nothing more of them."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from schemas.channels import Limits
from services.publisher.channels.exchange import Reply
from services.publisher.channels.wording import one_line

_Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
_Url = Annotated[str, Field(min_length=1, max_length=2000)]
_Limit = Annotated[int, Field(ge=0)]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Deleted(_Said):
    """A post that is gone."""

    id: _Id


class Status(_Said):
    """A post, with the address where strangers read it."""

    id: _Id
    url: _Url
    pinned: bool | None = None
    """Told of our own alone."""


class Listed(Status):
    """A post in a list, with its words as HTML."""

    content: str
    created_at: AwareDatetime
    in_reply_to_id: _Id | None = None


class Source(_Said):
    """A post's words as they were sent."""

    text: str


class Media(_Said):
    """An upload; it has an address when the server has finished with it."""

    id: _Id
    url: str | None = None


class Account(_Said):
    """The account that our token opens."""

    id: _Id
    url: _Url


class _Statuses(_Said):
    max_characters: _Limit = 500
    max_media_attachments: _Limit = 4
    characters_reserved_per_url: _Limit = 23


class _MediaAttachments(_Said):
    description_limit: _Limit = 1500
    image_size_limit: _Limit | None = None


class _Configuration(_Said):
    statuses: _Statuses = _Statuses()
    media_attachments: _MediaAttachments = _MediaAttachments()


class Instance(_Said):
    """A server and its limits."""

    configuration: _Configuration

    def limits(self) -> Limits:
        """Give the limits in our own language."""
        statuses, media = self.configuration.statuses, self.configuration.media_attachments
        return Limits(
            characters=statuses.max_characters,
            link_characters=statuses.characters_reserved_per_url,
            link_in_text=True,
            pictures=statuses.max_media_attachments,
            picture_bytes=media.image_size_limit,
            alt_characters=media.description_limit,
        )


class _Failure(_Said):
    error: str


DELETED = TypeAdapter(Deleted)
STATUS = TypeAdapter(Status)
LISTED = TypeAdapter(list[Listed])
SOURCE = TypeAdapter(Source)
MEDIA = TypeAdapter(Media)
ACCOUNT = TypeAdapter(Account)
INSTANCE = TypeAdapter(Instance)
_FAILURE = TypeAdapter(_Failure)


def words_of(reply: Reply) -> str:
    """Give the server's own words about a refusal, in one short line."""
    failure = reply.read(_FAILURE)
    return one_line(failure.error if failure else "") or f"HTTP {reply.status}"
