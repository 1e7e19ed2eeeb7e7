"""The page's posts: made, changed, taken away, listed and counted."""

import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.linkedin import errors
from simulator.linkedin.desk import Desk, milliseconds, owner_of, urn_of
from simulator.linkedin.errors import Refused
from simulator.linkedin.images import Images
from simulator.linkedin.words import read
from simulator.posts import Post
from simulator.record import Picture
from simulator.rules import Lag

_MOST_CHARACTERS = 3000
_LARGEST_PAGE = 100
_MOST_IMAGES = 20
_WANTED = ("author", "commentary", "visibility", "distribution", "lifecycleState")
_VIEWS_EACH, _SEEN_BY = 19, 13
"""A made-up audience of which a part reacts."""


@dataclass(frozen=True)
class Posts:
    """The endpoints of posts."""

    desk: Desk
    images: Images

    async def create(self, request: Request) -> Response:
        """Make a post; its name is told in a header, and the body is empty."""
        account, said = self.desk.caller(request), await self.desk.said(request)
        missing = [name for name in _WANTED if name not in said]
        if missing:
            raise errors.invalid(f"ERROR :: /{missing[0]} :: field is required but not found")
        if said["author"] != owner_of(account):
            raise Refused(403)
        if said["lifecycleState"] != "PUBLISHED" or said["visibility"] != "PUBLIC":
            raise errors.invalid("The simulator takes public posts only")
        text, commentary = _words(said["commentary"])
        content, world = said.get("content") or {}, self.desk.world
        pictures = self._pictures(account, content)
        if not (text.strip() or content):
            raise errors.invalid("ERROR :: /commentary :: a post has to say or to show something")
        for other in world.posts.of_their_own(world.now(), account):
            if (other.value or {}).get("commentary") == commentary:
                raise errors.duplicate(urn_of(other))
        post_id = world.posts.new_id(world.now())
        lag = world.faults.inner("POST", request.url.path, text, Lag)
        await self.desk.write(
            request,
            status=201,
            what="published",
            account=account,
            id=post_id,
            text=text,
            media=pictures,
            value={"commentary": commentary, "content": content, "link": _link(content)},
            fault=lag.kind if lag else None,
            lag=lag.seconds if isinstance(lag, Lag) else None,
        )
        return Response(status_code=201, headers={"x-restli-id": f"urn:li:share:{post_id}"})

    async def listed(self, request: Request) -> Response:
        """The page's posts; unless asked otherwise, the last changed come first."""
        account, asked = self.desk.caller(request), request.query_params
        if request.headers.get("x-restli-method") != "FINDER" or asked.get("q") != "author":
            raise errors.bad_request("The finder 'author' has to be asked for")
        if b"urn:" in request.scope["query_string"]:
            raise errors.bad_request("Invalid query parameter 'author'")
        if asked.get("author") != owner_of(account):
            raise Refused(403)
        start, count = int(asked.get("start", "0")), int(asked.get("count", "10"))
        if not 1 <= count <= _LARGEST_PAGE:
            raise errors.bad_request(f"count has to be between 1 and {_LARGEST_PAGE}")
        world = self.desk.world
        posts = list(world.posts.of_their_own(world.now(), account))
        if asked.get("sortBy") != "CREATED":
            posts.sort(key=lambda post: post.edited_at or post.created_at, reverse=True)
        page = posts[start : start + count]
        links = [{"type": "application/json", "rel": "next", "href": "/rest/posts?q=author"}]
        paging = {"start": start, "count": count, "links": links if posts[start + count :] else []}
        return JSONResponse({"paging": paging, "elements": [_shape(post) for post in page]})

    async def one(self, request: Request) -> Response:
        """One post, as its author sees it."""
        account = self.desk.caller(request)
        post = self.desk.own(account, self.desk.named(request))
        if post is None or post.seen_from > self.desk.world.now():
            raise Refused(404)
        return JSONResponse(_shape(post))

    async def change(self, request: Request) -> Response:
        """Change the words of a post, and nothing else of it."""
        account = self.desk.caller(request)
        if request.headers.get("x-restli-method") != "PARTIAL_UPDATE":
            raise errors.bad_request("The method PARTIAL_UPDATE has to be named in a header")
        post = self.desk.own(account, self.desk.named(request))
        if post is None:
            raise Refused(404)
        match await self.desk.said(request):
            case {"patch": {"$set": {"commentary": said, **others}}} if not others:
                text, commentary = _words(said)
            case _:
                raise errors.invalid("The simulator changes the commentary only")
        await self.desk.write(
            request,
            status=204,
            what="edited",
            account=account,
            id=post.id,
            text=text,
            media=post.media,
            value={**(post.value or {}), "commentary": commentary},
        )
        return Response(status_code=204)

    async def delete(self, request: Request) -> Response:
        """Take a post away; one that is gone is answered alike."""
        account = self.desk.caller(request)
        post = self.desk.own(account, self.desk.named(request))
        if post is not None:
            await self.desk.write(
                request, status=204, what="deleted", account=account, id=post.id, text=post.text
            )
        return Response(status_code=204)

    async def numbers(self, request: Request) -> Response:
        """What the audience has done with posts; those that nobody has seen are left out."""
        account, asked = self.desk.caller(request), request.query_params
        if asked.get("q") != "organizationalEntity":
            raise errors.bad_request("The finder 'organizationalEntity' has to be asked for")
        if asked.get("organizationalEntity") != owner_of(account):
            raise Refused(403)
        found = re.findall(r"urn:li:share:(\d+)", asked.get("shares", ""))
        posts = [self.desk.own(account, number) for number in found]
        return JSONResponse({"elements": [self._counted(post) for post in posts if post]})

    def _counted(self, post: Post) -> dict[str, Any]:
        response = self.desk.world.response(post)
        crowd = response.favourites + response.reblogs + len(response.comments)
        counts = {
            "uniqueImpressionsCount": crowd * _SEEN_BY,
            "impressionCount": crowd * _VIEWS_EACH,
            "clickCount": crowd // 2,
            "likeCount": response.favourites,
            "commentCount": len(response.comments),
            "shareCount": response.reblogs,
            "engagement": 0.05,
        }
        owner = owner_of(post.account)
        return {
            "organizationalEntity": owner,
            "share": urn_of(post),
            "totalShareStatistics": counts,
        }

    def _pictures(self, account: str, content: dict[str, Any]) -> tuple[Picture, ...]:
        match content:
            case {"media": {"id": str()} as one}:
                named = [one]
            case {"multiImage": {"images": [_, _, *_] as several}} if len(several) <= _MOST_IMAGES:
                named = several
            case {"article": {"source": str(), "title": str()}} | {}:
                named = []
            case _:
                raise errors.invalid("ERROR :: /content :: union type is not as it should be")
        return tuple(self.images.carried(account, each) for each in named)


def _words(said: object) -> tuple[str, str]:
    if not isinstance(said, str):
        raise errors.invalid("ERROR :: /commentary :: must be a string")
    if len(said) > _MOST_CHARACTERS:
        raise errors.invalid(
            f"ERROR :: /commentary :: {len(said)} characters exceed the maximum {_MOST_CHARACTERS}"
        )
    return read(said)


def _link(content: dict[str, Any]) -> str | None:
    article = content.get("article")
    return article["source"] if article else None


def _shape(post: Post) -> dict[str, Any]:
    value = post.value or {}
    return {
        "id": urn_of(post),
        "author": owner_of(post.account),
        "commentary": value.get("commentary", ""),
        "visibility": "PUBLIC",
        "lifecycleState": "PUBLISHED",
        "createdAt": milliseconds(post.created_at),
        "publishedAt": milliseconds(post.created_at),
        "lastModifiedAt": milliseconds(post.edited_at or post.created_at),
        "isReshareDisabledByAuthor": False,
        **({"content": value["content"]} if value.get("content") else {}),
    }
