"""What people answer to a status, as its server shows it to anybody."""

from urllib.parse import quote

from services.metrics.comments import Thread
from services.metrics.ports import NotTold, Reader
from services.metrics.publications import Publication
from services.metrics.sources.answers import ask
from services.metrics.sources.comments.reading import Gathering, instant, items, part, plain, remark

_SHOWN_TO_STRANGERS = 60


class StatusContext:
    """Asks for the conversation in one call, without a token; strangers are shown 60 answers."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def comments(self, published: Publication) -> Thread:
        """Read them, the oldest first."""
        server, mark, rest = published.url.partition("/@")
        if not mark:
            raise NotTold(f"no server in {published.url}")
        us, status = rest.partition("/")[0], quote(published.external_id, safe="")
        said = await ask(self._reader, f"{server}/api/v1/statuses/{status}/context")
        descendants = said.get("descendants")
        if not isinstance(descendants, list):
            raise NotTold(f"no conversation of {published.external_id}")
        gathering = Gathering()
        for each in items(descendants):
            writer = part(each, "account", "acct")
            if writer == us:
                continue
            parent = each.get("in_reply_to_id")
            gathering.take(
                remark(
                    external_id=each.get("id"),
                    parent="" if parent == published.external_id else parent,
                    author=f"@{writer}" if isinstance(writer, str) else "",
                    text=plain(each.get("content")),
                    written_at=instant(each.get("created_at")),
                    # Its own address names its writer; beneath our post it can be read as well.
                    url=published.url,
                )
            )
        if len(descendants) >= _SHOWN_TO_STRANGERS:
            gathering.break_off()
        return gathering.thread()
