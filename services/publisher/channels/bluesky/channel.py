"""One account on a Bluesky server, spoken to through the AT Protocol."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from schemas.channels import Limits
from schemas.codes import Code
from schemas.deliveries import Proof
from schemas.envelope import now
from schemas.moderation import Action
from schemas.posts import Addressee
from services.publisher.channels.bluesky import answers
from services.publisher.channels.bluesky.marks import ACTIONS, Marks
from services.publisher.channels.bluesky.record import COLLECTION, mentions, record, record_key
from services.publisher.channels.bluesky.session import Session, SessionKeeper
from services.publisher.channels.calls import Calls, Unexpected, Unready
from services.publisher.channels.entry import Address, Entry, FileName, Making
from services.publisher.channels.exchange import Exchange, Reply
from services.publisher.channels.guide import Guide
from services.publisher.channels.waits import wait_of
from services.publisher.channels.wording import with_link
from services.publisher.domain.answers import Absent, Answer, NotNow, Published, Refused, Unclear
from services.publisher.domain.rules import Amends, Repeat, RepeatSafety
from services.publisher.ports import Parcel, PictureFile, Readiness, Seen, Sought, Target

_LIMITS = Limits(
    characters=300, link_in_text=True, pictures=4, picture_bytes=1_000_000, alt_characters=2000
)
"""Graphemes, of which there are never more than characters. Older servers take no more bytes."""

_REFUSALS = {"InvalidRequest", "InvalidRecord", "BlobNotFound", "BlobTooLarge", "InvalidMimeType"}
_SIGNED_OUT = {"InvalidToken", "AuthMissing", "AuthenticationRequired", "AccountTakedown"}
_PAGE = 100
_PAGES = 10
_MARGIN = timedelta(seconds=60)
"""The clocks of those who write into the account may be this much behind ours."""

_RECORD = "/xrpc/com.atproto.repo"
_NAMED = "repo", "collection", "rkey"
"""What the parts of an address among programs are."""

_Object = dict[str, object]


class BlueskyChannel:
    """Makes a delivery a record in a place of its own, which no second attempt can leave."""

    kind = "bluesky"
    keeps_content = False
    amends: Amends = "remove"
    repeat_safety = RepeatSafety(Repeat.DETERMINISTIC_ID)
    actions = ACTIONS
    answer_safety = repeat_safety

    def __init__(
        self,
        name: str,
        title: str,
        base_url: str,
        handle: str,
        password: str,
        answer_within: timedelta,
        *,
        public_url: str,
    ) -> None:
        self.name = name
        self.title = title
        self._public = public_url
        self.url = f"{public_url}/profile/{handle}"
        self._calls = Calls(
            Exchange(base_url, {"Accept": "application/json"}),
            title,
            answer_within.total_seconds(),
            held_up=self._held_up,
            refused=self._refused,
        )
        self._sessions = SessionKeeper(self._calls, handle, password)
        self._marks = Marks(self._calls, self._sessions)

    async def commit(self, parcel: Parcel) -> Answer:
        """Hand over the pictures, then put the record in its place, once, if nothing is there."""
        clock = asyncio.get_running_loop().time
        began = clock()
        ready = await self._calls.ready(self._open(parcel))
        if isinstance(ready, NotNow | Refused):
            return ready
        session, said = ready
        key = record_key(parcel.key)
        written = {
            **_place(session, key),
            # Only if nothing is there: what is there already is this delivery.
            "swapRecord": None,
            "record": said,
        }
        patience = self._calls.patience - (clock() - began)
        reply = await self._calls.visible(
            "POST", f"{_RECORD}.putRecord", patience, json=written, headers=session.headers
        )
        if not isinstance(reply, Reply):
            return reply
        if reply.status == 200 and reply.read(answers.WRITTEN) is not None:
            return self._published(session.account, key)
        if reply.status == 400 and answers.error_of(reply) == "InvalidSwap":
            return self._published(session.account, key)
        return self._refused(reply) or self._calls.unclear(reply.status)

    async def correct(self, parcel: Parcel, proof: Proof) -> Answer:  # noqa: ARG002 - the port's
        """Say that it cannot be: servers take a changed record, and readers see the old one."""
        return Refused(Code.CORRECTION_UNABLE, self._calls.named())

    async def retract(self, proof: Proof) -> Answer:
        """Delete the record; one that is gone already counts as deleted."""
        key = self._key_of(proof)
        if key is None:
            return Refused(Code.RETRACTION_UNABLE, self._calls.named())
        try:
            session = await self._sessions.open()
        except Unready as unready:
            return unready.answer
        reply = await self._calls.visible(
            "POST",
            f"{_RECORD}.deleteRecord",
            self._calls.patience,
            json=_place(session, key),
            headers=session.headers,
        )
        if not isinstance(reply, Reply):
            return reply
        if reply.status == 200:
            return Published(proof.external_id, proof.url)
        return self._calls.unclear(reply.status)

    async def moderate(self, action: Action, target: Target) -> Answer:
        """Put an answer behind a button, or a post at the top of our profile; or undo it."""
        return await self._marks.put(action, target)

    async def find(self, sought: Sought) -> Published | Absent | Unclear:
        """Look whether the place is taken."""
        return await self._calls.seen(self._look(sought))

    async def _look(self, sought: Sought) -> Published | Absent:
        session = await self._sessions.open()
        place = _place(session, record_key(sought.key))
        reply = await self._calls.read(f"{_RECORD}.getRecord", params=place)
        if reply.status == 200 and reply.read(answers.WRITTEN) is not None:
            return self._published(session.account, place["rkey"])
        if reply.status == 400 and answers.error_of(reply) == "RecordNotFound":
            return Absent()
        raise Unexpected(reply.status)

    async def timeline(self, since: datetime) -> Sequence[Seen] | None:
        """Read our own posts back to then; not every server can list them."""
        shown = await self._calls.seen(self._own_posts(since - _MARGIN))
        return None if isinstance(shown, Unclear) else shown

    async def check(self) -> Readiness:
        """Ask whether our session opens the account."""
        try:
            session = await self._sessions.open()
            path = "/xrpc/com.atproto.server.getSession"
            reply = await self._calls.unseen("GET", path, headers=session.headers)
        except Unready as unready:
            return Readiness(_LIMITS, unready.answer.code, unready.answer.parameters)
        account = reply.read(answers.ACCOUNT)
        if account is None or not account.active:
            return Readiness(_LIMITS, Code.CREDENTIALS_REFUSED, self._calls.named())
        self.url = f"{self._public}/profile/{account.handle}"
        return Readiness(_LIMITS)

    async def close(self) -> None:
        """Give the connections back."""
        await self._calls.close()

    async def _open(self, parcel: Parcel) -> tuple[Session, _Object]:
        """Sign in, look up whom it answers and names, hand over all pictures, and word it."""
        session, asked = await self._sessions.open(), parcel.content.answers
        reply_to = await self._reply_to(session, asked) if asked else {}
        known = {name: did async for name, did in self._named_in(parcel, session)}
        images = [(file.picture, await self._hand_over(session, file)) for file in parcel.pictures]
        return session, {**record(parcel.content, images, now(), known), **reply_to}

    async def _named_in(self, parcel: Parcel, session: Session) -> AsyncIterator[tuple[str, str]]:
        """Give the accounts that it names, each with its lasting name; others stay plain words."""
        for name in mentions(with_link(parcel.content)):
            try:
                reply = await self._calls.unseen(
                    "GET",
                    "/xrpc/com.atproto.identity.resolveHandle",
                    params={"handle": name},
                    headers=session.headers,
                )
            except Unready as unready:
                if isinstance(unready.answer, Refused):
                    continue
                raise
            if (found := reply.read(answers.RESOLVED)) is not None:
                yield name, found.did

    async def _reply_to(self, session: Session, asked: Addressee) -> _Object:
        """Name the comment and the top of its thread, each with what it says now."""
        named = dict(zip(_NAMED, asked.external_id.removeprefix("at://").split("/"), strict=False))
        reply = await self._calls.answered(
            f"{_RECORD}.getRecord",
            lambda reply: answers.error_of(reply) == "RecordNotFound",
            params=named,
            headers=session.headers,
        )
        comment = reply.read(answers.COMMENT)
        if comment is None or comment.uri != asked.external_id:
            raise Unready(self._calls.busy(reply))
        parent = comment.reference
        root = comment.value.reply.root if comment.value.reply else parent
        return {"reply": {"root": root.model_dump(), "parent": parent.model_dump()}}

    async def _hand_over(self, session: Session, file: PictureFile) -> dict[str, object]:
        """Upload one picture; the server drops it within minutes unless a record names it."""
        headers = {**session.headers, "Content-Type": file.picture.media_type}
        path = f"{_RECORD}.uploadBlob"
        reply = await self._calls.unseen("POST", path, content=file.content, headers=headers)
        uploaded = reply.read(answers.UPLOADED)
        if uploaded is None:
            raise Unready(self._calls.busy(reply))
        return uploaded.blob

    async def _own_posts(self, since: datetime) -> Sequence[Seen] | None:
        session = await self._sessions.open()
        did = session.account.did
        asked: dict[str, str | int] = {"actor": did, "limit": _PAGE}
        seen: list[Seen] = []
        for _ in range(_PAGES):
            path = "/xrpc/app.bsky.feed.getAuthorFeed"
            reply = await self._calls.read(path, params=asked, headers=session.headers)
            page = reply.read(answers.FEED) if reply.status == 200 else None
            if page is None:
                return None
            own = [item.post for item in page.feed if item.reason is None]
            seen += [
                Seen(post.uri, self._address(session.account, key), post.record.created_at, text)
                for post in own
                if post.author.did == did and post.record.created_at >= since
                for key, text in [(post.uri.rpartition("/")[2], post.record.text)]
            ]
            if page.cursor is None or any(post.record.created_at < since for post in own):
                return seen
            asked["cursor"] = page.cursor
        return None

    def _held_up(self, reply: Reply) -> NotNow | None:
        error = answers.error_of(reply)
        if reply.status == 429 or error == "RateLimitExceeded":
            return NotNow(Code.CHANNEL_THROTTLED, self._calls.named(), wait_of(reply))
        if error == "ExpiredToken":
            # The next attempt signs in anew.
            self._sessions.forget()
            return self._calls.busy(reply)
        if reply.status in {401, 403} or error in _SIGNED_OUT:
            self._sessions.forget()
            return NotNow(Code.CREDENTIALS_REFUSED, self._calls.named())
        return None

    def _refused(self, reply: Reply) -> Refused | None:
        named = 400 <= reply.status < 500 and answers.error_of(reply) in _REFUSALS
        if not (named or reply.status == 413):
            return None
        return Refused(Code.CHANNEL_REFUSED, self._calls.named(why=answers.words_of(reply)))

    def _key_of(self, proof: Proof) -> str | None:
        """Give the record's key; what a person found is known by its address alone, if it is here.

        An address elsewhere names nothing here, and what is not here would count as taken away.
        """
        posts, _, key = (proof.external_id or proof.url.rstrip("/")).rpartition("/")
        ours = proof.external_id or posts.startswith(f"{self._public}/profile/")
        return key if ours else None

    def _published(self, account: answers.Account, key: str) -> Published:
        uri = f"at://{account.did}/{COLLECTION}/{key}"
        return Published(uri, self._address(account, key))

    def _address(self, account: answers.Account, key: str) -> str:
        return f"{self._public}/profile/{account.handle}/post/{key}"


def _place(session: Session, key: str) -> dict[str, str]:
    return {"repo": session.account.did, "collection": COLLECTION, "rkey": key}


class BlueskyEntry(Entry):
    """An account on a Bluesky server, opened by an app password."""

    guide = Guide(
        called="Bluesky: an account",
        steps=(
            "Sign in as the organisation's account.",
            "Open Settings, then Privacy and security, then App passwords, then Add.",
            "Leave access to messages off, and copy the password: it is shown once.",
        ),
        keys={
            "handle": "the account's name, without @",
            "base_url": "the account's server",
        },
        examples={"handle": "regionen.example"},
    )

    kind: Literal["bluesky"]
    handle: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=253)]
    base_url: Address = "https://bsky.social"
    public_url: Address = "https://bsky.app"
    token_file: FileName | None = None

    def make(self, making: Making) -> BlueskyChannel:
        """Make the channel of this account."""
        return BlueskyChannel(
            making.name,
            self.title,
            self.base_url,
            self.handle,
            making.token(self.token_file),
            making.answer_within,
            public_url=self.public_url,
        )
