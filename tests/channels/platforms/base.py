"""What every platform is asked for: an adapter that speaks to it, a fault, and what is public."""

import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, ClassVar, Self
from uuid import uuid4

import httpx

from schemas.posts import Addressee, Video
from services.publisher.domain.answers import Published
from services.publisher.ports import Channel, PictureFile, Target

HANDLE = "regionen.test"
READER = "Aina"


class Break(Enum):
    """How the next publication goes wrong."""

    REFUSES_BEFORE = "503, not applied"
    THROTTLES = "429 with Retry-After 7"
    FAILS_AFTER = "applied, then 500"
    CUTS_BEFORE = "cut, not applied"
    CUTS_AFTER = "applied, then cut"
    HANGS = "says nothing, not applied"
    REFUSES_TOKEN = "401, not applied"
    FORBIDS = "403, not applied"
    THROTTLES_MUTELY = "429 without a time"
    ANSWERS_LATE = "applied after 4 s, and only then answered"
    APPLIES_LATE = "504 at once, applied 2 s later"


class Platform(ABC):
    """One running server with one account of one kind."""

    changes = True
    """Whether what is public can be changed there."""
    characters: int | None
    """So long a text may be there."""
    keeps_marks = True
    """Whether `*` and the like are words there as well."""
    strict = True
    """Whether a text that is longer is refused; if not, the limit is ours."""
    demands_picture = False
    """Whether there is no post without a picture."""
    looks_at_pictures = True
    """Whether bytes that are no picture are refused at once."""
    keeps_apart = True
    """Whether two calls at once for what lies ready make one post, so far as anybody knows."""
    takes_twins = True
    """Whether two posts may say the same."""
    asks_for = timedelta(seconds=5), timedelta(minutes=1)
    """How long it may ask us to wait, when it is told to ask for 7 seconds."""
    tells_id = True
    """Whether a post's address shows its id."""
    retracts = True
    """Whether what is public can be taken away there."""
    has_pages = True
    """Whether a post has an address there."""
    signs_in = True
    """Whether we have to say who we are."""
    tells_taken = True
    """Whether what a post was laid ready as says that the post was taken away."""

    knows_gone = True
    """Whether it says that a comment which shall be hidden is not there."""

    @abstractmethod
    def channel(self, token: str | None = None, within: int = 15) -> Channel:
        """Make the adapter that speaks to it."""

    @abstractmethod
    async def breaks(self, how: Break) -> None:
        """Let the next publication fail so."""

    @abstractmethod
    async def texts(self) -> list[str]:
        """List what is public, as plain words."""

    async def comment(self, text: str, above: str, words: str) -> Addressee | None:
        """Let a reader write beneath our post with this text; None: none can."""
        return None

    async def uncomment(self, comment: Addressee) -> None:  # noqa: B027 - where none can write
        """Let the reader take the comment away."""

    async def beneath(self, text: str) -> list[str | None]:
        """List what each post with this text answers, as the platform names it."""
        raise NotImplementedError

    async def breaks_answer(self, how: Break) -> None:
        """Let the next answer to a comment fail so."""
        await self.breaks(how)

    def keep(self, *files: PictureFile) -> None:  # noqa: B027 - most are handed them
        """Let the media store have these pictures, for those that fetch them from us."""

    def show(self, video: Video, content: bytes) -> None:  # noqa: B027 - few take any
        """Let the media store have this video."""

    async def alts(self, text: str) -> list[str] | None:
        """List what the pictures of the post with this text are said to show; None: unknown."""
        return None


