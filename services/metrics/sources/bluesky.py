"""What Bluesky's public view counts for anybody who asks. It counts neither views nor reach."""

from urllib.parse import quote

from schemas.insights import Measure, Number
from services.metrics.ports import Reader
from services.metrics.publications import Publication
from services.metrics.sources.answers import ask, numbers

VERSION = "app.bsky.feed"

_VIEWS = {"https://bsky.app": "https://public.api.bsky.app"}
"""Where the posts of a site are counted, if not by the site itself."""

_COUNTS = {
    Measure.SHARES: "repostCount",
    Measure.COMMENTS: "replyCount",
    Measure.REACTIONS: "likeCount",
}


class PostCounts:
    """Asks for the public post, without a session."""

    missing: tuple[Number, ...]

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.missing = numbers({}, _COUNTS, VERSION)

    async def numbers(self, published: Publication) -> tuple[Number, ...]:
        """Read all counts in one call; a post that is gone is left out of the answer."""
        view = view_of(published)
        if view is None or not published.external_id.startswith("at://"):
            return self.missing
        asked = quote(published.external_id, safe="")
        said = await ask(self._reader, f"{view}/xrpc/app.bsky.feed.getPosts?uris={asked}")
        match said.get("posts"):
            case [dict(post)] if post.get("uri") == published.external_id:
                return numbers(post, _COUNTS, VERSION)
        return self.missing


def view_of(published: Publication) -> str | None:
    """Give where anybody may ask for a post; None if its address is not of such a site."""
    site, mark, _ = published.url.partition("/profile/")
    return _VIEWS.get(site, site) if mark else None
