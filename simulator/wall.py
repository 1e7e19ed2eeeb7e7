"""What a person sees: the wall of all posts, one account's posts, and one post."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from simulator.bluesky import names as bluesky
from simulator.graph import desk as facebook
from simulator.graph import instagram, threads
from simulator.graph.codes import id_of
from simulator.linkedin import desk as linkedin
from simulator.mastodon import shapes as mastodon
from simulator.matrix import names as matrix
from simulator.posts import Post
from simulator.remarks import Line
from simulator.telegram import desk as telegram
from simulator.text import as_html
from simulator.wordpress import names as wordpress
from simulator.wordpress.shapes import words
from simulator.words import language_for, translations
from simulator.world import World
from simulator.x import desk as x

_FOLDER = Path(__file__).parent
_MOST_POSTS = 60
_HUES = 8
_PLACES = {
    "bluesky": bluesky,
    "facebook": facebook,
    "instagram": instagram,
    "linkedin": linkedin,
    "matrix": matrix,
    "telegram": telegram,
    "threads": threads,
    "wordpress": wordpress,
    "x": x,
}
_NAMES = {"wordpress": "WordPress"}
# Demo pages on the same machine may show the wall beside themselves; nobody else may frame it.
_POLICY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; script-src 'self';"
    " connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self' http://127.0.0.1:* http://localhost:*"
)


def environment() -> Environment:
    """Templates that escape everything and stop at a misspelled name."""
    return Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True)
class Wall:
    """The pages."""

    world: World
    templates: Environment

    def routes(self) -> list[Route | Mount]:
        """Which path leads where."""
        return [
            Route("/", self.whole),
            Route("/wall/posts", self.posts),
            Route(mastodon.BASE + "/@{account}", self.account),
            Route(mastodon.BASE + "/@{account}/{id}", self.post),
            Route(bluesky.BASE + "/profile/{account}", self.account),
            Route("/facebook/{account}", self.account),
            Route("/facebook/{account}/posts/{id}", self.post),
            Route(linkedin.BASE + "/company/{account}", self.account),
            Route(x.BASE + "/{account}", self.account),
            Route(x.BASE + "/{account}/status/{id}", self.post),
            Route(telegram.BASE + "/t.me/{account}", self.account),
            Route(telegram.BASE + "/t.me/{account}/{number:int}", self.message),
            Route(linkedin.BASE + "/feed/update/urn:li:share:{id}/", self.post),
            Route("/instagram/{account}", self.account),
            Route("/instagram/p/{code}/", self.coded_post),
            Route("/instagram/stories/{account}/{code}/", self.coded_post),
            Route("/threads/@{account}", self.account),
            Route("/threads/@{account}/post/{code}", self.coded_post),
            Route(bluesky.BASE + "/profile/{account}/post/{key}", self.profile_post),
            Route(wordpress.BASE + "/author/{user}/", self.author),
            Route(wordpress.BASE + "/{slug}/", self.site_post),
            Route(matrix.BASE + "/room/{account}", self.account),
            Route(matrix.BASE + "/room/{account}/{id}", self.post),
            Mount("/static", StaticFiles(directory=_FOLDER / "static")),
        ]

    async def whole(self, request: Request) -> Response:
        """Every account's posts, the newest first."""
        return self._page(request, "wall.html", posts=self._newest(), account=None)

    async def account(self, request: Request) -> Response:
        """One account's posts."""
        name = request.path_params["account"]
        if name not in self.world.known_names():
            return self._page(request, "missing.html", status=404)
        return self._page(request, "wall.html", posts=self._newest(name), account=name)

    async def profile_post(self, request: Request) -> Response:
        """One Bluesky post."""
        account, key = request.path_params["account"], request.path_params["key"]
        keyed = self.world.posts.keyed(account, key)
        seen = self.world.posts.seen(keyed.id, self.world.now()) if keyed else None
        return self._one(request, seen)

    async def message(self, request: Request) -> Response:
        """One Telegram message, by its number in its channel."""
        account, number = request.path_params["account"], request.path_params["number"]
        posts = self.world.posts.newest_first(self.world.now(), account)
        return self._one(
            request, next((post for post in posts if number in telegram.numbers_of(post)), None)
        )

    async def author(self, request: Request) -> Response:
        """What one user of the site has published."""
        name = wordpress.account_of(request.path_params["user"])
        return self._page(request, "wall.html", posts=self._newest(name), account=name)

    async def site_post(self, request: Request) -> Response:
        """One post of the site, which tells programs where its API is."""
        written = self.world.site.placed(request.path_params["slug"])
        seen = self.world.posts.seen(written.id, self.world.now()) if written else None
        return self._one(request, seen, api=self._public(f"{wordpress.INDEX}/"))

    async def coded_post(self, request: Request) -> Response:
        """One post of Instagram's or Threads', under the code that stands for its id."""
        post = self.world.posts.seen(id_of(request.path_params["code"]), self.world.now())
        return self._one(request, post)

    async def posts(self, request: Request) -> Response:
        """The posts alone, for the page that is already open."""
        posts = self._newest(request.query_params.get("account"))
        response = self._page(request, "posts.html", posts=posts)
        tag = f'"{hashlib.sha256(bytes(response.body)).hexdigest()[:32]}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        response.headers["ETag"] = tag
        return response

    async def post(self, request: Request) -> Response:
        """One post, readable to a stranger and to programs that read Open Graph."""
        post = self.world.posts.seen(request.path_params["id"], self.world.now())
        is_there = post is not None and _places(post).page_path(post) == request.url.path
        return self._one(request, post if is_there else None)

    def _one(self, request: Request, post: Post | None, api: str = "") -> Response:
        if post is None:
            return self._page(request, "missing.html", status=404)
        shown = self._shown(post)
        return self._page(
            request,
            "post.html",
            post=shown,
            url=self._public(_places(post).page_path(post)),
            api=api,
        )

    def _page(
        self, request: Request, template: str, *, status: int = 200, **values: Any
    ) -> HTMLResponse:
        language = language_for(request.headers.get("accept-language", ""))
        words = translations(language)
        zone = ZoneInfo(self.world.settings.zone)
        html = self.templates.get_template(template).render(
            _=words.gettext,
            ngettext=words.ngettext,
            language=language,
            clock=lambda at: format_datetime(
                at, "d MMM HH:mm:ss", tzinfo=zone, locale="sv" if language == "sv" else "en_GB"
            ),
            **values,
        )
        headers = {
            "Content-Security-Policy": _POLICY,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Vary": "Accept-Language",
        }
        return HTMLResponse(html, status, headers)

    def _newest(self, account: str | None = None) -> list[dict[str, Any]]:
        now, pinned = self.world.now(), self.world.moderation.pinned(account or "")
        first = [post for each in pinned if (post := self.world.posts.seen(each, now))]
        rest = (
            post for post in self.world.posts.newest_first(now, account) if post.id not in pinned
        )
        return [self._shown(post) for post in islice(chain(first, rest), _MOST_POSTS)]

    def _shown(self, post: Post) -> dict[str, Any]:
        response, lines = self.world.response(post), self.world.shown(post)
        return {
            "id": post.id,
            "dialect": _NAMES.get(post.dialect, post.dialect.capitalize()),
            "account": post.account,
            "account_path": _places(post).account_path(post.account),
            "hue": hashlib.sha256(post.account.encode()).digest()[0] % _HUES,
            "path": _places(post).page_path(post),
            "text": post.text,
            "language": post.language or "sv",
            # The text was escaped piece by piece; only our own tags are in it.
            "html": Markup(as_html(_read(post), self.world.settings.origin + mastodon.BASE)),  # noqa: S704
            "at": post.created_at,
            "edited": post.edited_at is not None,
            "pinned": post.id in self.world.moderation.pinned(post.account),
            "is_story": post.is_story,
            "is_reply": post.in_reply_to_id is not None,
            "pictures": [
                {
                    "path": mastodon.media_path(picture),
                    "url": self._public(mastodon.media_path(picture)),
                    "alt": picture.alt,
                    "moves": picture.mime == "video/mp4",
                    "width": picture.width,
                    "height": picture.height,
                }
                for picture in post.media
            ],
            "counts": {
                "replies": len(lines),
                "boosts": response.reblogs,
                "favourites": response.favourites,
            },
            "comments": [
                {"name": line.name, "text": line.text, "own": line.answer is not None}
                for line in _with_answers(lines)
            ],
        }

    def _public(self, path: str) -> str:
        return self.world.settings.origin + path


def _places(post: Post) -> ModuleType:
    """What knows where a post of this dialect is read."""
    return _PLACES.get(post.dialect, mastodon)


def _read(post: Post) -> str:
    """The words as they are read: a title above them, and a link that is shown as a card."""
    more = post.value or {}
    title, link = words(more.get("title", "")), more.get("link") or ""
    parts = [title, post.text, "" if link in post.text else link]
    return "\n\n".join(part for part in parts if part)


def _with_answers(lines: list[Line]) -> list[Line]:
    """What stands beneath a post, each comment followed by what was answered to it."""
    ids = {line.id for line in lines}
    first = [line for line in lines if line.parent not in ids]
    return [each for line in first for each in (line, *_beneath(line, lines))]


def _beneath(above: Line, lines: list[Line]) -> Iterator[Line]:
    for line in lines:
        if line.parent == above.id:
            yield line
            yield from _beneath(line, lines)
