"""WordPress: the simulator's, and a real site."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from schemas.posts import Addressee
from services.publisher.channels.wordpress.channel import WordPressChannel
from services.publisher.ports import Channel
from tests.channels.platforms.base import Break, Platform, Simulated
from tests.channels.platforms.process import REAL, running_database, running_process
from tests.harness.ports import free_port
from tests.harness.proxy import FROZEN, RESET_AFTER, RESET_BEFORE, Proxy

USER = "regionen"
CONTRIBUTOR = "praktikant"
"""May write drafts, and neither publish nor upload."""


class WordPress(Platform):
    """A site."""

    characters = None
    tells_id = False
    base_url: str
    token: str

    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        span = timedelta(seconds=within)
        return WordPressChannel(
            "channel", "Kanalen", self.base_url, USER, token or self.token, span
        )

    def owner(self) -> httpx.AsyncClient:
        """Whoever works on the site with the same user as we."""
        return httpx.AsyncClient(
            base_url=f"{self.base_url}/wp-json/wp/v2", auth=(USER, self.token), timeout=15
        )


@dataclass
class SimulatedWordPress(Simulated, WordPress):
    """The simulator's site."""

    # A post that lies ready is published by a call to itself.
    path = "/wordpress/wp-json/wp/v2/posts/"
    hides_by = ("POST", "/wordpress/wp-json/wp/v2/comments/")
    pins_by = ("POST", path)
    answer_path = "/wordpress/wp-json/wp/v2/comments"

    @property
    def base_url(self) -> str:  # type: ignore[override]  # read only
        return f"{self.origin}/wordpress"


@dataclass
class WordPressServer(WordPress):
    """A real site, behind a network that fails on demand."""

    looks_at_pictures = False
    proxy: Proxy
    passwords: dict[str, str]

    FAULTS = {
        Break.CUTS_BEFORE: RESET_BEFORE,
        Break.CUTS_AFTER: RESET_AFTER,
        Break.HANGS: FROZEN,
    }

    @property
    def base_url(self) -> str:  # type: ignore[override]  # read only
        return f"http://127.0.0.1:{self.proxy.port}"

    @property
    def token(self) -> str:  # type: ignore[override]  # read only
        return self.passwords[USER]

    async def breaks(self, how: Break) -> None:
        # The draft is looked at before it is published.
        self.proxy.strike(self.FAULTS[how], after=1)

    async def texts(self) -> list[str]:
        async with httpx.AsyncClient(base_url=self.base_url) as stranger:
            shown: list[dict[str, Any]] = (
                await stranger.get("/wp-json/wp/v2/posts", params={"per_page": 100})
            ).json()
        return [post["content"]["rendered"] for post in shown]

    async def comment(self, text: str, above: str, words: str) -> Addressee:
        # The site has no other readers.
        async with self.owner() as owner:
            said = {"post": int(above), "content": f"{words} {uuid4()}"}
            written = (await owner.post("/comments", json=said)).raise_for_status().json()
        return Addressee(comment=uuid4(), external_id=str(written["id"]), beneath=above)

    async def uncomment(self, comment: Addressee) -> None:
        async with self.owner() as owner:
            (await owner.delete(f"/comments/{comment.external_id}")).raise_for_status()

    async def beneath(self, text: str) -> list[str | None]:
        async with self.owner() as owner:
            shown = (await owner.get("/comments", params={"per_page": 100})).json()
        own = [each for each in shown if text in each["content"]["rendered"]]
        return [str(each["parent"]) if each["parent"] else None for each in own]


@contextmanager
def wordpress_server(folder: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Run a real site with its people; gives its port and their application passwords."""
    uploads = folder / "wp-content" / "uploads"
    uploads.mkdir(parents=True)
    (folder / "wp-content" / "themes").symlink_to("/usr/share/wordpress/wp-content/themes")
    plugins = folder / "wp-content" / "mu-plugins"
    plugins.mkdir()
    # A user may write a comment every fifteen seconds; the tests have no time for that.
    (plugins / "calm.php").write_text(
        "<?php add_filter('comment_flood_filter', '__return_false', 99);"
    )
    environment = {"SITE": str(folder), "PHP_CLI_SERVER_WORKERS": "1"}
    scripts = REAL / "wordpress"
    with running_database(folder):
        people = [USER, "author", CONTRIBUTOR, "contributor"]
        made = subprocess.run(
            ["php", "install.php", *people],
            env=environment,
            cwd=scripts,
            check=True,
            capture_output=True,
        )
        port = free_port()
        command = ["php", "-S", f"127.0.0.1:{port}", "-t", str(folder), "router.php"]
        ready = f"http://127.0.0.1:{port}/wp-json/"
        with running_process(folder, command, environment, ready, cwd=scripts):
            yield port, json.loads(made.stdout)
