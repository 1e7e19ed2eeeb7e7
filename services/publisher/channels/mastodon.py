"""One account on a Mastodon server, spoken to through its documented API."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from schemas.channels import Limits
from schemas.codes import Code
from schemas.deliveries import Proof
from schemas.moderation import Action
from services.publisher.channels import mastodon_answers as answers
from services.publisher.channels.calls import Calls, Unexpected, Unready
from services.publisher.channels.entry import Address, Entry, FileName, Making
from services.publisher.channels.exchange import AnswerLost, Exchange, NeverSent, Reply
from services.publisher.channels.guide import WRITES_UNASKED, Guide
from services.publisher.channels.likeness import without_markup
from services.publisher.channels.mastodon_search import recent, search
from services.publisher.channels.wording import with_link
from services.publisher.domain.answers import Absent, Answer, NotNow, Published, Refused, Unclear
from services.publisher.domain.rules import Amends, Repeat, RepeatSafety
from services.publisher.ports import Parcel, PictureFile, Readiness, Seen, Sought, Target

_POLL = 0.25
"""Seconds between two looks at a picture that the server still works on."""

_USUAL = Limits(
    characters=500, link_characters=23, link_in_text=True, pictures=4, alt_characters=1500
)

_DOCUMENTED_REFUSALS = {404, 422}
"""What the API says of a status that it did not take and would not take again."""

_REFUSED_UPLOADS = {400, 404, 413, 415, 422}


class MastodonChannel:
    """Makes a delivery a public status. The server remembers our key for an hour."""

    kind = "mastodon"
    keeps_content = False
    amends: Amends = "change"
    repeat_safety = RepeatSafety(Repeat.IDEMPOTENCY_KEY, window=timedelta(hours=1))
    actions: tuple[Action, ...] = ("pin", "unpin")
    answer_safety = repeat_safety

    def __init__(
        self,
        name: str,
        title: str,
        base_url: str,
        token: str,
        answer_within: timedelta,
        *,
        public_url: str | None = None,
    ) -> None:
        self.name = name
        self.title = title
        self.url = public_url or base_url
        self._hosts = {urlsplit(address).hostname for address in (base_url, self.url)}
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._calls = Calls(
            Exchange(base_url, headers),
            title,
            answer_within.total_seconds(),
            refused=self._refused_upload,
        )
        self._limits = _USUAL
        self._account: answers.Account | None = None

    async def commit(self, parcel: Parcel) -> Answer:
        """Hand over the pictures, then send the status, once."""
        more, answers = {"visibility": "public"}, parcel.content.answers
        if answers is not None:
            more["in_reply_to_id"] = answers.external_id
        return await self._write(parcel, "POST", "/api/v1/statuses", more)

    async def correct(self, parcel: Parcel, proof: Proof) -> Answer:
        """Put the new text and pictures in place of the old ones; the server shows that it did."""
        status = self._id(proof)
        if status is None:
            return Refused(Code.CORRECTION_UNABLE, self._calls.named())
        return await self._write(parcel, "PUT", f"/api/v1/statuses/{status}", {})

    async def retract(self, proof: Proof) -> Answer:
        """Delete the status; one that is gone already counts as deleted."""
        status = self._id(proof)
        if status is None:
            return Refused(Code.RETRACTION_UNABLE, self._calls.named())
        reply = await self._calls.visible(
            "DELETE", f"/api/v1/statuses/{status}", self._calls.patience
        )
        if not isinstance(reply, Reply):
            return reply
        # A page that greets everybody is no proof; the server shows what it has deleted.
        gone = reply.read(answers.DELETED) if 200 <= reply.status < 300 else None
        if reply.status == 404 or (gone is not None and gone.id == status):
            return Published(proof.external_id, proof.url)
        return self._calls.unclear(reply.status)

    async def _write(
        self, parcel: Parcel, method: str, path: str, more: Mapping[str, str]
    ) -> Answer:
        clock = asyncio.get_running_loop().time
        began = clock()
        media = await self._calls.ready(self._media(parcel))
        if not isinstance(media, list):
            return media
        fields = {
            "status": with_link(parcel.content),
            "language": parcel.content.language,
            "media_ids[]": media,
            **more,
        }
        # A correction changes what is public: the key is for what is made public.
        headers = {"Idempotency-Key": parcel.key} if method == "POST" else {}
        patience = self._calls.patience - (clock() - began)
        reply = await self._calls.visible(method, path, patience, data=fields, headers=headers)
        if not isinstance(reply, Reply):
            return reply
        if reply.status == 404 and "in_reply_to_id" in more:
            return self._calls.comment_gone()
        if reply.status in _DOCUMENTED_REFUSALS:
            return self._refused(reply)
        status = reply.read(answers.STATUS)
        if 200 <= reply.status < 300 and status and self._is_ours(status.url):
            return Published(status.id, status.url)
        return self._calls.unclear(reply.status)

    async def _media(self, parcel: Parcel) -> list[str]:
        """Hand over all pictures."""
        return [await self._hand_over(file) for file in parcel.pictures]

    async def _hand_over(self, file: PictureFile) -> str:
        """Upload one picture with its alt text and wait until it may be attached."""
        reply = await self._calls.unseen(
            "POST",
            "/api/v2/media",
            files={"file": (file.picture.digest[:16], file.content, file.picture.media_type)},
            data={"description": file.picture.alt},
        )
        while (media := reply.read(answers.MEDIA)) is None or media.url is None:
            if media is None or reply.status not in {202, 206}:
                raise Unready(NotNow(Code.CHANNEL_BUSY, self._calls.named(status=reply.status)))
            await asyncio.sleep(_POLL)
            reply = await self._calls.unseen("GET", f"/api/v1/media/{media.id}")
        return media.id

    async def moderate(self, action: Action, target: Target) -> Answer:
        """Pin a status to our profile, or let it go; a server pins five of them."""
        status = f"/api/v1/statuses/{target.external_id}"
        clock = asyncio.get_running_loop().time
        ends = clock() + self._calls.patience
        reply = await self._calls.visible("POST", f"{status}/{action}", self._calls.patience)
        if not isinstance(reply, Reply):
            return reply
        done = Published(target.external_id, target.url)
        if _stands(reply, action, target):
            return done
        if reply.status == 404:
            return Refused(Code.POST_GONE, self._calls.named())
        if reply.status != 422:
            return self._calls.unclear(reply.status)
        # What is pinned already is refused as well.
        shown = await self._calls.seen(self._calls.read(status), ends - clock())
        if isinstance(shown, Unclear):
            return shown
        return done if _stands(shown, action, target) else self._refused(reply)

    async def find(self, sought: Sought) -> Published | Absent | Unclear:
        """Read our own statuses, newest first, back to before the first attempt."""
        found = await self._calls.seen(self._search(sought))
        if isinstance(found, Unclear):
            return found
        if found is None:
            return Absent()
        if not self._is_ours(found.url):
            return self._calls.unclear(200)
        return Published(found.id, found.url)

    async def timeline(self, since: datetime) -> Sequence[Seen] | None:
        """Read our own statuses back to then."""
        shown = await self._calls.seen(self._recent(since))
        if isinstance(shown, Unclear):
            return None
        return [
            Seen(status.id, status.url, status.created_at, without_markup(status.content))
            for status in shown
        ]

    async def check(self) -> Readiness:
        """Read the server's limits and whether our token opens the account."""
        try:
            async with asyncio.timeout(self._calls.patience):
                await self._read_limits()
                await self._who_we_are()
        except (NeverSent, AnswerLost, TimeoutError):
            return Readiness(self._limits, Code.CHANNEL_UNREACHABLE, self._calls.named())
        except Unexpected as unexpected:
            return self._not_ready(unexpected.status)
        return Readiness(self._limits)

    async def close(self) -> None:
        """Give the connections back."""
        await self._calls.close()

    async def _search(self, sought: Sought) -> answers.Listed | None:
        account = self._account or await self._who_we_are()
        return await search(self._calls, account.id, sought)

    async def _recent(self, since: datetime) -> list[answers.Listed]:
        account = self._account or await self._who_we_are()
        return await recent(self._calls, account.id, since)

    async def _read_limits(self) -> None:
        reply = await self._calls.read("/api/v2/instance")
        instance = reply.read(answers.INSTANCE) if reply.status == 200 else None
        if instance is not None:
            self._limits = instance.limits()
        elif reply.status != 404:
            # Servers before 4.0 do not have this page; the usual limits hold for them.
            raise Unexpected(reply.status)

    async def _who_we_are(self) -> answers.Account:
        path = "/api/v1/accounts/verify_credentials"
        reply = await self._calls.read(path)
        account = reply.read(answers.ACCOUNT) if reply.status == 200 else None
        if account is None:
            raise Unexpected(reply.status)
        self._account = account
        if self._is_ours(account.url):
            self.url = account.url
        return account

    def _not_ready(self, status: int | str) -> Readiness:
        match status:
            case 401 | 403:
                return Readiness(self._limits, Code.CREDENTIALS_REFUSED, self._calls.named())
            case 429:
                return Readiness(self._limits, Code.CHANNEL_THROTTLED, self._calls.named())
            case _:
                return Readiness(self._limits, Code.CHANNEL_BUSY, self._calls.named(status=status))

    def _refused_upload(self, reply: Reply) -> Refused | None:
        return self._refused(reply) if reply.status in _REFUSED_UPLOADS else None

    def _refused(self, reply: Reply) -> Refused:
        return Refused(Code.CHANNEL_REFUSED, self._calls.named(why=answers.words_of(reply)))

    def _id(self, proof: Proof) -> str | None:
        """Give the status's id; what a person found is known by its address alone, if it is here.

        An address elsewhere names nothing here, and what is not here would count as taken away.
        """
        found = urlsplit(proof.url).path.rstrip("/").rsplit("/", 1)[-1]
        return proof.external_id or (found if self._is_ours(proof.url) else None)

    def _is_ours(self, url: str) -> bool:
        address = urlsplit(url)
        return address.scheme in {"https", "http"} and address.hostname in self._hosts


