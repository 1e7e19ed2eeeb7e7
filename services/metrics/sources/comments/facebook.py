"""What people write beneath the posts of a Page."""

from collections.abc import Mapping
from typing import Any

from services.metrics.publications import Publication
from services.metrics.sources.comments.graph import Above, GraphComments
from services.metrics.sources.comments.reading import Gathering, instant, part, remark


class PageComments(GraphComments):
    """Asks for the whole stream, answers to comments included."""

    edge = (
        "comments?filter=stream&order=reverse_chronological&limit=100"
        "&fields=id,message,from,created_time,parent,permalink_url,is_hidden"
    )

    async def us(self, published: Publication) -> str:
        """The Page's number stands before that of the post."""
        return published.external_id.partition("_")[0]

    def take(self, gathering: Gathering, said: Mapping[str, Any], above: Above) -> None:
        if said.get("is_hidden") is True or part(said, "from", "id") == above.us:
            return
        gathering.take(
            remark(
                external_id=said.get("id"),
                parent=part(said, "parent", "id"),
                author=part(said, "from", "name"),
                text=said.get("message"),
                written_at=instant(said.get("created_time")),
                url=said.get("permalink_url"),
            )
        )
