"""An account on X. It knows no key; what is public can be listed, for a fee."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from schemas.channels import Limits
from schemas.codes import Code
from schemas.deliveries import Proof
from schemas.moderation import Action
from services.kit.unfit import Unfit
from services.publisher.channels.calls import Calls, Unexpected, Unready
from services.publisher.channels.entry import Address, Entry, FileName, Making
from services.publisher.channels.exchange import Exchange, Reply
from services.publisher.channels.guide import Guide
from services.publisher.channels.likeness import ours_among
from services.publisher.channels.waits import wait_of
from services.publisher.channels.wording import with_link
from services.publisher.channels.x import answers
from services.publisher.channels.x.signing import Keys
from services.publisher.domain.answers import Absent, Answer, NotNow, Published, Refused, Unclear
from services.publisher.domain.rules import Amends, Repeat, RepeatSafety
from services.publisher.ports import Parcel, PictureFile, Readiness, Seen, Sought, Target

_LIMITS = Limits(
    characters=280,
    link_characters=23,
    link_in_text=True,
    counting="weighted",
    pictures=4,
    picture_bytes=5_000_000,
    alt_characters=1000,
)

_PAGE = 100
_PAGES = 10
_MARGIN = timedelta(seconds=60)
"""The platform's clock may be this much behind ours."""

_NO_RIGHT = {"client-forbidden", "not-authorized-for-resource", "oauth1-permissions"}
_NO_MONEY = {"credits", "usage-capped"}
_NUMBER = re.compile(r"[0-9]{1,20}")
_STATUS = re.compile(r"/status/([0-9]{1,20})/?$")


