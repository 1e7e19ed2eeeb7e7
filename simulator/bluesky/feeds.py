"""What the network's view shows: an account's posts, and single posts with their counts."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.bluesky.desk import Desk
from simulator.bluesky.names import (
    COLLECTION,
    comment_id,
    comment_key,
    did_of,
    reader_handle,
    record_cid,
    uri_of,
)
from simulator.bluesky.refusals import Refused, invalid
from simulator.mastodon.shapes import media_path
from simulator.posts import Post
from simulator.remarks import Line

_USUAL_PAGE = 50
_LARGEST_PAGE = 100
_MOST_URIS = 25
_DEEPEST = 1000


@dataclass(frozen=True)
class Feeds:
    """The endpoints that anybody may ask."""

    desk: Desk

    async def profile(self, request: Request) -> Response:
        """An account as everyone sees it."""
        account = self._account(request)
        return JSONResponse(
            {
                "did": did_of(account),
                "handle": account,
                "displayName": account,
                "followersCount": 0,
                "followsCount": 0,
                "postsCount": self.desk.world.posts.standing[account],
            }
        )

    async def of_author(self, request: Request) -> Response:
        """An account's posts, the newest first; the cursor leads to the next page."""
        asked, account = request.query_params, self._account(request)
        said = asked.get("limit", str(_USUAL_PAGE))
        if not said.isdecimal() or not 1 <= int(said) <= _LARGEST_PAGE:
            raise invalid(f"limit must be between 1 and {_LARGEST_PAGE}")
        world, limit = self.desk.world, int(said)
        cursor = asked.get("cursor", "")
        posts = [
            post
            for post in world.posts.newest_first(world.now(), account)
            if not cursor or int(post.id) < int(cursor)
        ]
        page: dict[str, Any] = {"feed": [{"post": self._shape(post)} for post in posts[:limit]]}
        if len(posts) > limit:
            page["cursor"] = posts[limit - 1].id
        return JSONResponse(page)

    async def of_uris(self, request: Request) -> Response:
        """The posts with these addresses; what is not there is left out."""
        uris = request.query_params.getlist("uris")
        if len(uris) > _MOST_URIS:
            raise invalid(f"uris must not have more than {_MOST_URIS} elements")
        found = (self._one(uri) for uri in uris)
        return JSONResponse({"posts": [shape for shape in found if shape]})

    async def thread(self, request: Request) -> Response:
        """A post with all that stands beneath it, as a tree; what it answers is not told here."""
        uri, said = request.query_params.get("uri", ""), request.query_params.get("depth", "6")
        if not said.isdecimal() or int(said) > _DEEPEST:
            raise invalid(f"depth must be between 0 and {_DEEPEST}")
        post = self._seen(uri)
        if post is None:
            raise Refused(400, "NotFound", f"Post not found: {uri}")
        lines = self.desk.world.thread(post)
        tree = self._tree(self._shape(post), post.id, lines, post, int(said))
        return JSONResponse({"thread": tree})

    def _tree(
        self, shape: dict[str, Any], above: str, lines: list[Line], root: Post, depth: int
    ) -> dict[str, Any]:
        beneath = [line for line in lines if line.parent == above] if depth else []
        return {
            "$type": "app.bsky.feed.defs#threadViewPost",
            "post": shape,
            "replies": [
                self._tree(self._line(line, root), line.id, lines, root, depth - 1)
                for line in beneath
            ],
            "threadContext": {},
        }

    def _line(self, line: Line, root: Post) -> dict[str, Any]:
        return self._shape(line.answer) if line.answer else self._comment(line, root)

    def _comment(self, line: Line, root: Post) -> dict[str, Any]:
        """A reader's post; what it answers it names by address and content."""
        handle = reader_handle(line.name)
        moment = line.at.isoformat(timespec="milliseconds")
        top = self._shape(root)
        above = next(
            (each for each in self.desk.world.thread(root) if each.id == line.parent), None
        )
        parent = self._line(above, root) if above else top
        value = {
            "$type": COLLECTION,
            "text": line.text,
            "createdAt": moment,
            "langs": ["sv"],
            "reply": {"root": _reference(top), "parent": _reference(parent)},
        }
        return {
            "uri": uri_of(handle, comment_key(line.id)),
            "cid": record_cid(value),
            "author": {"did": did_of(handle), "handle": handle, "displayName": line.name},
            "record": value,
            "replyCount": 0,
            "repostCount": 0,
            "likeCount": 0,
            "quoteCount": 0,
            "bookmarkCount": 0,
            "indexedAt": moment,
        }

    def _one(self, uri: str) -> dict[str, Any] | None:
        """A post, or a reader's comment, by its address."""
        if post := self._seen(uri):
            return self._shape(post)
        found = self.desk.world.comment(comment_id(uri.rpartition("/")[2]))
        shape = self._comment(*found) if found else None
        return shape if shape and shape["uri"] == uri else None

    def _account(self, request: Request) -> str:
        account = self.desk.account_of(request.query_params.get("actor"))
        if account is None:
            raise invalid("Profile not found")
        return account

    def _seen(self, uri: str) -> Post | None:
        did, _, key = uri.removeprefix("at://").rpartition("/")
        account, world = self.desk.account_of(did.partition("/")[0]), self.desk.world
        post = world.posts.keyed(account, key) if account else None
        return post if post and world.posts.seen(post.id, world.now()) else None

    def _shape(self, post: Post) -> dict[str, Any]:
        response, world = self.desk.world.response(post), self.desk.world
        value = post.value or {}
        replies = world.posts.replies_to(post.id, world.now())
        shape = {
            "uri": uri_of(post.account, post.key or ""),
            "cid": record_cid(value),
            "author": {"did": did_of(post.account), "handle": post.account},
            "record": value,
            "replyCount": len(response.comments) + len(replies),
            "repostCount": response.reblogs,
            "likeCount": response.favourites,
            "quoteCount": 0,
            "bookmarkCount": 0,
            "indexedAt": post.seen_from.isoformat(timespec="milliseconds"),
        }
        embed = self._embed(post)
        return {**shape, "embed": embed} if embed else shape

    def _embed(self, post: Post) -> dict[str, Any] | None:
        """What hangs on a post, as the view shows it: with addresses in the place of blobs."""
        origin, embed = self.desk.world.settings.origin, (post.value or {}).get("embed")
        if post.media:
            images = [
                {"thumb": address, "fullsize": address, "alt": picture.alt}
                for picture in post.media
                for address in [origin + media_path(picture)]
            ]
            return {"$type": "app.bsky.embed.images#view", "images": images}
        if embed is None:
            return None
        card = {name: embed["external"][name] for name in ("uri", "title", "description")}
        return {"$type": "app.bsky.embed.external#view", "external": card}


def _reference(shape: dict[str, Any]) -> dict[str, Any]:
    """Name a post by address and content."""
    return {"uri": shape["uri"], "cid": shape["cid"]}