def _stands(reply: Reply, action: Action, target: Target) -> bool:
    """Whether a status is shown to be pinned, or not, as it was to be."""
    status = reply.read(answers.STATUS) if reply.status == 200 else None
    pinned = action == "pin"
    return status is not None and (status.id, status.pinned) == (target.external_id, pinned)


class MastodonEntry(Entry):
    """An account on a Mastodon server."""

    guide = Guide(
        called="Mastodon: an account on a server",
        steps=(
            "Sign in on your server as the organisation's account.",
            "Open Preferences, then Development, then New application.",
            "Tick the scopes below and nothing else, and save.",
            "Open the application and copy: Your access token.",
        ),
        scopes=(
            "read:accounts",
            "read:statuses",
            "write:statuses",
            "write:media",
            "write:accounts",
        ),
        keys={"base_url": "your server"},
        examples={"base_url": "https://mastodon.example"},
        unasked=WRITES_UNASKED,
    )

    kind: Literal["mastodon"]
    base_url: Address
    public_url: Address | None = None
    """Where strangers reach the server, if that is not where we do."""
    token_file: FileName | None = None

    def make(self, making: Making) -> MastodonChannel:
        """Make the channel of this account."""
        return MastodonChannel(
            making.name,
            self.title,
            self.base_url,
            making.token(self.token_file),
            making.answer_within,
            public_url=self.public_url,
        )
