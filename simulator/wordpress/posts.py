"""Posts: drafts that no stranger sees, what is public, and the trash."""

import re
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulator.deeds import keep_pinned
from simulator.record import Picture
from simulator.rules import Lag
from simulator.wordpress import errors, shapes
from simulator.wordpress.desk import Desk, chosen, found
from simulator.wordpress.errors import Refused
from simulator.wordpress.names import API, DIALECT
from simulator.wordpress.shelf import Written

_PUBLIC, _TRASH = "publish", "trash"
_STATUSES = ("publish", "future", "draft", "pending", "private")
_TRASHED = "__trashed"


@dataclass(frozen=True)
class Posts:
    """The endpoints of posts, and of the user who writes them."""

    desk: Desk

    async def me(self, request: Request) -> Response:
        """Whose name and password the request carries."""
        account = self.desk.caller(request)
        if account is None:
            raise Refused(401, "rest_not_logged_in", "You are not currently logged in.")
        return found(chosen(request, shapes.user(self.desk.world, account)))

    async def listed(self, request: Request) -> Response:
        """The posts that were asked for, as far as the caller may see them."""
        account, query = self.desk.caller(request), request.query_params
        status = query.get("status", _PUBLIC)
        if account is None and status != _PUBLIC:
            raise errors.hidden_status()
        if account is None and query.get("context") == "edit":
            raise errors.stranger("rest_forbidden_context", "edit posts in this post type")
        posts = sorted(
            (post for post in self.desk.world.site.posts() if _asked_for(post, status, query)),
            key=lambda post: post.at,
            reverse=True,
        )
        seen = [post for post in posts if post.status == _PUBLIC or post.account == account]
        return self.desk.page(request, [self._shape(post, account) for post in seen], len(posts))

    async def create(self, request: Request) -> Response:
        """Make a post; without a status it is a draft."""
        account, asked = self.desk.caller(request), await self.desk.asked(request)
        if account is None:
            raise errors.stranger("rest_cannot_create", "create posts as this user")
        if not (_text(asked, "title") or _text(asked, "content")):
            raise Refused(400, "empty_content", "Content, title, and excerpt are empty.")
        world = self.desk.world
        new = world.posts.new_id(world.now())
        empty = Written(new, account, "draft", "", "", "", 0, world.now())
        made = self._changed(empty, asked)
        await self._keep(request, None, made, status=201)
        answer = self._chosen(request, made, account, 201)
        answer.headers["Location"] = f"{world.settings.origin}{API}/posts/{new}"
        return answer

    async def read(self, request: Request) -> Response:
        """One post; what is not public its owner alone sees."""
        account, post = self.desk.caller(request), self._known(request)
        own = post.account == account
        if request.query_params.get("context") == "edit" and not own:
            raise self._not_yours(account, "rest_forbidden_context", "edit this post")
        if post.status != _PUBLIC and not own:
            raise self._not_yours(account, "rest_forbidden", "do that")
        return self._chosen(request, post, account)

    async def change(self, request: Request) -> Response:
        """Write into a post, or publish it, also out of the trash."""
        account, asked = self.desk.caller(request), await self.desk.asked(request)
        post = self._known(request)
        if post.account != account:
            raise self._not_yours(account, "rest_cannot_edit", "edit this post")
        sticky = asked.get("sticky")
        made = self._changed(post, asked)
        if made != post or sticky is None:
            await self._keep(request, post, made)
        public = self.desk.world.posts.post(post.id)
        if sticky is not None and public is not None:
            await keep_pinned(self.desk.world, DIALECT, request, public, pinned=bool(sticky))
        return self._chosen(request, made, account)

    async def delete(self, request: Request) -> Response:
        """Throw a post into the trash, or away for good."""
        account, asked = self.desk.caller(request), await self.desk.asked(request)
        post = self._known(request)
        if post.account != account:
            raise self._not_yours(account, "rest_cannot_delete", "delete this post")
        force = asked.get("force") in (True, "true", "1")
        if post.status == _TRASH and not force:
            message = "The post has already been deleted."
            raise Refused(410, "rest_already_trashed", message)
        gone = replace(post, status=_TRASH, slug=post.slug + _TRASHED)
        what = {_PUBLIC: "deleted", _TRASH: "purged"}
        await self.desk.write(
            request,
            what=what.get(post.status, "discarded"),
            account=post.account,
            id=post.id,
            text=shapes.words(post.content),
            value=None if force else gone.value,
        )
        if force:
            previous = self._shape(post, account)
            return found(chosen(request, {"deleted": True, "previous": previous}))
        return self._chosen(request, gone, account)

    async def comments(self, request: Request) -> Response:
        """What readers have written beneath a post; a post that is not there has none."""
        world, asked = self.desk.world, request.query_params.get("post", "")
        post, shown = world.site.post(asked), world.posts.seen(asked, world.now())
        if post is not None and shown is None:
            raise errors.stranger("rest_cannot_read_post", "read the post for this comment")
        comments, parent = (
            shapes.comments(world, shown) if shown else [],
            _number(request, "parent"),
        )
        beneath = [each for each in comments if parent in (None, each["parent"])]
        return self.desk.page(request, beneath)

    def _known(self, request: Request) -> Written:
        post = self.desk.world.site.post(str(request.path_params["id"]))
        if post is None:
            raise errors.gone()
        return post

    def _changed(self, post: Written, asked: dict[str, Any]) -> Written:
        """The post as it will be. What the site does not know it leaves out, and says nothing."""
        site, was = self.desk.world.site, post.status
        status = asked.get("status", was)
        if status not in (*_STATUSES, was):
            raise errors.bad_parameter("status", f"status is not one of {', '.join(_STATUSES)}.")
        slug = asked.get("slug", post.slug)
        if was == _TRASH != status:
            slug = slug.removesuffix(_TRASHED)
        title = post.title if "title" not in asked else _text(asked, "title")
        if status == _PUBLIC and not slug:
            slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or post.id
        if slug and (status == _PUBLIC or "status" in asked):
            slug = site.slug_for(slug, post.id)
        featured = asked.get("featured_media", post.featured)
        return replace(
            post,
            status=status,
            slug=slug,
            title=title,
            content=post.content if "content" not in asked else _text(asked, "content"),
            featured=int(featured) if site.medium(str(featured)) else 0,
        )

    async def _keep(
        self, request: Request, was: Written | None, post: Written, status: int = 200
    ) -> None:
        """Write down what became of a post: what readers see of it is what counts."""
        if post.status != _PUBLIC:
            what = "drafted" if was is None or was.status != _PUBLIC else "deleted"
        elif was is None or was.status != _PUBLIC:
            what = "published"
        else:
            what = "edited" if post != was else "replayed"
        text = shapes.words(post.content)
        lag = None
        if what == "published":
            lag = self.desk.world.faults.inner("POST", request.url.path, text, Lag)
        await self.desk.write(
            request,
            status=status,
            what=what,
            account=post.account,
            id=post.id,
            text=text,
            media=self._pictures(post),
            value=post.value,
            fault=lag.kind if lag else None,
            lag=lag.seconds if isinstance(lag, Lag) else None,
        )

    def _pictures(self, post: Written) -> tuple[Picture, ...]:
        media = (self.desk.world.site.medium(each) for each in post.shows)
        return tuple(medium.picture for medium in media if medium is not None)

    def _shape(self, post: Written, account: str | None) -> dict[str, Any]:
        return shapes.post(self.desk.world, post, owned=post.account == account)

    def _chosen(
        self, request: Request, post: Written, account: str | None, status: int = 200
    ) -> Response:
        return found(chosen(request, self._shape(post, account)), status)

    def _not_yours(self, account: str | None, code: str, what: str) -> Refused:
        no = errors.stranger(code, what)
        no.status = 401 if account is None else 403
        return no


def _number(request: Request, name: str) -> int | None:
    said = request.query_params.get(name, "")
    return int(said) if said.isdecimal() else None


def _asked_for(post: Written, status: str, query: Any) -> bool:
    """Whether a post is in the list: any status is every one but the trash."""
    slugs, ids = query.get("slug"), query.get("include")
    return (
        (post.status != _TRASH if status == "any" else post.status in status.split(","))
        and (slugs is None or post.slug in slugs.split(","))
        and (ids is None or post.id in ids.split(","))
        and query.get("author") in (None, str(shapes.author_id(post.account)))
    )


def _text(asked: dict[str, Any], name: str) -> str:
    said = asked.get(name, "")
    return str(said.get("raw", "") if isinstance(said, dict) else said)
