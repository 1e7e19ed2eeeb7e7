"""What the network's view shows: an account's posts, and single posts with their counts."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.bluesky.desk import Desk
from simulator.bluesky.names import did_of, record_cid, uri_of
from simulator.bluesky.refusals import invalid
from simulator.mastodon.shapes import media_path
from simulator.posts import Post

_USUAL_PAGE = 50
_LARGEST_PAGE = 100
_MOST_URIS = 25


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
        found = (self._seen(uri) for uri in uris)
        return JSONResponse({"posts": [self._shape(post) for post in found if post]})

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
