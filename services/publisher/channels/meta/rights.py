"""What Meta says of our token: whether it holds, how long, and what it allows."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from services.publisher.channels.calls import Calls, Unready
from services.publisher.channels.exchange import AnswerLost, NeverSent

NEEDED = ("pages_manage_posts", "pages_read_engagement")
"""Without these nothing is published or found again."""

FOR_COMMENTS = "pages_manage_engagement"
"""Without it no comment is answered or hidden; posts go out all the same."""

PERMISSIONS = (
    *NEEDED,
    FOR_COMMENTS,
    "pages_read_user_content",
    "pages_show_list",
)
"""What a person ticks. Two are for comments; the last one only shows which Pages there are."""

_LOOK_AGAIN = timedelta(hours=1)
_USE_AGAIN = timedelta(days=1)
_HARMLESS = ("published_posts", "scheduled_posts")
"""Readings that go through the permissions: the first by reading, the second by managing."""


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Token(_Said):
    """What is known of a token."""

    is_valid: bool
    expires_at: int = 0
    """Seconds since 1970; 0: never. A Page reads on when `data_access_expires_at` has passed."""
    scopes: list[str]

    @property
    def ends(self) -> datetime | None:
        """When it is good for nothing; None: never."""
        return datetime.fromtimestamp(self.expires_at, UTC) if self.expires_at > 0 else None

    @property
    def missing(self) -> str:
        """Name the permissions that it lacks."""
        return ", ".join(scope for scope in NEEDED if scope not in self.scopes)

    @property
    def lacks(self) -> str:
        """Name what it does not allow to be done to comments."""
        return "" if FOR_COMMENTS in self.scopes else FOR_COMMENTS

    @property
    def is_well(self) -> bool:
        """Whether it opens everything that we need."""
        return self.is_valid and not self.missing


class _Answer(_Said):
    data: Token


class _Part(_Said):
    code: int
    body: str


_BATCH = TypeAdapter(list[_Part])
_ANSWER = TypeAdapter(_Answer)


class Rights:
    """What one Page's token allows. It is asked for seldom: it changes when people change it."""

    def __init__(self, calls: Calls, page: str, token: str) -> None:
        self._calls = calls
        self._page = page
        self._token = token
        self._known: Token | None = None
        self._looked_at = self._used_at = -_USE_AGAIN.total_seconds()

    async def look(self) -> Token | None:
        """Give what Meta says of the token; None if it says nothing, which proves nothing."""
        clock = asyncio.get_running_loop().time()
        # What a person has to mend may be mended any minute.
        mends = self._known is not None and not self._known.is_well
        if mends or clock - self._looked_at > _LOOK_AGAIN.total_seconds():
            self._known, self._looked_at = await self._ask(), clock
        return self._known

    async def use(self) -> None:
        """Use each permission once a day: one that lies idle for ninety days may be withdrawn."""
        clock = asyncio.get_running_loop().time()
        if clock - self._used_at < _USE_AGAIN.total_seconds():
            return
        self._used_at = clock
        for posts in _HARMLESS:
            try:
                await self._calls.read(
                    f"/{self._page}/{posts}", params={"fields": "id", "limit": 1}
                )
            except (NeverSent, AnswerLost):
                return

    async def _ask(self) -> Token | None:
        # As a batch, for the token that is asked about must not stand in an address either.
        path = f"debug_token?{urlencode({'input_token': self._token})}"
        batch = json.dumps([{"method": "GET", "relative_url": path}])
        try:
            reply = await self._calls.unseen(
                "POST", "/", data={"batch": batch, "include_headers": "false"}
            )
        except Unready:
            return None
        parts = reply.read(_BATCH)
        if not parts or parts[0].code != 200:
            return None
        try:
            return _ANSWER.validate_json(parts[0].body).data
        except ValidationError:
            return None