class XChannel:
    """Makes a delivery a post of the account."""

    kind = "x"
    keeps_content = False
    amends: Amends = "remove"
    repeat_safety = RepeatSafety(Repeat.LOOK_UP, lag=timedelta(seconds=5))
    actions: tuple[Action, ...] = ("hide", "unhide")
    answer_safety = repeat_safety

    def __init__(
        self,
        name: str,
        title: str,
        handle: str,
        keys: Keys,
        answer_within: timedelta,
        *,
        base_url: str = "https://api.x.com",
        public_url: str = "https://x.com",
    ) -> None:
        self.name = name
        self.title = title
        self.url = f"{public_url}/{handle}"
        self._handle = handle
        self._keys = keys
        self._base = base_url
        self._account: str | None = None
        self._calls = Calls(
            Exchange(base_url, {}),
            title,
            answer_within.total_seconds(),
            held_up=self._held_up,
            refused=self._refused,
        )

    async def commit(self, parcel: Parcel) -> Answer:
        """Hand over the pictures with their words, then make the post, once."""
        clock = asyncio.get_running_loop().time
        began = clock()
        media = await self._calls.ready(self._media(parcel.pictures))
        if not isinstance(media, list):
            return media
        written: dict[str, Any] = {"text": with_link(parcel.content)}
        if media:
            written["media"] = {"media_ids": media}
        if parcel.content.answers is not None:
            written["reply"] = {"in_reply_to_tweet_id": parcel.content.answers.external_id}
        patience = self._calls.patience - (clock() - began)
        signed = self._signed("POST", "/2/tweets")
        reply = await self._calls.visible("POST", "/2/tweets", patience, json=written, **signed)
        if not isinstance(reply, Reply):
            return reply
        made = reply.read(answers.MADE) if reply.status == 201 else None
        if made is not None:
            return self._published(made.data.id)
        if parcel.content.answers is not None and (no := self._unanswerable(reply)):
            return no
        return self._refused(reply) or self._unclear(reply)

    async def correct(self, parcel: Parcel, proof: Proof) -> Answer:  # noqa: ARG002 - the port's
        """Say that it cannot be: a changed post would be another one, and a fee more."""
        return Refused(Code.CORRECTION_UNABLE, self._calls.named())

    async def retract(self, proof: Proof) -> Answer:
        """Delete the post; one that is gone already counts as deleted."""
        post = _id(proof)
        if post is None:
            return Refused(Code.RETRACTION_UNABLE, self._calls.named())
        path = f"/2/tweets/{post}"
        signed = self._signed("DELETE", path)
        reply = await self._calls.visible("DELETE", path, self._calls.patience, **signed)
        if not isinstance(reply, Reply):
            return reply
        problem = answers.problem_of(reply)
        done = reply.status == 200 and reply.read(answers.DELETED) is not None
        if done or (problem is not None and problem.kind == "resource-not-found"):
            return Published(proof.external_id, proof.url)
        return self._refused(reply) or self._unclear(reply)

    async def moderate(self, action: Action, target: Target) -> Answer:
        """Put an answer behind a button at the end of its thread, or show it again."""
        if not _NUMBER.fullmatch(target.external_id):
            return Refused(Code.MODERATION_UNABLE, self._calls.named())
        path, hidden = f"/2/tweets/{target.external_id}/hidden", action == "hide"
        signed = self._signed("PUT", path)
        reply = await self._calls.visible(
            "PUT", path, self._calls.patience, json={"hidden": hidden}, **signed
        )
        if not isinstance(reply, Reply):
            return reply
        said = reply.read(answers.HIDDEN) if reply.status == 200 else None
        if said is not None and said.data.hidden is hidden:
            return Published(target.external_id, target.url)
        problem = answers.problem_of(reply)
        if problem is not None and problem.kind == "resource-not-found":
            return Refused(Code.COMMENT_GONE, self._calls.named())
        return self._refused(reply) or self._unclear(reply)

    async def find(self, sought: Sought) -> Published | Absent | Unclear:
        """Read our own posts, newest first, back to before the first attempt."""
        post = await self._calls.seen(self._ours(sought))
        if isinstance(post, Unclear):
            return post
        return Absent() if post is None else self._published(post.id)

    async def timeline(self, since: datetime) -> Sequence[Seen] | None:
        """Read the account's posts back to then."""
        listed = await self._calls.seen(self._own_posts(since - _MARGIN))
        if isinstance(listed, Unclear):
            return None
        return [
            Seen(post.id, self._address(post.id), post.created_at, post.words) for post in listed
        ]

    async def check(self) -> Readiness:
        """Ask whose account our keys open."""
        try:
            signed = self._signed("GET", "/2/users/me")
            reply = await self._calls.unseen("GET", "/2/users/me", **signed)
        except Unready as unready:
            return Readiness(_LIMITS, unready.answer.code, unready.answer.parameters)
        me = reply.read(answers.ME)
        if me is None:
            busy = self._calls.busy(reply)
            return Readiness(_LIMITS, busy.code, busy.parameters)
        if me.data.username.lower() != self._handle.lower():
            why = self._calls.named(why=f"its keys are @{me.data.username}'s"[:200])
            return Readiness(_LIMITS, Code.PERMISSION_MISSING, why)
        self._account = me.data.id
        return Readiness(_LIMITS)

    async def close(self) -> None:
        """Give the connections back."""
        await self._calls.close()

    async def _media(self, files: Sequence[PictureFile]) -> list[str]:
        return [await self._hand_over(file) for file in files]

    async def _hand_over(self, file: PictureFile) -> str:
        """Upload one picture and describe it; nobody sees it until a post carries it."""
        path = "/2/media/upload"
        reply = await self._calls.unseen(
            "POST",
            path,
            files={"media": (file.picture.digest[:16], file.content, file.picture.media_type)},
            data={"media_category": "tweet_image", "media_type": file.picture.media_type},
            **self._signed("POST", path),
        )
        made = reply.read(answers.MADE)
        if made is None:
            raise Unready(self._calls.busy(reply))
        path = "/2/media/metadata"
        said = {"id": made.data.id, "metadata": {"alt_text": {"text": file.picture.alt}}}
        await self._calls.unseen("POST", path, json=said, **self._signed("POST", path))
        return made.data.id

    async def _ours(self, sought: Sought) -> answers.Post | None:
        listed = await self._own_posts(sought.since - _MARGIN)
        answered = sought.answers.external_id if sought.answers else None
        told = (
            (each, each.after_names if answered else each.words)
            for each in listed
            if each.replied_to == answered
        )
        return ours_among(told, sought.opening, sought.words)

    async def _own_posts(self, since: datetime) -> list[answers.Post]:
        """List our posts since then; raises where it cannot read that far."""
        path = f"/2/users/{await self._own_id()}/tweets"
        asked = {
            "start_time": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "max_results": str(_PAGE),
            "tweet.fields": "created_at,entities,referenced_tweets",
        }
        listed: list[answers.Post] = []
        for _ in range(_PAGES):
            reply = await self._calls.read(path, params=asked, **self._signed("GET", path, asked))
            page = reply.read(answers.LISTING) if reply.status == 200 else None
            if page is None or page.errors or page.meta.result_count != len(page.data):
                raise Unexpected(reply.status)
            listed += page.data
            if page.meta.next_token is None:
                return listed
            asked["pagination_token"] = page.meta.next_token
        raise Unexpected("too many posts")

    async def _own_id(self) -> str:
        if self._account is None:
            await self.check()
        if self._account is None:
            raise Unexpected("whose list")
        return self._account

    def _signed(
        self, method: str, path: str, asked: dict[str, str] | None = None
    ) -> dict[str, Any]:
        return {"headers": self._keys.headers(method, f"{self._base}{path}", asked or {})}

    def _held_up(self, reply: Reply) -> NotNow | None:
        problem = answers.problem_of(reply)
        kind, named = problem.kind if problem else "", self._calls.named()
        if reply.status == 401 or kind == "unsupported-authentication":
            return NotNow(Code.CREDENTIALS_REFUSED, named)
        if problem and (kind in _NO_MONEY or reply.status == 402):
            return NotNow(Code.ACCOUNT_RESTRICTED, self._calls.named(why=problem.words))
        if problem and kind in _NO_RIGHT:
            return NotNow(Code.PERMISSION_MISSING, self._calls.named(why=problem.words))
        if reply.status == 429:
            return NotNow(Code.CHANNEL_THROTTLED, named, wait_of(reply))
        return None

    def _refused(self, reply: Reply) -> Refused | None:
        problem = answers.problem_of(reply)
        if problem is None or problem.kind != "invalid-request":
            return None
        return Refused(Code.CHANNEL_REFUSED, self._calls.named(why=problem.words))

    def _unanswerable(self, reply: Reply) -> Refused | None:
        """Say whether what is answered is not there, or not for us to answer."""
        problem = answers.problem_of(reply)
        if problem is None or not problem.is_about_a_reply:
            return None
        if problem.is_gone:
            return self._calls.comment_gone()
        return Refused(Code.CHANNEL_REFUSED, self._calls.named(why=problem.words))

    def _unclear(self, reply: Reply) -> Unclear:
        problem = answers.problem_of(reply)
        duplicate = problem is not None and problem.is_duplicate
        return self._calls.unclear("a duplicate" if duplicate else reply.status)

    def _published(self, post: str) -> Published:
        return Published(post, self._address(post))

    def _address(self, post: str) -> str:
        return f"{self.url}/status/{post}"


