"""Posts that lie ready as containers: what Instagram and Threads have in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response as Answer

from simulator.engagement import Response
from simulator.fields import Fields
from simulator.graph import errors
from simulator.graph.desk import Desk, chosen, found
from simulator.graph.errors import Refused
from simulator.graph.insights import insights
from simulator.graph.taking import STORY, Laid, Wanted, failure_of, take, take_film
from simulator.posts import Post
from simulator.rules import Lag

_DAY = timedelta(days=1)
_STORY = (3.0, 60.0)
"""So many seconds a video may last there."""
_LARGEST_PAGE = 100
_USUAL_PAGE = 25


@dataclass(frozen=True)
class Containers(ABC):
    """The endpoints of an account, its containers and its posts."""

    desk: Desk

    dialect: ClassVar[str]
    text_name: ClassVar[str]
    permission: ClassVar[str]
    per_day: ClassVar[int]
    fewest: ClassVar[int]
    most: ClassVar[int]
    """So many pictures a carousel may have."""
    wanted: ClassVar[Wanted]
    seconds: ClassVar[tuple[float, float]]
    """So long a video may last."""

    @abstractmethod
    async def laid(self, request: Request, account: str, fields: Fields) -> Laid:
        """Check what is to become a post; a refusal says what is wrong with it."""

    @abstractmethod
    def metrics(self, response: Response) -> dict[str, Any]:
        """The numbers of a post, by the platform's own names."""

    @abstractmethod
    def permalink(self, post: Post) -> str:
        """The path where a stranger reads a post."""

    @abstractmethod
    def user_id(self, account: str) -> str:
        """The number of an account: always the same."""

    @abstractmethod
    def state_shape(self, state: str, words: str) -> dict[str, Any]:
        """How a container says how it is."""

    def account_of(self, name: str) -> str:
        """What the record calls the account of whoever a token opens."""
        return f"{name}.{self.dialect}"

    def knows(self, node: str) -> bool:
        """Whether a node is ours: an account, a container or a post."""
        posts = self.desk.world.posts
        post = posts.post(node) or posts.draft(node)
        if post is not None:
            return post.dialect == self.dialect
        return self.is_account(node)

    def is_account(self, node: str) -> bool:
        """Whether a node is an account of ours."""
        names = self.desk.world.accounts.values()
        return node in {self.user_id(self.account_of(name)) for name in names}

    async def create(self, request: Request) -> Answer:
        """Make a container; nobody sees it."""
        fields = await self.desk.fields(request)
        account = self._owner(request, fields)
        laid = await self.laid(request, account, fields)
        world = self.desk.world
        container = world.posts.new_id(world.now())
        await self.desk.write(
            request,
            dialect=self.dialect,
            what="drafted",
            account=account,
            id=container,
            text=laid.text,
            media=laid.pictures,
            value=laid.value(),
            in_reply_to_id=laid.answers,
        )
        return found({"id": container})

    async def publish(self, request: Request) -> Answer:
        """Make a post of a container.

        What a second call does to one that is public already, Meta does not say. Here it makes
        a second post, so that nobody comes to rely on anything better.
        """
        fields = await self.desk.fields(request)
        account = self._owner(request, fields)
        container = self._container(account, fields.one("creation_id") or "")
        match self._state(container):
            case "IN_PROGRESS":
                raise errors.coded(9007, 2207027, "The media is not ready to be published")
            case "EXPIRED":
                raise errors.coded(24, 2207008, "The media builder has expired")
            case "ERROR":
                raise errors.coded(-1, 2207032, "The media could not be created")
        world = self.desk.world
        if self._used(account) >= self._quota():
            raise errors.coded(9, 2207042, "You reached the maximum number of posts for a day")
        post_id = world.posts.new_id(world.now())
        lag = world.faults.inner("POST", request.url.path, container.text, Lag)
        await self.desk.write(
            request,
            dialect=self.dialect,
            what="published",
            account=account,
            id=post_id,
            draft=container.id,
            text=container.text,
            media=container.media,
            value=container.value or None,
            in_reply_to_id=container.in_reply_to_id,
            fault=lag.kind if lag else None,
            lag=lag.seconds if isinstance(lag, Lag) else None,
        )
        return found({"id": post_id})

    async def read(self, request: Request) -> Answer:
        """The account, a container or a post, as its owner sees it."""
        fields = await self.desk.fields(request)
        account, node = self._caller(request, fields), request.path_params["node"]
        if node in (self.user_id(account), "me"):
            shape = {"id": self.user_id(account), "username": account, "name": account}
            return found(chosen(shape, fields, ("id",)))
        if self.desk.world.posts.post(node) is not None:
            return found(chosen(self._shape(self._post(account, node)), fields, ("id",)))
        container = self._container(account, node)
        state, failure = self._state(container), (container.value or {}).get("failure")
        words = f"Error: Media upload has failed with error code {failure}" if failure else state
        shape = {"id": node, **self.state_shape(state, words)}
        return found(chosen(shape, fields, ("id",)))

    async def listed(self, request: Request) -> Answer:
        """The account's posts, the newest first, page by page."""
        fields = await self.desk.fields(request)
        account = self._owner(request, fields)
        world = self.desk.world
        return self.page(request, fields, world.posts.of_their_own(world.now(), account))

    def page(self, request: Request, fields: Fields, posts: Iterator[Post]) -> Answer:
        """One page of a list of posts."""
        limit = fields.one("limit") or str(_USUAL_PAGE)
        if not limit.isdecimal() or not 0 < int(limit) <= _LARGEST_PAGE:
            raise errors.bad_parameter("Param limit must be between 1 and 100")
        world, after = self.desk.world, fields.one("after") or ""
        # A story stands in no list of posts.
        posts = (post for post in posts if not post.is_story)
        if after:
            posts = (post for post in posts if int(post.id) < int(after))
        page = list(islice(posts, int(limit) + 1))
        shown = page[: int(limit)]
        body: dict[str, Any] = {
            "data": [chosen(self._shape(post), fields, ("id",)) for post in shown]
        }
        if shown:
            body["paging"] = {"cursors": {"before": shown[0].id, "after": shown[-1].id}}
        if len(page) > len(shown):
            body["paging"]["next"] = f"{world.settings.origin}{request.url.path}?after={after}"
        return found(body)

    async def quota(self, request: Request) -> Answer:
        """How many of a day's posts are used."""
        fields = await self.desk.fields(request)
        account = self._owner(request, fields)
        config = {"quota_total": self._quota(), "quota_duration": 86_400}
        shape = {"id": None, "quota_usage": self._used(account), "config": config}
        return found({"data": [chosen(shape, fields, ("quota_usage",))]})

    async def numbers(self, request: Request) -> Answer:
        """What the audience has done with a post; one unknown metric fails the whole call."""
        fields = await self.desk.fields(request)
        post = self.own(request, fields)
        known = self.metrics(self.desk.world.response(post))
        shown = insights(post.id, fields.one("metric") or "", known)
        # What is not known yet is left out, and is no zero.
        return found({"data": shown if any(known.values()) else []})

    async def delete(self, request: Request) -> Answer:
        """Take a post away."""
        fields = await self.desk.fields(request)
        account = self._caller(request, fields)
        post = self._post(account, request.path_params["node"])
        await self.desk.write(
            request,
            dialect=self.dialect,
            what="deleted",
            account=account,
            id=post.id,
            text=post.text,
        )
        return found({"success": True, "deleted_id": post.id})

    def own(self, request: Request, fields: Fields) -> Post:
        """The caller's post that the path names."""
        return self._post(self._caller(request, fields), request.path_params["node"])

    async def image(
        self, request: Request, account: str, fields: Fields, text: str, *, story: bool = False
    ) -> Laid:
        """Fetch the one picture of a container."""
        wanted = STORY if story else self.wanted
        item = fields.one("is_carousel_item") == "true"
        try:
            picture = await take(self.desk, request, self.dialect, account, fields, wanted)
        except Refused as no:
            if not self.desk.world.settings.container_seconds or "error_subcode" not in no.more:
                raise
            # One that takes its time is answered before the picture has been fetched.
            return Laid(text, item=item, story=story, failure=failure_of(no))
        return Laid(text, (picture,), item=item, story=story)

    async def film(
        self, request: Request, account: str, fields: Fields, text: str, *, story: bool = False
    ) -> Laid:
        """Fetch the video of a container; what is wrong with it only the container tells."""
        address, lasts = fields.one("video_url") or "", _STORY if story else self.seconds
        alt = (fields.one("alt_text") or "")[:1000]
        if not address:
            raise errors.bad_parameter("The parameter video_url is required")
        try:
            film = await take_film(self.desk, request, self.dialect, account, address, lasts, alt)
        except Refused as no:
            return Laid(text, story=story, failure=failure_of(no))
        return Laid(text, (film,), story=story)

    def carousel(self, account: str, fields: Fields, text: str) -> Laid:
        """Put the items of a carousel together."""
        ids = [each for each in (fields.one("children") or "").split(",") if each]
        if not self.fewest <= len(ids) <= self.most:
            said = f"The carousel may have {self.fewest} to {self.most} items"
            raise errors.coded(100, 2207028, said)
        items = [self._container(account, each) for each in ids]
        if not all((item.value or {}).get("item") for item in items):
            raise errors.coded(100, 2207028, "Not every child was made as an item of a carousel")
        failures = [failed for item in items if (failed := (item.value or {}).get("failure"))]
        pictures = tuple(picture for item in items for picture in item.media)
        return Laid(text, pictures, failure=failures[0] if failures else None)

    def _caller(self, request: Request, fields: Fields) -> str:
        return self.account_of(self.desk.name(request, fields))

    def _owner(self, request: Request, fields: Fields) -> str:
        account, node = self._caller(request, fields), request.path_params["node"]
        if node not in (self.user_id(account), "me"):
            raise errors.not_allowed(self.permission)
        return account

    def _container(self, account: str, node: str) -> Post:
        container = self.desk.world.posts.draft(node)
        if container is None or (container.account, container.dialect) != (account, self.dialect):
            raise errors.gone(node)
        return container

    def _post(self, account: str, node: str) -> Post:
        post = self.desk.world.posts.post(node)
        if post is None or post.account != account or post.is_over(self.desk.world.now()):
            raise errors.gone(node)
        return post

    def _state(self, container: Post) -> str:
        world = self.desk.world
        if world.posts.made_of(container.id) is not None:
            return "PUBLISHED"
        age = (world.now() - container.created_at).total_seconds()
        if age >= world.settings.container_life_seconds:
            return "EXPIRED"
        if age < world.settings.container_seconds:
            return "IN_PROGRESS"
        return "ERROR" if (container.value or {}).get("failure") else "FINISHED"

    def _used(self, account: str) -> int:
        world = self.desk.world
        since = world.now() - _DAY
        posts = world.posts.of_their_own(world.now(), account)
        return sum(post.created_at > since for post in posts)

    def _quota(self) -> int:
        return self.desk.world.settings.posts_a_day or self.per_day

    def _shape(self, post: Post) -> dict[str, Any]:
        world = self.desk.world
        return {
            "id": post.id,
            self.text_name: post.text or None,
            "timestamp": instant(post.created_at),
            "permalink": world.settings.origin + self.permalink(post),
            "username": post.account,
            "media_type": _media_type(post),
            "replied_to": {"id": post.in_reply_to_id} if post.in_reply_to_id else None,
        }


def _media_type(post: Post) -> str:
    if any(each.mime == "video/mp4" for each in post.media):
        return "VIDEO"
    return {0: "TEXT_POST", 1: "IMAGE"}.get(len(post.media), "CAROUSEL_ALBUM")


def instant(at: datetime) -> str:
    """A moment as the API writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")
