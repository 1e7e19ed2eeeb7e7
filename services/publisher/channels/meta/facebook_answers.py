"""What we read of the Graph API's answers about a Page, and nothing more of them."""

from pydantic import TypeAdapter

from services.publisher.channels.meta.shapes import Id, Said, Url


class State(Said):
    """How it is with a post."""

    is_published: bool
    permalink_url: Url


class _Attached(Said):
    data: list[dict[str, object]]


class Pictures(Said):
    """What hangs on a post."""

    attachments: _Attached | None = None

    @property
    def moves(self) -> bool:
        """Whether the post shows a video."""
        shown = self.attachments.data if self.attachments else []
        return any(str(each.get("type")).startswith("video") for each in shown)

    @property
    def count(self) -> int:
        """How many pictures the post shows."""
        shown = self.attachments.data if self.attachments else []
        within = [each.get("subattachments") for each in shown]
        many = [each["data"] for each in within if isinstance(each, dict) and "data" in each]
        photos = [each for each in shown if each.get("type") == "photo"]
        return sum(len(each) for each in many if isinstance(each, list)) + len(photos)


class PageItself(Said):
    """The Page."""

    id: Id
    link: Url


STATE = TypeAdapter(State)
PICTURES = TypeAdapter(Pictures)
PAGE = TypeAdapter(PageItself)