def _id(proof: Proof) -> str | None:
    """Give the post's number; what a person found is known by its address alone."""
    known = _NUMBER.fullmatch(proof.external_id)
    found = _STATUS.search(proof.url)
    return known[0] if known else found[1] if found and not proof.external_id else None


_FOUR = (
    "Write the four in one line, as the token, with colons between: "
    "API key:API key secret:access token:access token secret"
)


class XEntry(Entry):
    """An account on X, written to by an app of the organisation's."""

    guide = Guide(
        called="X: an account",
        steps=(
            "Sign in at developer.x.com as the account that is to publish.",
            "Make an app, and copy its API key and API key secret: they are shown once.",
            "Open User authentication settings, and choose Read and write.",
            "Only then open Keys and tokens, and generate the access token and its secret.",
            _FOUR,
            "X is paid by the call: fill up the balance, or apply for Public Utility App.",
        ),
        keys={"handle": "the account's name, without @"},
        examples={"handle": "regionen"},
        unasked="Whether the keys may also write, and whether the balance is enough, shows only "
        "when a post goes out.",
    )

    kind: Literal["x"]
    handle: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,15}$")]
    base_url: Address = "https://api.x.com"
    public_url: Address = "https://x.com"
    token_file: FileName | None = None

    def make(self, making: Making) -> XChannel:
        """Make the channel of this account."""
        keys = Keys.read(making.token(self.token_file))
        if keys is None:
            raise Unfit(
                f"the keys of the channel {making.name} are not four; write them in one line as "
                "API key:API key secret:access token:access token secret"
            )
        return XChannel(
            making.name,
            self.title,
            self.handle,
            keys,
            making.answer_within,
            base_url=self.base_url,
            public_url=self.public_url,
        )
