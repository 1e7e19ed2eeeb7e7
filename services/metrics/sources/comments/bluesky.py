"""What people answer to a post, as Bluesky's public view shows it to anybody."""

from collections.abc import Iterator
from urllib.parse import quote

from services.metrics.comments import Thread
from services.metrics.ports import NotTold, Reader
from services.metrics.publications import Publication
from services.metrics.sources.answers import ask
from services.metrics.sources.bluesky import view_of
from services.metrics.sources.comments.reading import Gathering, instant, items, part, remark

_DEPTH = 100


class PostThread:
    """Asks for the tree beneath a post in one call, without a session."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def comments(self, published: Publication) -> Thread:
        """Read them all; what nobody is shown is not in the tree."""
        view, uri = view_of(published), published.external_id
        if view is None or not uri.startswith("at://"):
            raise NotTold(f"no view of {uri}")
        asked = f"uri={quote(uri, safe='')}&depth={_DEPTH}&parentHeight=0"
        said = await ask(self._reader, f"{view}/xrpc/app.bsky.feed.getPostThread?{asked}")
        if part(said, "thread", "post", "uri") != uri:
            raise NotTold(f"no thread of {uri}")
        us, gathering = uri.removeprefix("at://").partition("/")[0], Gathering()
        for parent, post in _beneath(said["thread"], uri):
            if part(post, "author", "did") != us:
                gathering.take(
                    remark(
                        external_id=part(post, "uri"),
                        parent=parent,
                        author=part(post, "author", "handle"),
                        text=part(post, "record", "text"),
                        # The moment in the record is whatever its writer liked.
                        written_at=instant(part(post, "indexedAt")),
                        # Its own address names its writer; beneath our post it can be read as well.
                        url=published.url,
                    )
                )
        return gathering.thread()


def _beneath(thread: object, root: str) -> Iterator[tuple[object, object]]:
    """Give every post of a tree with what it answers; the root has no name there."""
    waiting = [thread]
    while waiting:
        node = waiting.pop()
        above = part(node, "post", "uri")
        for each in items(part(node, "replies")):
            # What is blocked or gone has an entry without a post.
            if "post" in each:
                yield "" if above == root else above, each["post"]
                waiting.append(each)
