"""What we read of the Graph API's answers about a Page, and nothing more of them."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter


def _instant(said: object) -> object:
    """Read a moment as the API writes it: with a zone like `+0000`."""
    return datetime.fromisoformat(said) if isinstance(said, str) else said


_Id = Annotated[str, Field(pattern=r"^[0-9_]{1,80}$")]
_Url = Annotated[str, Field(pattern=r"^https?://[!-~]{1,2000}$")]


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Made(_Said):
    """What a call has made."""

    id: _Id


class Done(_Said):
    """Whether a call has done what it was asked to."""

    success: bool


class State(_Said):
    """How it is with a post."""

    is_published: bool
    permalink_url: _Url


class Listed(_Said):
    """A post in the Page's list."""

    id: _Id
    created_time: Annotated[AwareDatetime, BeforeValidator(_instant)]
    permalink_url: _Url
    message: str = ""


class _Cursors(_Said):
    after: str


class _Paging(_Said):
    cursors: _Cursors | None = None
    next: str | None = None


class Listing(_Said):
    """One page of the list."""

    data: list[Listed]
    paging: _Paging = _Paging()


class _Attached(_Said):
    data: list[dict[str, object]]


class Pictures(_Said):
    """What hangs on a post."""

    attachments: _Attached | None = None

    @property
    def count(self) -> int:
        """How many pictures the post shows."""
        shown = self.attachments.data if self.attachments else []
        within = [each.get("subattachments") for each in shown]
        many = [each["data"] for each in within if isinstance(each, dict) and "data" in each]
        photos = [each for each in shown if each.get("type") == "photo"]
        return sum(len(each) for each in many if isinstance(each, list)) + len(photos)


class PageItself(_Said):
    """The Page."""

    id: _Id
    link: _Url


MADE = TypeAdapter(Made)
DONE = TypeAdapter(Done)
STATE = TypeAdapter(State)
LISTING = TypeAdapter(Listing)
PICTURES = TypeAdapter(Pictures)
PAGE = TypeAdapter(PageItself)
