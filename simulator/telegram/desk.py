"""What every method of the dialect needs: whose token stands in the path, and what was said."""

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from simulator.deeds import keep
from simulator.door import Door
from simulator.fields import Fields, Unreadable, read_fields
from simulator.posts import Post
from simulator.telegram import errors
from simulator.telegram.errors import Refused, bad
from simulator.world import World

DIALECT = "telegram"
BASE = "/telegram"
_TOKEN = re.compile(r"\d+:[\w-]+")
_MOST_PICTURES = 10


def account_of(name: str) -> str:
    """What the channel of whoever a token opens is called."""
    return f"{name.replace('-', '_')}_kanal"


def bot_id(account: str) -> int:
    """The number of the bot that may write there."""
    return 10**9 + int.from_bytes(hashlib.sha256(account.encode()).digest()[:3])


def account_path(account: str) -> str:
    """Where a stranger reads a channel."""
    return f"{BASE}/t.me/{account}"


def page_path(post: Post) -> str:
    """Where a stranger reads a message."""
    return f"{account_path(post.account)}/{numbers_of(post)[0]}"


def numbers_of(post: Post) -> list[int]:
    """What its messages are called in the channel: one, or one for each picture."""
    return list((post.value or {}).get("messages", [0]))


@dataclass(frozen=True)
class Desk:
    """The common ground of the methods."""

    world: World
    last: Counter[str] = field(default_factory=Counter)
    """The newest number in each channel."""

    def caller(self, request: Request) -> str:
        """The channel in which the bot of this token may write."""
        token = request.path_params["token"]
        name = self.world.accounts.get(token)
        if name is None:
            # What could not be a token is taken for a wrong address.
            raise Refused(401 if _TOKEN.fullmatch(token) else 404)
        return account_of(name)

    async def said(self, request: Request) -> Fields:
        """What the body says."""
        try:
            return await read_fields(request, most_files=_MOST_PICTURES)
        except Unreadable as broken:
            raise bad("can't parse the request") from broken

    async def written(self, request: Request) -> tuple[str, dict[str, Any]]:
        """The channel that is meant, and a JSON body."""
        account = self.caller(request)
        try:
            said = json.loads(await request.body())
        except ValueError as broken:
            raise bad("can't parse the request as JSON") from broken
        self.meant(account, said.get("chat_id"))
        return account, said

    def meant(self, account: str, chat: object) -> None:
        """Refuse every channel but the bot's own."""
        if chat != f"@{account}":
            raise bad("chat not found")

    def next_numbers(self, account: str, count: int) -> list[int]:
        """Numbers in a channel grow by one, and are never given again."""
        known = (numbers_of(post)[-1] for post in self._own(account))
        first = max(self.last[account], *known, 0) + 1
        self.last[account] = first + count - 1
        return list(range(first, first + count))

    def post(self, account: str, number: object) -> Post | None:
        """The message with this number, if it stands."""
        return next((post for post in self._own(account) if number in numbers_of(post)), None)

    def _own(self, account: str) -> list[Post]:
        return list(self.world.posts.newest_first(self.world.now(), account))

    async def write(self, request: Request, *, status: int = 200, **fields: Any) -> None:
        """Write down what came of a request, safely, before it is answered."""
        await keep(self.world, DIALECT, request, status=status, **fields)


@dataclass(frozen=True)
class TelegramDoor(Door):
    """How the dialect is entered."""

    desk: Desk

    def error(self, status: int, *, retry_after: int | None = None) -> Response:
        """The platform's answer with this status."""
        return errors.answer(status, retry_after=retry_after)

    async def note(self, request: Request, *, status: int, **fields: Any) -> None:
        """Write down a request that changed nothing."""
        await self.desk.write(request, status=status, what="request", **fields)
