"""Pure rendering: published posts in, the bytes of the newsroom's files out."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from markupsafe import Markup

from services.kit.languages import LANGUAGES, Language, language
from services.kit.templates import templates
from services.publisher.channels.newsroom import alerts, feeds
from services.publisher.channels.newsroom.alerts import Mirrored
from services.publisher.channels.newsroom.items import (
    Item,
    film_path,
    language_of,
    mark,
    picture_path,
)
from services.publisher.channels.prose import excerpt, legible, paragraphs, web_address

PER_PAGE = 20
"""Posts on one page of the list."""

_HERE = Path(__file__).parent
_LOCALE = _HERE.parents[1] / "locale"
_STATIC = ("style.css", "icon.svg")
_EXCERPT = 260


class Site:
    """How one newsroom looks. Asked twice about the same posts, it gives the same bytes."""

    def __init__(
        self,
        title: str,
        public_url: str,
        language_code: str = "sv",
        zone: str = "Europe/Stockholm",
        series: Mapping[str, str] | None = None,
    ) -> None:
        self.title = legible(title)
        self.public_url = public_url.rstrip("/")
        self.language = language_code
        self._zone = ZoneInfo(zone)
        self._series = dict(series or {})
        self._zone_name = zone
        self._templates = templates(_HERE / "templates")

    @cached_property
    def stamp(self) -> str:
        """Name this look: another stamp means that every page has to be drawn anew."""
        look = hashlib.sha256()
        for path in sorted(
            [*(_HERE / "templates").iterdir(), *_HERE.glob("*.py"), *_LOCALE.glob("*.po")]
        ):
            look.update(path.read_bytes())
        settings = [self.title, self.public_url, self.language, self._zone_name, self._series]
        look.update(json.dumps(settings, sort_keys=True).encode())
        return look.hexdigest()

    def address(self, slug: str) -> str:
        """Give the public address of a post."""
        return f"{self.public_url}/{slug}/"

    def post(self, item: Item) -> dict[str, bytes]:
        """Draw the page of one post."""
        page = self._page("post.html", "../", language_of(item, self.language), item=item)
        return {page_file(item.slug): page}

    def gone(self, slug: str) -> dict[str, bytes]:
        """Draw what stands where a post has been taken back."""
        return {gone_file(slug): self._page("gone.html", "../", self.language)}

    def front(self, shown: Sequence[Item], older: int | None) -> dict[str, bytes]:
        """Draw the first page, newest first; `older` is the number of the page behind it."""
        page = self._page("list.html", "./", self.language, items=shown, older=older, newer=None)
        return {"index.html": page}

    def earlier(self, number: int, shown: Sequence[Item], *, last: bool) -> dict[str, bytes]:
        """Draw one page of earlier posts, newest first. Page 1 holds the oldest, for ever."""
        page = self._page(
            "list.html",
            "../../",
            self.language,
            items=shown,
            number=number,
            older=number - 1 or None,
            newer="../../" if last else f"../../pages/{number + 1}/",
        )
        return {f"pages/{number}/index.html": page}

    @property
    def speech(self) -> Language:
        """What the newsroom says of itself, in its own language."""
        return _language(self.language, self.language)

    def alerts(self, standing: Sequence[Mirrored]) -> dict[str, bytes]:
        """Draw what stands on top of every page; nothing where no alert is on."""
        made = self._page("alerts.html", "", self.language, alerts=standing, labels=alerts.LABELS)
        return {alerts.FILE: made if standing else b""}

    def feeds(self, shown: Sequence[Item], said: Sequence[Mirrored] = ()) -> dict[str, bytes]:
        """Draw the feeds of the newest posts and bulletins, newest first."""
        atom = self._templates.get_template("atom.xml").render(
            site=self,
            items=shown,
            id=feeds.feed_id(self.public_url),
            updated=feeds.updated(shown, said),
            alerts=said,
            heading=lambda word: alerts.heading(word, self.speech),
            said=lambda word: alerts.body(word, self.speech),
            body=self.body,
            tag=language_of,
            entry_id=feeds.entry_id,
            film_path=film_path,
            moment=feeds.moment,
            changed=feeds.changed,
            series=self.series,
        )
        return {"atom.xml": atom.encode(), "feed.json": feeds.json_feed(self, shown, said)}

    def static(self) -> dict[str, bytes]:
        """Give what looks the same whatever is published."""
        return {name: (_HERE / name).read_bytes() for name in _STATIC}

    def missing(self) -> bytes:
        """Draw what stands at an address where nothing is."""
        # Its address can be of any depth, so its links begin at the root.
        root = f"{urlsplit(self.public_url).path}/"
        return self._page("missing.html", root, self.language)

    def body(self, item: Item, root: str) -> Markup:
        """Give a post's text, link and pictures as an HTML fragment."""
        made: Any = self._templates.get_template("body.html").module
        link = web_address(item.content.link)
        if link is not None and link in item.content.text:
            link = None
        fragment: Markup = made.body(
            paragraphs(item.content.text),
            link,
            item.content.pictures,
            item.content.video,
            root,
            picture_path,
            film_path,
            self._said_in(item),
        )
        return fragment

    def series(self, item: Item) -> str | None:
        """Give the name of a post's series as people write it."""
        if item.series is None:
            return None
        return self._series.get(item.series) or item.series.replace("-", " ").capitalize()

    def _page(self, template: str, root: str, lang: str, **given: Any) -> bytes:
        words = _language(lang, self.language)
        return (
            self._templates.get_template(template)
            .render(
                site=self,
                root=root,
                lang=lang,
                words=words.code,
                _=words,
                tag=language_of,
                body=self.body,
                excerpt=lambda item: excerpt(item.content.text, _EXCERPT),
                mark=mark,
                moment=feeds.moment,
                picture_path=picture_path,
                series=self.series,
                alerts_here=alerts.place(self.public_url),
                when=lambda at: self._when(at, words),
                **given,
            )
            .encode()
        )

    def _when(self, at: datetime, words: Language) -> str:
        return format_datetime(at, words("d MMMM y, HH:mm"), tzinfo=self._zone, locale=words.code)

    def _said_in(self, item: Item) -> Language:
        return _language(item.content.language, self.language)


def page_file(slug: str) -> str:
    """Say where a post's page lies in the folder."""
    return f"{slug}/index.html"


def gone_file(slug: str) -> str:
    """Say where it lies instead when the post has been taken back."""
    return f"{slug}/gone.html"


def whole(site: Site, items: Sequence[Item]) -> dict[str, bytes]:
    """Draw everything: `items` in the order in which they were published."""
    files = site.static()
    for item in items:
        files |= site.post(item)
    for number in range(1, pages(len(items)) + 1):
        stretch = items[(number - 1) * PER_PAGE : number * PER_PAGE]
        files |= site.earlier(number, stretch[::-1], last=number == pages(len(items)))
    files |= site.front(items[first_on_front(len(items)) :][::-1], pages(len(items)) or None)
    return files | site.alerts(()) | site.feeds(items[-feeds.MOST :][::-1])


def pages(count: int) -> int:
    """Say how many pages of earlier posts there are: full ones, which never change again."""
    return max(count // PER_PAGE - 1, 0)


def first_on_front(count: int) -> int:
    """Say with which post the first page ends: it shows the newest 20 to 39 posts."""
    return pages(count) * PER_PAGE


def _language(tag: str, otherwise: str) -> Language:
    code = tag.partition("-")[0].lower()
    return language(code if code in LANGUAGES else otherwise, _LOCALE)
