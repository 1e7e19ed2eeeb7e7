"""What we read of LinkedIn's answers, and nothing more of them."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from services.publisher.channels.exchange import Reply
from services.publisher.channels.wording import one_line

PATTERN = r"^urn:li:(share|ugcPost):[0-9]{1,30}$"
"""What a post is called."""

_LATEST = 4_102_444_800_000


def instant(said: object) -> object:
    """Read a moment as the API writes it: milliseconds since 1970."""
    if isinstance(said, int) and not isinstance(said, bool) and 0 <= said < _LATEST:
        return datetime.fromtimestamp(said / 1000, UTC)
    return said


_Post = Annotated[str, Field(pattern=r"^urn:li:[A-Za-z]{1,50}:[!-~]{1,200}$")]
"""In a list also what others have made, like a repost."""

_Image = Annotated[str, Field(pattern=r"^urn:li:image:[A-Za-z0-9_-]{1,200}$")]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class _Place(_Said):
    url: Annotated[str, Field(alias="uploadUrl", max_length=4000)]
    image: _Image


class _Begun(_Said):
    value: _Place


class Image(_Said):
    """A picture that was handed over, and how far the platform is with it."""

    status: str


class _Article(_Said):
    source: str | None = None


class _Images(_Said):
    images: list[dict[str, object]]


class _Content(_Said):
    article: _Article | None = None
    media: dict[str, object] | None = None
    many: Annotated[_Images | None, Field(alias="multiImage")] = None


class Post(_Said):
    """A post as its author sees it."""

    id: _Post
    created_at: Annotated[AwareDatetime, BeforeValidator(instant), Field(alias="createdAt")]
    state: Annotated[str, Field(alias="lifecycleState")]
    commentary: str = ""
    content: _Content = _Content()

    @property
    def pictures(self) -> int:
        """How many pictures it shows."""
        return len(self.content.many.images) if self.content.many else bool(self.content.media)

    @property
    def card(self) -> str | None:
        """Where the card beneath it leads."""
        return self.content.article.source if self.content.article else None


class _Listing(_Said):
    elements: list[Post]


class _InputError(_Said):
    code: str = ""


class _Details(_Said):
    input_errors: Annotated[list[_InputError], Field(alias="inputErrors")] = []


class Failure(_Said):
    """An error in the API's own shape."""

    status: int
    message: str
    details: Annotated[_Details, Field(alias="errorDetails")] = _Details()

    @property
    def words(self) -> str:
        """Give what the platform says of it, in one short line."""
        return one_line(self.message) or f"HTTP {self.status}"

    @property
    def is_duplicate(self) -> bool:
        """Whether the same words stand there already: perhaps ours, from an attempt before."""
        codes = {each.code for each in self.details.input_errors}
        return "DUPLICATE_POST" in codes or "duplicate" in self.message.lower()


BEGUN = TypeAdapter(_Begun)
IMAGE = TypeAdapter(Image)
POST = TypeAdapter(Post)
LISTING = TypeAdapter(_Listing)
_FAILURE = TypeAdapter(Failure)


def failure_of(reply: Reply) -> Failure | None:
    """Give the error of a reply; None if it is none of the API's own."""
    said = reply.read(_FAILURE)
    return said if said and said.status == reply.status else None
