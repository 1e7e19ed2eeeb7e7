"""Somebody's own receiver, told by a signed call as Standard Webhooks 1.0 describes it."""

import base64
import hashlib
import hmac
import json
from binascii import Error as NotBase64
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field

from schemas.channels import Limits
from schemas.codes import Code
from schemas.deliveries import Proof
from schemas.envelope import now
from services.kit.unfit import Unfit
from services.publisher.channels.calls import Calls
from services.publisher.channels.entry import Address, Entry, FileName, Making
from services.publisher.channels.exchange import Exchange, Reply
from services.publisher.channels.guide import Guide
from services.publisher.domain.answers import Answer, Published, Refused, Unclear
from services.publisher.domain.rules import Amends, Repeat, RepeatSafety
from services.publisher.ports import Parcel, Readiness, Seen, Sought

_LIMITS = Limits(characters=6_000, takes_title=True, pictures=0)
"""A body is 20 kB at most, and a letter may take three bytes. Pictures cannot be handed over."""

_SECRET = "whsec"  # noqa: S105  # how a secret begins
_REFUSED = {400, 404, 405, 410, 413, 415, 422}


class WebhookChannel:
    """Tells a receiver of each post. Whether it may be told twice, the receiver has promised."""

    kind = "webhook"
    keeps_content = False
    amends: Amends = "change"

    def __init__(
        self,
        name: str,
        title: str,
        address: str,
        secret: bytes,
        answer_within: timedelta,
        *,
        public_url: str,
        remembers: timedelta | None,
    ) -> None:
        self.name = name
        self.title = title
        self.url = public_url
        by = Repeat.IDEMPOTENCY_KEY if remembers else Repeat.NONE
        self.repeat_safety = RepeatSafety(by, window=remembers, finds=False)
        self.answer_safety = None
        self._secret = secret
        parts = urlsplit(address)
        self._path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        self._calls = Calls(
            Exchange(f"{parts.scheme}://{parts.netloc}", {"Content-Type": "application/json"}),
            title,
            answer_within.total_seconds(),
            refused=self._refused,
        )

    async def commit(self, parcel: Parcel) -> Answer:
        """Tell of a new post."""
        return await self._tell("post.published", parcel.key, _data(parcel), parcel.publish_at)

    async def correct(self, parcel: Parcel, proof: Proof) -> Answer:
        """Tell what it says now."""
        data = _data(parcel) | {"id": proof.external_id}
        told = await self._tell("post.corrected", parcel.key, data, parcel.publish_at)
        return Published(proof.external_id, proof.url) if isinstance(told, Published) else told

    async def retract(self, proof: Proof) -> Answer:
        """Tell that it is to be taken away."""
        said = {"id": proof.external_id}
        name = f"{proof.external_id}.retracted"
        told = await self._tell("post.retracted", name, said, proof.published_at)
        return Published(proof.external_id, proof.url) if isinstance(told, Published) else told

    async def find(self, sought: Sought) -> Unclear:  # noqa: ARG002 - the port's
        """Say that a receiver cannot be asked what it has."""
        return self._calls.unclear("no list")

    async def timeline(self, since: datetime) -> Sequence[Seen] | None:  # noqa: ARG002 - the port's
        """Say that there is nothing to read."""
        return None

    async def check(self) -> Readiness:
        """Say that it is ready: any call would be a message."""
        return Readiness(_LIMITS)

    async def close(self) -> None:
        """Give the connections back."""
        await self._calls.close()

    async def _tell(self, kind: str, name: str, data: dict[str, Any], at: datetime) -> Answer:
        """Send one message; the same name is the same message, to the letter."""
        said = {"type": kind, "timestamp": at.isoformat(), "data": data}
        body = json.dumps(said, ensure_ascii=False).encode()
        moment = str(int(now().timestamp()))
        headers = {
            "webhook-id": name,
            "webhook-timestamp": moment,
            "webhook-signature": f"v1,{_signature(self._secret, name, moment, body)}",
            "Idempotency-Key": name,
        }
        reply = await self._calls.visible(
            "POST", self._path, self._calls.patience, content=body, headers=headers
        )
        if not isinstance(reply, Reply):
            return reply
        if 200 <= reply.status < 300:
            return Published(name, self.url)
        return self._refused(reply) or self._calls.unclear(reply.status)

    def _refused(self, reply: Reply) -> Refused | None:
        if reply.status not in _REFUSED:
            return None
        return Refused(Code.CHANNEL_REFUSED, self._calls.named(why=f"HTTP {reply.status}"))


class WebhookEntry(Entry):
    """A receiver that somebody runs, and where readers find what it makes of a post."""

    guide = Guide(
        called="Webhook: a receiver of your own",
        steps=(
            "The receiver has to speak Standard Webhooks: www.standardwebhooks.com",
            "Let it make a secret that begins with whsec_, and copy it as it is shown there.",
        ),
        keys={
            "address": "where the receiver listens",
            "public_url": "where readers find what it makes of a post",
            "remembers_hours": "hours for which it knows a message again; empty if it does not",
        },
        examples={
            "address": "https://app.region.example/webhook",
            "public_url": "https://app.region.example",
            "remembers_hours": "24",
        },
        unasked="The receiver is not asked: every call to it would be a message.",
    )

    kind: Literal["webhook"]
    address: Annotated[str, Field(pattern=r"^https?://[^/\s#@]+(/[^\s#]*)?$")]
    """Where the receiver listens; it may have a query."""
    public_url: Address
    remembers_hours: float | None = Field(default=None, gt=0)
    """How long the receiver knows a message again and does nothing; without it, never repeat."""
    token_file: FileName | None = None

    def make(self, making: Making) -> WebhookChannel:
        """Make the channel of this receiver."""
        hours = self.remembers_hours
        return WebhookChannel(
            making.name,
            self.title,
            self.address,
            _key(making.name, making.token(self.token_file)),
            making.answer_within,
            public_url=self.public_url,
            remembers=timedelta(hours=hours) if hours else None,
        )


def _key(channel: str, secret: str) -> bytes:
    """Read a secret as the standard writes it: whsec_ and base64."""
    begins, _, said = secret.partition("_")
    try:
        key = base64.b64decode(said, validate=True) if begins == _SECRET else b""
    except NotBase64:
        key = b""
    if not key:
        raise Unfit(
            f"the secret of the channel {channel} is not whsec_ and base64; "
            "copy it from the receiver as it is shown there"
        )
    return key


def _signature(secret: bytes, name: str, moment: str, body: bytes) -> str:
    signed = f"{name}.{moment}.".encode() + body
    return base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()


def _data(parcel: Parcel) -> dict[str, Any]:
    content = parcel.content
    return {
        "id": parcel.key,
        "post": str(parcel.post),
        "revision": parcel.revision,
        "title": content.title,
        "text": content.text,
        "link": content.link,
        "language": content.language,
        "series": parcel.series,
    }
