"""Hiding and pinning, which are records beside the posts: a thread's gate, and the profile."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.bluesky.beside import GATE, PROFILE
from simulator.bluesky.desk import Desk
from simulator.bluesky.names import COLLECTION, TID, comment_id, did_of, record_cid, uri_of
from simulator.bluesky.refusals import Refused, invalid
from simulator.posts import Post

_MOST_HIDDEN = 300
_SELF = "self"


@dataclass(frozen=True)
class Marks:
    """The records of a repository that are no posts."""

    desk: Desk

    def knows(self, collection: object) -> bool:
        """Whether records of this collection are kept here."""
        return collection in (GATE, PROFILE)

    async def put(self, request: Request, account: str, said: dict[str, Any]) -> Response:
        """Let the record in this place be this, if it is still the one that was read."""
        collection, key, value = said["collection"], said.get("rkey"), said.get("record")
        if not isinstance(key, str) or not isinstance(value, dict):
            raise invalid("Input/record must be an object")
        if value.get("$type") != collection:
            raise invalid(f"Invalid $type: expected {collection}")
        standing = self.desk.world.beside.standing(account, collection, key)
        there = record_cid(standing) if standing else None
        if "swapRecord" in said and said["swapRecord"] != there:
            raise Refused(400, "InvalidSwap", f"Record was at {there}")
        if collection == GATE:
            post = self._gated(account, key, value)
            fields: dict[str, Any] = {"what": "hidden", "id": post.id}
            fields["ids"] = self._hidden(post, value.get("hiddenReplies", []))
        else:
            if key != _SELF:
                raise invalid("Invalid literal key: expected self")
            fields = {"what": "pinned", "ids": self._pinned(account, value.get("pinnedPost"))}
        await self.desk.write(request, account=account, key=key, value=value, **fields)
        cid, uri = record_cid(value), f"at://{did_of(account)}/{collection}/{key}"
        return JSONResponse({"uri": uri, "cid": cid, "commit": {"cid": cid, "rev": key}})

    def read(self, account: str | None, collection: str, key: str) -> Response | None:
        """The record in a place; None: there is none."""
        value = self.desk.world.beside.standing(account or "", collection, key)
        if account is None or value is None:
            return None
        uri = f"at://{did_of(account)}/{collection}/{key}"
        return JSONResponse({"uri": uri, "cid": record_cid(value), "value": value})

    def _gated(self, account: str, key: str, value: dict[str, Any]) -> Post:
        if not TID.fullmatch(key):
            raise invalid("Invalid TID string (got invalid rkey)")
        post = self.desk.world.posts.keyed(account, key)
        # The real server keeps a gate without a post as well; nobody would ever see it.
        if post is None or value.get("post") != uri_of(account, key):
            raise invalid("The simulator keeps gates of standing posts only")
        if not isinstance(value.get("createdAt"), str):
            raise invalid("Record/createdAt must be a valid atproto datetime")
        return post

    def _hidden(self, post: Post, uris: Any) -> tuple[str, ...]:
        if not isinstance(uris, list) or len(uris) > _MOST_HIDDEN:
            raise invalid(f"Record/hiddenReplies must not have more than {_MOST_HIDDEN} elements")
        named = [comment_id(str(uri).rpartition("/")[2]) for uri in uris]
        comments = self.desk.world.response(post).comments
        return tuple(each.id for each in comments if each.id in named)

    def _pinned(self, account: str, said: Any) -> tuple[str, ...]:
        if said is None:
            return ()
        if not isinstance(said, dict) or not {"uri", "cid"} <= said.keys():
            raise invalid('Record/pinnedPost must have "uri" and "cid"')
        place, _, key = said["uri"].rpartition("/")
        ours = place == f"at://{did_of(account)}/{COLLECTION}"
        post = self.desk.world.posts.keyed(account, key) if ours else None
        return (post.id,) if post else ()
