"""What people write beneath the posts of an Instagram account."""

from collections.abc import Mapping
from typing import Any

from services.metrics.ports import NotTold
from services.metrics.publications import Publication
from services.metrics.sources.comments.graph import Above, GraphComments
from services.metrics.sources.comments.reading import Gathering, instant, items, part, remark

_FIELDS = "id,text,username,from,timestamp,hidden"


class MediaComments(GraphComments):
    """Asks for the comments, each with its answers. A comment has no address of its own."""

    edge = f"comments?limit=50&fields={_FIELDS},replies.limit(50){{{_FIELDS}}}"

    async def us(self, published: Publication) -> str:
        """The post says whose it is."""
        said = await self.told(published, "?fields=username")
        if not (us := said.get("username")):
            raise NotTold(f"nobody's post: {published.external_id}")
        return str(us)

    def take(self, gathering: Gathering, said: Mapping[str, Any], above: Above) -> None:
        if said.get("hidden") is not True:
            self._keep(gathering, said, "", above.us)
        for each in items(part(said, "replies", "data")):
            if each.get("hidden") is not True:
                self._keep(gathering, each, said.get("id"), above.us)
        if part(said, "replies", "paging", "next") is not None:
            gathering.break_off()

    @staticmethod
    def _keep(gathering: Gathering, said: Mapping[str, Any], parent: object, us: str) -> None:
        writer = said.get("username") or part(said, "from", "username")
        if writer != us:
            gathering.take(
                remark(
                    external_id=said.get("id"),
                    parent=parent,
                    author=writer,
                    text=said.get("text"),
                    written_at=instant(said.get("timestamp")),
                )
            )