@dataclass
class Simulated(Platform):
    """One dialect of the project's simulator, which is a process of its own."""

    origin: str
    token: str = "regionen-token"
    path = ""
    reel_path = ""
    """Of the call that publishes a reel."""
    method = "POST"
    """Of the call that publishes."""
    answer_path = ""
    """Of the call that answers a comment, where that is another one."""

    hides_by: ClassVar[tuple[str, str] | None] = None
    """Method and path of the call that hides a comment; None: none can be."""
    pins_by: ClassVar[tuple[str, str] | None] = None

    @classmethod
    @asynccontextmanager
    async def standing(cls, origin: str) -> AsyncIterator[Self]:
        """Open an account there, with all that it needs of us."""
        yield cls(origin)

    def __post_init__(self) -> None:
        # Others have published there before.
        self._numbers: dict[str, str] = {}
        self._start = int(httpx.get(f"{self.origin}/record?limit=1").headers["X-Last"])

    _FAULTS: ClassVar[Mapping[Break, Mapping[str, Any]]] = {
        Break.REFUSES_BEFORE: {"kind": "status", "status": 503},
        Break.THROTTLES: {"kind": "throttle", "retry_after": 7},
        Break.FAILS_AFTER: {"kind": "applied-then-status", "status": 500},
        Break.CUTS_BEFORE: {"kind": "reset-before"},
        Break.CUTS_AFTER: {"kind": "reset-after"},
        Break.HANGS: {"kind": "hang", "seconds": 30},
        Break.REFUSES_TOKEN: {"kind": "status", "status": 401},
        Break.FORBIDS: {"kind": "status", "status": 403},
        Break.THROTTLES_MUTELY: {"kind": "status", "status": 429},
        Break.ANSWERS_LATE: {"kind": "slow", "seconds": 4},
        Break.APPLIES_LATE: {"kind": "late", "seconds": 2},
    }

    async def breaks(self, how: Break) -> None:
        await self.strikes(self.path, self._FAULTS[how], self.method)

    async def breaks_answer(self, how: Break) -> None:
        await self.strikes(self.answer_path or self.path, self._FAULTS[how], self.method)

    def called(self, post: str, number: str) -> str:
        """Say what the platform calls the comment of this number."""
        return number

    async def comment(self, text: str, above: str, words: str) -> Addressee | None:
        [post] = [entry["id"] for entry in await self._published() if text in entry["text"]]
        said = {"beneath": post, "name": READER, "text": words}
        async with httpx.AsyncClient(base_url=self.origin) as client:
            written = await client.post("/readers/comments", json=said)
        number = written.raise_for_status().json()["id"]
        name = self.called(post, number)
        self._numbers[name] = number
        return Addressee(comment=uuid4(), external_id=name, beneath=above)

    async def uncomment(self, comment: Addressee) -> None:
        number = self._numbers[comment.external_id]
        async with httpx.AsyncClient(base_url=self.origin) as client:
            (await client.delete(f"/readers/comments/{number}")).raise_for_status()

    async def beneath(self, text: str) -> list[str | None]:
        names = {number: name for name, number in self._numbers.items()}
        answers = [entry for entry in await self._published() if text in entry["text"]]
        return [names.get(entry.get("in_reply_to_id", "")) for entry in answers]

    async def strikes(
        self,
        path: str,
        effect: Mapping[str, Any],
        method: str = "POST",
        text: str | None = None,
    ) -> None:
        """Let the next call there go wrong, or the next one that says this."""
        rule = {"method": method, "path": path, "text": text, "effect": effect, "count": 1}
        async with httpx.AsyncClient() as client:
            answer = await client.post(f"{self.origin}/faults", json=rule)
        answer.raise_for_status()

    async def target(self, text: str, post: Published, number: str = "") -> Target:
        """Name a comment beneath the post with this text: the first one, unless said otherwise."""
        above = (await self.entry(text))["id"]
        return Target(self.called(above, number or str(int(above) + 1)), post.external_id)

    async def seen_comments(self, post: Published) -> int:
        """Count the comments that a stranger reads beneath a post."""
        async with httpx.AsyncClient() as stranger:
            page = await stranger.get(post.url)
        page.raise_for_status()
        return page.text.count("<li>")

    async def entry(self, text: str) -> dict[str, Any]:
        """Give what the record says of the post with this text."""
        [entry] = [entry for entry in await self._published() if text in entry["text"]]
        return entry

    async def stands_first(self, text: str) -> bool:
        """Whether a stranger meets this post first on its account, with a mark."""
        entry = await self.entry(text)
        asked = {"account": entry["account"]}
        async with httpx.AsyncClient(headers={"Accept-Language": "sv"}) as stranger:
            page = await stranger.get(f"{self.origin}/wall/posts", params=asked)
        first = page.text.partition("</article>")[0]
        return f'data-key="{entry["id"]}"' in first and "fäst överst" in first

    async def texts(self) -> list[str]:
        return [entry["text"] for entry in await self._published()]

    async def alts(self, text: str) -> list[str] | None:
        [entry] = [entry for entry in await self._published() if text in entry["text"]]
        told = [picture.get("alt") for picture in entry.get("media", ())]
        return None if None in told else told

    async def _published(self) -> list[dict[str, Any]]:
        async with httpx.AsyncClient() as client:
            record = (await client.get(f"{self.origin}/record?after={self._start}")).text
        entries = [json.loads(line) for line in record.splitlines()]
        return [entry for entry in entries if entry["what"] == "published"]
