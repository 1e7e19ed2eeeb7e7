"""The Page: photos that nobody sees yet, posts laid ready or public, and the list of these."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulator.fields import Fields
from simulator.graph import errors
from simulator.graph.desk import (
    DIALECT,
    Desk,
    account_path,
    chosen,
    found,
    page_id,
    page_path,
)
from simulator.graph.insights import insights, of_a_page
from simulator.graph.listing import OfAPage
from simulator.images import recognise
from simulator.posts import Post
from simulator.record import Picture
from simulator.rules import Lag
from simulator.world import World

_MOST_CHARACTERS = 63_206
_MOST_BYTES = 4 * 1024 * 1024
_LARGEST_PAGE = 100
_USUAL_PAGE = 25
_READ, _MANAGE = "pages_read_engagement", "pages_manage_posts"


@dataclass(frozen=True)
class Page:
    """The endpoints of a Page and of its posts."""

    desk: Desk

    async def read(self, request: Request) -> Response:
        """A Page or one of its posts, as its owner sees it."""
        fields = await self.desk.fields(request)
        account, node = self.desk.caller(request, fields), request.path_params["node"]
        if node in (page_id(account), "me"):
            link = self.desk.world.settings.origin + account_path(account)
            shape = {"id": page_id(account), "name": account, "link": link, "is_published": True}
            return found(chosen(shape, fields, ("id", "name")))
        self.desk.demand(request, _READ)
        post = self._post(account, node)
        return found(chosen(self._shape(account, post), fields, ("id", "message", "created_time")))

    async def photo(self, request: Request) -> Response:
        """Take a picture that a post will carry."""
        fields = await self.desk.fields(request)
        account = self._owner(request, fields, _MANAGE)
        content = fields.file("source")
        kind = recognise(content) if content else None
        if content is None or kind is None:
            raise errors.bad_parameter("Missing or invalid image file")
        if len(content) > _MOST_BYTES:
            message = "Your photos couldn't be uploaded. Photos should be smaller than 4 MB."
            raise errors.Refused(
                100, message, error_subcode=1366046, error_user_msg="The photo is too big"
            )
        if fields.one("published") != "false":
            raise errors.bad_parameter("The simulator takes unpublished photos only")
        world = self.desk.world
        picture = Picture(
            id=world.posts.new_id(world.now()),
            digest=await world.keep_picture(content, kind.mime),
            mime=kind.mime,
            width=kind.width,
            height=kind.height,
            alt=fields.one("alt_text_custom") or "",
        )
        await self.desk.write(
            request, what="uploaded", account=account, id=picture.id, media=(picture,)
        )
        return found({"id": picture.id})

    async def feed(self, request: Request) -> Response:
        """Make a post, public at once or laid ready."""
        fields = await self.desk.fields(request)
        account = self._owner(request, fields, _MANAGE)
        pictures = self._attached(account, fields.one("attached_media"))
        text = fields.one("message") or ""
        link = fields.one("link")
        if not (text.strip() or link or pictures):
            raise errors.bad_parameter("You must provide a message, a link or attached media")
        if len(text) > _MOST_CHARACTERS:
            raise errors.bad_parameter("The message is too long; it has too many characters")
        world = self.desk.world
        post_id = world.posts.new_id(world.now())
        value = {"link": link} if link else None
        if fields.one("published") == "false":
            await self.desk.write(
                request,
                what="drafted",
                account=account,
                id=post_id,
                text=text,
                media=pictures,
                value=value,
            )
        else:
            draft = Post(post_id, DIALECT, account, text, text, world.now(), world.now())
            await self._publish(request, replace(draft, media=pictures, value=value))
        return found({"id": _node(account, post_id)})

    async def change(self, request: Request) -> Response:
        """Publish what lies ready, or change the words of a post."""
        fields = await self.desk.fields(request)
        account, node = self.desk.caller(request, fields), request.path_params["node"]
        self.desk.demand(request, _MANAGE)
        post = self._post(account, node)
        standing = self.desk.world.posts.post(post.id)
        message, publish = fields.one("message"), fields.one("is_published")
        if publish is not None and publish != "true":
            raise errors.bad_parameter("A published post cannot be unpublished")
        if message is not None:
            post = replace(post, text=message)
        if standing is None and publish:
            await self._publish(request, post)
        elif standing is None:
            raise errors.bad_parameter("The simulator changes published posts only")
        elif message is not None:
            await self.desk.write(
                request,
                what="edited",
                account=account,
                id=post.id,
                text=message,
                media=post.media,
                value=post.value,
            )
        else:
            await self.desk.write(
                request, what="replayed", account=account, id=post.id, text=post.text
            )
        return found({"success": True})

    async def delete(self, request: Request) -> Response:
        """Take a post away, public or not."""
        fields = await self.desk.fields(request)
        account, node = self.desk.caller(request, fields), request.path_params["node"]
        self.desk.demand(request, _MANAGE)
        post = self._post(account, node)
        public = self.desk.world.posts.post(post.id) is not None
        await self.desk.write(
            request,
            what="deleted" if public else "discarded",
            account=account,
            id=post.id,
            text=post.text,
        )
        return found({"success": True})

    async def published(self, request: Request) -> Response:
        """The Page's public posts, the newest first."""
        fields = await self.desk.fields(request)
        account = self._owner(request, fields, _READ)
        since, after = fields.one("since") or "0", fields.one("after") or ""
        limit = fields.one("limit") or str(_USUAL_PAGE)
        if not (since.isdecimal() and limit.isdecimal() and 1 <= int(limit) <= _LARGEST_PAGE):
            raise errors.bad_parameter("since and limit must be numbers, limit at most 100")
        world = self.desk.world
        posts = (
            post
            for post in world.posts.of_their_own(world.now(), account)
            if post.created_at.timestamp() >= int(since)
            and (not after.isdecimal() or post.created_at.timestamp() < _before(after, world))
        )
        page = list(islice(posts, int(limit) + 1))
        shown = page[: int(limit)]
        usual = ("id", "message", "created_time")
        body: dict[str, Any] = {
            "data": [chosen(self._shape(account, post), fields, usual) for post in shown]
        }
        if shown:
            body["paging"] = {"cursors": {"before": shown[0].id, "after": shown[-1].id}}
        if len(page) > len(shown):
            body["paging"]["next"] = (
                f"{world.settings.origin}{request.url.path}?after={shown[-1].id}"
            )
        return found(body)

    async def scheduled(self, request: Request) -> Response:
        """The posts that wait at the platform for a time of their own; ours wait with us."""
        fields = await self.desk.fields(request)
        self._owner(request, fields, _MANAGE)
        return found({"data": []})

    async def numbers(self, request: Request) -> Response:
        """What the audience has done with a post; one unknown metric fails the whole call."""
        fields = await self.desk.fields(request)
        account, node = self.desk.caller(request, fields), request.path_params["node"]
        post = self._post(account, node)
        response = self.desk.world.response(post)
        return found({"data": insights(node, fields.one("metric") or "", of_a_page(response))})

    async def attachments(self, request: Request) -> Response:
        """What hangs on a post, asked for by itself."""
        fields = await self.desk.fields(request)
        account, node = self.desk.caller(request, fields), request.path_params["node"]
        shape = self._shape(account, self._post(account, node))
        return found(shape["attachments"] or {"data": []})

    async def comments(self, request: Request) -> Response:
        """What people have written beneath a post."""
        fields = await self.desk.fields(request)
        account, node = self.desk.caller(request, fields), request.path_params["node"]
        post = self._post(account, node)
        return await OfAPage(self.desk).listed(request, fields, account, post)

    async def unknown(self, request: Request) -> Response:
        """Whatever else is asked for."""
        edge = request.path_params["path"].rpartition("/")[2]
        raise errors.Refused(2500, f"Unknown path components: /{edge}")

    def _owner(self, request: Request, fields: Fields, permission: str) -> str:
        account, node = self.desk.caller(request, fields), request.path_params["node"]
        self.desk.demand(request, permission)
        if node not in (page_id(account), "me"):
            raise errors.not_allowed("pages_manage_posts")
        return account

    def _post(self, account: str, node: str) -> Post:
        page, _, post_id = node.partition("_")
        posts = self.desk.world.posts
        post = posts.post(post_id) or posts.draft(post_id)
        if page != page_id(account) or post is None or post.account != account:
            raise errors.gone(node)
        return post

    async def _publish(self, request: Request, post: Post) -> None:
        lag = self.desk.world.faults.inner("POST", request.url.path, post.text, Lag)
        await self.desk.write(
            request,
            what="published",
            account=post.account,
            id=post.id,
            text=post.text,
            media=post.media,
            value=post.value,
            fault=lag.kind if lag else None,
            lag=lag.seconds if isinstance(lag, Lag) else None,
        )

    def _attached(self, account: str, said: str | None) -> tuple[Picture, ...]:
        if said is None:
            return ()
        try:
            ids = [str(each["media_fbid"]) for each in json.loads(said)]
        except (ValueError, KeyError, TypeError) as broken:
            raise errors.bad_parameter("Param attached_media must be an array") from broken
        uploads = [self.desk.world.posts.upload(media_id) for media_id in ids]
        pictures = [each.picture for each in uploads if each and each.account == account]
        if len(pictures) != len(ids):
            raise errors.bad_parameter("Photos in attached_media do not exist")
        return tuple(pictures)

    def _shape(self, account: str, post: Post) -> dict[str, Any]:
        world = self.desk.world
        public = world.posts.seen(post.id, world.now()) is not None
        response = world.response(post)
        link = (post.value or {}).get("link")
        photos = [{"type": "photo", "description": picture.alt} for picture in post.media]
        album = [{"type": "album", "subattachments": {"data": photos}}]
        shared = [{"type": "share", "url": link}] if link else []
        attached = (album if len(photos) > 1 else photos) or shared
        if (post.value or {}).get("film"):
            attached = [{"type": "video_inline"}]
        return {
            "id": _node(account, post.id),
            "message": post.text or None,
            "created_time": _instant(post.created_at),
            "is_published": public,
            "permalink_url": f"{world.settings.origin}{page_path(post)}",
            "attachments": {"data": attached} if attached else None,
            "shares": {"count": response.reblogs} if response.reblogs else None,
            "comments": {"data": [], "summary": {"total_count": len(response.comments)}},
            "reactions": {"data": [], "summary": {"total_count": response.favourites}},
        }


def _node(account: str, post_id: str) -> str:
    return f"{page_id(account)}_{post_id}"


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def _before(after: str, world: World) -> float:
    post = world.posts.post(after)
    return post.created_at.timestamp() if post else 0.0
