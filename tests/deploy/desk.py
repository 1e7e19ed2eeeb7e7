"""What the people of a first start do at the planner, over HTTP."""

from datetime import datetime
from typing import Any

import httpx

from tests.deploy.stack import Stack

POSTS = "/api/v1/posts"


class Desk:
    """Anna, Bengt and Cilla, each with the token that the first start made for them."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._tokens: dict[str, str] = {}

    def ask(self, person: str, method: str, path: str, **content: Any) -> httpx.Response:
        """Send one request as somebody."""
        if person not in self._tokens:
            # As the compose file says that it is done.
            order = ("run", "--rm", "--no-deps", "init", "cat", f"/secrets/people/{person}")
            self._tokens[person] = self._stack.run(*order)
        headers = {"Authorization": f"Bearer {self._tokens[person]}", **content.pop("headers", {})}
        url = self._stack.url("planner", path)
        return httpx.request(method, url, headers=headers, timeout=10, **content)

    def channels_ready(self, *names: str) -> bool:
        """Tell whether the planner knows these channels, and that they can be used."""
        answer = self.ask("anna", "GET", "/api/v1/channels")
        if answer.status_code != 200:
            return False
        return {each["channel"] for each in answer.json()["channels"] if each["ready"]} >= set(
            names
        )

    def submitted(self, text: str, at: datetime | None, *channels: str) -> str:
        """Let Anna write a post and ask for approval; gives its number."""
        when = at.isoformat() if at else "on_approval"
        variant = {"text": text, "publish_at": when}
        post = {"title": text, "variants": [{"channel": name, **variant} for name in channels]}
        drafted = self.ask("anna", "POST", POSTS, json=post)
        assert drafted.status_code == 201, drafted.text
        number: str = drafted.json()["id"]
        asked = self.ask("anna", "POST", f"{POSTS}/{number}/submit")
        assert asked.status_code == 200, asked.text
        return number

    def approve(self, person: str, number: str) -> httpx.Response:
        """Let somebody read a post and say yes to what they read."""
        read = self.ask(person, "GET", f"{POSTS}/{number}")
        seen = {"If-Match": read.headers["ETag"]}
        return self.ask(person, "POST", f"{POSTS}/{number}/approve", headers=seen)

    def variants(self, number: str) -> dict[str, dict[str, Any]]:
        """Read how a post goes, channel by channel."""
        answer = self.ask("cilla", "GET", f"{POSTS}/{number}").json()
        return {variant["channel"]: variant for variant in answer["variants"]}
