"""Posts: made, taken away, listed and counted."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.beneath import Found, found
from simulator.deeds import keep_hidden
from simulator.posts import Post
from simulator.rules import Lag
from simulator.x import errors
from simulator.x.desk import DIALECT, Desk, user_id
from simulator.x.errors import Refused, invalid
from simulator.x.media import Media
from simulator.x.words import kept, weight

_MOST_WEIGHT = 280
_MOST_PICTURES = 4
_PAGES = range(5, 101)
_VIEWS_EACH = 31
"""A made-up audience of which a part reacts."""


@dataclass(frozen=True)
class Tweets:
    """The endpoints of posts and of whose they are."""

    desk: Desk
    media: Media

    async def me(self, request: Request) -> Response:
        """Whose keys these are."""
        account = self.desk.caller(request)
        return JSONResponse(
            {"data": {"id": user_id(account), "name": account, "username": account}}
        )

    async def create(self, request: Request) -> Response:
        """Make a post; the same words again are refused."""
        account, said = self.desk.caller(request), await self.desk.said(request)
        text, media = said.get("text", ""), said.get("media", {}).get("media_ids", [])
        if not isinstance(text, str) or not (text.strip() or media):
            raise invalid("text: has to be given")
        if weight(text) > _MOST_WEIGHT:
            raise invalid("Your Tweet text is too long.")
        if len(media) > _MOST_PICTURES:
            raise invalid("media_ids: at most 4 can be given")
        pictures = tuple(self.media.own(account, number) for number in media)
        world = self.desk.world
        answered = self._answered(account, said.get("reply"))
        same = (text, answered.id if answered else None)
        standing = world.posts.newest_first(world.now(), account)
        if any((post.text, post.in_reply_to_id) == same for post in standing):
            raise errors.duplicate()
        post_id = world.posts.new_id(world.now())
        picture = f"https://x.com/{account}/status/{post_id}/photo/1" if pictures else None
        short, entities = kept(text, picture)
        if answered is not None:
            # The platform names those who are answered, whether or not the writer did.
            short = f"@{answered.line.name} {short}"
        lag = world.faults.inner("POST", request.url.path, text, Lag)
        await self.desk.write(
            request,
            status=201,
            what="published",
            account=account,
            id=post_id,
            text=text,
            media=pictures,
            value={"text": short, "entities": entities},
            in_reply_to_id=answered.id if answered else None,
            fault=lag.kind if lag else None,
            lag=lag.seconds if isinstance(lag, Lag) else None,
        )
        made = {"id": post_id, "text": short, "edit_history_tweet_ids": [post_id]}
        return JSONResponse({"data": made}, 201)

    def _answered(self, account: str, reply: Any) -> Found | None:
        """The post that is answered: there, and of somebody who has turned to us."""
        number = reply.get("in_reply_to_tweet_id") if isinstance(reply, dict) else None
        if number is None:
            return None
        answered = found(self.desk.world, DIALECT, str(number))
        if answered is None:
            raise errors.unseen()
        if answered.root.account != account:
            raise errors.unasked()
        return answered

    async def delete(self, request: Request) -> Response:
        """Take a post away."""
        account, number = self.desk.caller(request), request.path_params["id"]
        post = self.desk.world.posts.post(number)
        if post is None:
            detail = f"Could not find tweet with id: [{number}]."
            raise Refused(404, detail, "resource-not-found")
        if post.account != account:
            detail = "You are not authorized to delete this Tweet."
            raise Refused(403, detail, "not-authorized-for-resource")
        await self.desk.write(request, what="deleted", account=account, id=post.id, text=post.text)
        return JSONResponse({"data": {"deleted": True}})

    async def hide(self, request: Request) -> Response:
        """Hide an answer beneath one of the caller's posts, or show it again."""
        account, said = self.desk.caller(request), await self.desk.said(request)
        number, hidden = request.path_params["id"], said.get("hidden")
        if not isinstance(hidden, bool):
            raise invalid("hidden: has to be true or false")
        known = self.desk.world.comment(number)
        if known is None:
            detail = f"Could not find tweet with id: [{number}]."
            raise Refused(404, detail, "resource-not-found")
        comment, post = known
        if post.account != account:
            words = "You are not the author of the conversation of this Tweet."
            raise Refused(403, words, "not-authorized-for-resource")
        await keep_hidden(self.desk.world, DIALECT, request, comment.id, post, hidden=hidden)
        return JSONResponse({"data": {"hidden": hidden}})

    async def listed(self, request: Request) -> Response:
        """An account's posts, the newest first; an empty list has no data at all."""
        account, asked = self.desk.reader(request), request.query_params
        if request.path_params["id"] != user_id(account):
            return JSONResponse({"errors": [errors.missing("user", request.path_params["id"])]})
        said = asked.get("max_results", "10")
        if not said.isdecimal() or int(said) not in _PAGES:
            raise invalid("The `max_results` query parameter value is not between 5 and 100")
        since, before = _instant(asked.get("start_time")), asked.get("pagination_token", "")
        world = self.desk.world
        posts = [
            post
            for post in world.posts.newest_first(world.now(), account)
            if post.created_at >= since and (not before or int(post.id) < int(before))
        ]
        page = posts[: int(said)]
        meta: dict[str, Any] = {"result_count": len(page)}
        if len(posts) > len(page):
            meta["next_token"] = page[-1].id
        data = [self._shape(post, asked.get("tweet.fields", "")) for post in page]
        return JSONResponse({"data": data, "meta": meta} if data else {"meta": meta})

    async def some(self, request: Request) -> Response:
        """Posts by their numbers; what is not there stands among the errors, with status 200."""
        self.desk.reader(request)
        world, asked = self.desk.world, request.query_params
        numbers = asked.get("ids", "").split(",")
        seen = [world.posts.seen(number, world.now()) for number in numbers]
        there = [self._shape(post, asked.get("tweet.fields", "")) for post in seen if post]
        gone = [
            errors.missing("tweet", number)
            for number, post in zip(numbers, seen, strict=True)
            if post is None
        ]
        return JSONResponse(
            {**({"data": there} if there else {}), **({"errors": gone} if gone else {})}
        )

    def _shape(self, post: Post, fields: str) -> dict[str, Any]:
        value, response = post.value or {}, self.desk.world.response(post)
        crowd = response.favourites + response.reblogs + len(response.comments)
        more: dict[str, Any] = {
            "created_at": post.created_at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "entities": value.get("entities", {}),
            "referenced_tweets": [{"type": "replied_to", "id": post.in_reply_to_id}],
            "public_metrics": {
                "retweet_count": response.reblogs,
                "reply_count": len(response.comments),
                "like_count": response.favourites,
                "quote_count": 0,
                "bookmark_count": 0,
                "impression_count": crowd * _VIEWS_EACH,
            },
        }
        if post.in_reply_to_id is None:
            del more["referenced_tweets"]
        shown = {name: more[name] for name in fields.split(",") if name in more}
        return {"id": post.id, "text": value.get("text", ""), **shown}


def _instant(said: str | None) -> datetime:
    try:
        return datetime.fromisoformat(said) if said else datetime.min.replace(tzinfo=UTC)
    except ValueError as broken:
        raise invalid("start_time: is no ISO 8601 moment") from broken
