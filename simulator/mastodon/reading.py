"""Reading what is public: the server, accounts, posts, timelines and conversations."""

from dataclasses import dataclass
from itertools import islice

from starlette.requests import Request
from starlette.responses import Response

from simulator.mastodon import refusals
from simulator.mastodon.desk import Desk, found
from simulator.mastodon.refusals import Refused
from simulator.mastodon.shapes import Shape
from simulator.posts import Post

_PAGE = 20
_LARGEST_PAGE = 40
_SHOWN_TO_STRANGERS = 60


@dataclass(frozen=True)
class Reading:
    """The endpoints that change nothing."""

    desk: Desk

    async def instance(self, _request: Request) -> Response:
        """The server's limits."""
        return found(self.desk.shapes.instance())

    async def older_instance(self, _request: Request) -> Response:
        """The same for clients of the first version, which ask for the server's version here."""
        return found(self.desk.shapes.older_instance())

    async def own_account(self, request: Request) -> Response:
        """Whose token this is."""
        return found(self.desk.shapes.own_account(self.desk.caller(request)))

    async def lookup(self, request: Request) -> Response:
        """The account with a name."""
        name = request.query_params.get("acct", "").removeprefix("@").partition("@")[0]
        if name not in self.desk.world.known_names():
            raise Refused(404, refusals.NOT_FOUND)
        return found(self.desk.shapes.account(name))

    async def account(self, request: Request) -> Response:
        """The account with an id."""
        return found(self.desk.shapes.account(self.desk.name_of(request.path_params["id"])))

    async def timeline(self, request: Request) -> Response:
        """An account's posts, the newest first, cut as the paging parameters say."""
        name = self.desk.name_of(request.path_params["id"])
        page = self._page(request, name)
        response = found([self.desk.shapes.status(post) for post in page])
        if page:
            here = self.desk.world.settings.origin + request.url.path
            response.headers["Link"] = (
                f'<{here}?max_id={page[-1].id}>; rel="next",'
                f' <{here}?min_id={page[0].id}>; rel="prev"'
            )
        return response

    def _page(self, request: Request, name: str) -> list[Post]:
        asked = request.query_params
        limit = max(1, min(_number(asked.get("limit")) or _PAGE, _LARGEST_PAGE))
        newest = _number(asked.get("max_id"))
        since, least = _number(asked.get("since_id")), _number(asked.get("min_id"))
        posts = (
            post
            for post in self.desk.world.posts.newest_first(self.desk.world.now(), name)
            if (newest is None or int(post.id) < newest)
            and int(post.id) > max(since or 0, least or 0)
            and not (asked.get("exclude_replies") == "true" and post.in_reply_to_id)
        )
        if least is not None:
            # min_id asks for the page right above it, since_id for the newest page.
            return list(posts)[-limit:]
        return list(islice(posts, limit))

    async def status(self, request: Request) -> Response:
        """One post, or one made-up comment."""
        if commented := self.desk.world.comment(request.path_params["id"]):
            return found(self.desk.shapes.comment(*commented))
        return found(self.desk.shapes.status(self.desk.seen_post(request)))

    async def source(self, request: Request) -> Response:
        """The text of an own post as it was written."""
        post = self.desk.own_post(request)
        return found({"id": post.id, "text": post.text, "spoiler_text": ""})

    async def context(self, request: Request) -> Response:
        """What is above and beneath a post in its conversation."""
        wanted = request.path_params["id"]
        if commented := self.desk.world.comment(wanted):
            root = commented[1]
        else:
            root = self.desk.seen_post(request)
        beneath = self._beneath(root)
        if commented:
            own = [shape for shape in beneath if shape["in_reply_to_id"] == wanted]
            return found({"ancestors": [self.desk.shapes.status(root)], "descendants": own})
        if not self._is_known(request):
            beneath = beneath[:_SHOWN_TO_STRANGERS]
        return found({"ancestors": self._above(root), "descendants": beneath})

    def _is_known(self, request: Request) -> bool:
        token = request.headers.get("authorization", "").partition(" ")[2]
        return token in self.desk.world.accounts

    def _beneath(self, post: Post) -> list[Shape]:
        shapes = self.desk.shapes
        return [
            shapes.status(line.answer) if line.answer else shapes.comment(line, post)
            for line in self.desk.world.thread(post)
        ]

    def _above(self, post: Post) -> list[Shape]:
        above: list[Shape] = []
        parent_id = post.in_reply_to_id
        while parent_id is not None:
            if commented := self.desk.world.comment(parent_id):
                above.append(self.desk.shapes.comment(*commented))
                parent_id = commented[1].id
                continue
            parent = self.desk.world.posts.seen(parent_id, self.desk.world.now())
            if parent is None:
                break
            above.append(self.desk.shapes.status(parent))
            parent_id = parent.in_reply_to_id
        return above[::-1]


def _number(given: str | None) -> int | None:
    return int(given) if given and given.isdecimal() else None
