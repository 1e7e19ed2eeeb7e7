"""What people answer to the posts of a Threads profile."""

from collections.abc import Mapping
from typing import Any

from services.metrics.sources.comments.graph import Above, GraphComments
from services.metrics.sources.comments.reading import Gathering, instant, part, remark

_NOT_FOR_READERS = {"HIDDEN", "BLOCKED", "RESTRICTED"}


class Conversation(GraphComments):
    """Asks for everything beneath a post, whatever it answers."""

    edge = (
        "conversation?limit=100"
        "&fields=id,text,username,timestamp,replied_to,is_reply_owned_by_me,hide_status"
    )

    def take(self, gathering: Gathering, said: Mapping[str, Any], above: Above) -> None:
        if said.get("is_reply_owned_by_me") is True or said.get("hide_status") in _NOT_FOR_READERS:
            return
        parent = part(said, "replied_to", "id")
        gathering.take(
            remark(
                external_id=said.get("id"),
                parent="" if parent == above.published.external_id else parent,
                author=said.get("username"),
                text=said.get("text"),
                written_at=instant(said.get("timestamp")),
                # Its own address names its writer; beneath our post it can be read as well.
                url=above.published.url,
            )
        )
