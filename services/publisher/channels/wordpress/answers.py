"""What we read of a WordPress site's answers, and nothing more of them.

Its errors carry a code: a refused file comes as 500, and a password that is no longer valid makes
us a stranger, who is not allowed this or that. So the code tells, and never the status alone.
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from schemas.codes import Code
from services.publisher.channels.calls import Calls
from services.publisher.channels.exchange import Reply
from services.publisher.channels.waits import wait_of
from services.publisher.channels.wording import one_line
from services.publisher.domain.answers import NotNow, Refused

_NOT_ALLOWED = {
    "rest_cannot_create",
    "rest_cannot_read",
    "rest_cannot_delete",
    "rest_cannot_edit",
    "rest_cannot_publish",
    "rest_forbidden",
    "rest_forbidden_context",
}
_REFUSED = {
    "comment_content_column_length",
    "empty_content",
    "rest_comment_closed",
    "rest_comment_content_invalid",
    "rest_comment_invalid_post_id",
    "rest_comment_trash_post",
    "rest_invalid_param",
    "rest_post_invalid_id",
    "rest_upload_file_too_big",
    "rest_upload_limited_space",
    "rest_upload_no_data",
    "rest_upload_sideload_error",
    "rest_upload_unknown_error",
    "rest_upload_user_quota_exceeded",
}
"""Documented for what is wrong with the post or the file itself."""

_NO_COMMENT = {"rest_already_trashed", "rest_comment_invalid_id"}
_GONE = {"rest_already_trashed", "rest_post_invalid_id"}
_TOO_FAST = "comment_flood"
_NO_TRASH = "rest_trash_not_supported"


def _instant(said: object) -> object:
    """Read a moment as the API writes it: without a zone, in that of its name."""
    return datetime.fromisoformat(said).replace(tzinfo=UTC) if isinstance(said, str) else said


_Id = Annotated[int, Field(gt=0)]
_Url = Annotated[str, Field(pattern=r"^https?://[!-~]{1,2000}$")]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Post(_Said):
    """How it is with a post."""

    id: _Id
    slug: str
    status: str
    link: _Url
    featured_media: int = 0


class _Raw(_Said):
    raw: str


class Shown(_Said):
    """A post in a list, with its words as HTML."""

    id: _Id
    link: _Url
    date_gmt: Annotated[AwareDatetime, BeforeValidator(_instant)]
    content: _Raw


class _Rendered(_Said):
    rendered: str


class Comment(_Said):
    """A comment, ours or somebody's: approved, held back, taken for spam, or in the trash."""

    id: _Id
    post: _Id
    status: str
    link: _Url
    date_gmt: Annotated[AwareDatetime, BeforeValidator(_instant)]
    content: _Rendered


class Media(_Said):
    """A picture of the library."""

    id: _Id
    source_url: _Url


class Deleted(_Said):
    """Whether something is gone for good."""

    deleted: bool


class User(_Said):
    """Whom our password opens, and what it lets us do."""

    id: _Id
    capabilities: dict[str, object]


class _Failure(_Said):
    code: str
    message: str = ""
    data: object = None

    @property
    def hides_from(self) -> object:
        """Give the status with which a list that we asked for is kept from us, if it is that."""
        match self.data:
            case {"details": {"status": {"code": "rest_forbidden_status", "data": {"status": no}}}}:
                return no
        return None


POST = TypeAdapter(Post)
POSTS = TypeAdapter(list[Post])
SHOWN = TypeAdapter(list[Shown])
COMMENT = TypeAdapter(Comment)
COMMENTS = TypeAdapter(list[Comment])
MEDIA = TypeAdapter(Media)
LIBRARY = TypeAdapter(list[Media])
DELETED = TypeAdapter(Deleted)
USER = TypeAdapter(User)
_FAILURE = TypeAdapter(_Failure)


def fields(shape: type[BaseModel]) -> str:
    """Name what we read of an answer, so that nothing else of it is sent."""
    return ",".join(shape.model_fields)


def is_gone(reply: Reply) -> bool:
    """Whether what was named is not there, or nobody but its owner sees it."""
    return _code(reply) in _GONE


def has_no_comment(reply: Reply) -> bool:
    """Whether the comment that was named is not there."""
    return _code(reply) in _NO_COMMENT


def has_no_trash(reply: Reply) -> bool:
    """Whether the site throws away for good, and has to be told that it is meant."""
    return _code(reply) == _NO_TRASH


def held_up(reply: Reply, calls: Calls) -> NotNow | None:
    """Say whether surely nothing was done, and something else has to change first."""
    said = reply.read(_FAILURE)
    if reply.status == 429 or (said and said.code == _TOO_FAST):
        return NotNow(Code.CHANNEL_THROTTLED, calls.named(), wait_of(reply))
    if reply.status == 401 or (said and said.hides_from == 401):
        return NotNow(Code.CREDENTIALS_REFUSED, calls.named())
    if said and ((reply.status == 403 and said.code in _NOT_ALLOWED) or said.hides_from == 403):
        return NotNow(Code.PERMISSION_MISSING, calls.named(why=_words(said)))
    return None


def refused(reply: Reply, calls: Calls) -> Refused | None:
    """Say whether it is refused for what it is; another try would be refused again."""
    said = reply.read(_FAILURE)
    if said and said.code in _REFUSED:
        return Refused(Code.CHANNEL_REFUSED, calls.named(why=_words(said)))
    if reply.status == 413:
        return Refused(Code.CHANNEL_REFUSED, calls.named(why="HTTP 413"))
    return None


def _code(reply: Reply) -> str:
    said = reply.read(_FAILURE)
    return said.code if said else ""


def _words(said: _Failure) -> str:
    return one_line(said.message) or said.code
