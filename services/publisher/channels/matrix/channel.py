"""One room on a Matrix server, spoken to through the client-server API."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote, unquote

from pydantic import Field

from schemas.channels import Limits
from schemas.codes import Code
from schemas.deliveries import Proof
from schemas.moderation import Action
from services.publisher.channels.calls import Calls, Unready
from services.publisher.channels.entry import Address, Entry, FileName, Making
from services.publisher.channels.exchange import Exchange, Reply
from services.publisher.channels.guide import Guide
from services.publisher.channels.matrix import answers, events
from services.publisher.channels.matrix.events import segment
from services.publisher.channels.matrix.room import PINS, Room
from services.publisher.domain.answers import Absent, Answer, NotNow, Published, Refused, Unclear
from services.publisher.domain.rules import Amends, Repeat, RepeatSafety
from services.publisher.ports import Parcel, Readiness, Seen, Sought, Target

_LIMITS = Limits(characters=4000, link_in_text=True, pictures=1, alt_characters=1000)
"""An event has 65 536 bytes. A correction says its words three times, each letter up to four bytes;
so it always fits, and what can be published can be corrected."""


class MatrixChannel:
    """Makes a delivery an event of a room.

    The server knows a call again by its name, but does not say for how long, and servers that keep
    such names in memory lose them just when an answer is lost. So the room is read first, where
    each event names its delivery; whichever device asks. The name of the call is the second guard.
    """

    kind = "matrix"
    keeps_content = False
    amends: Amends = "change"
    repeat_safety = RepeatSafety(Repeat.LOOK_UP)
    actions: tuple[Action, ...] = ("pin", "unpin")
    answer_safety = repeat_safety

    def __init__(
        self,
        name: str,
        title: str,
        base_url: str,
        room: str,
        token: str,
        answer_within: timedelta,
        *,
        public_url: str,
        alias: str | None = None,
    ) -> None:
        self.name = name
        self.title = title
        self.url = f"{public_url}/#/{quote(alias or room, safe='!:')}"
        self._calls = Calls(
            Exchange(base_url, {"Authorization": f"Bearer {token}"}),
            title,
            answer_within.total_seconds(),
            held_up=lambda reply: answers.held_up(reply, self._calls),
            refused=lambda reply: answers.refused(reply, self._calls),
        )
        self._room = Room(self._calls, room)
        self._limits = _LIMITS

    async def commit(self, parcel: Parcel) -> Answer:
        """Hand over the picture, then send the event, once."""
        clock = asyncio.get_running_loop().time
        ends = clock() + self._calls.patience
        picture = await self._calls.ready(self._laid(parcel))
        if isinstance(picture, NotNow | Refused):
            return picture
        content = events.published(parcel.content, parcel.key, picture)
        told = await self._send(parcel.key, content, ends - clock())
        return self._published(told) if isinstance(told, str) else told

    async def correct(self, parcel: Parcel, proof: Proof) -> Answer:
        """Send an event that stands in the place of the first; text stays text, picture picture."""
        clock = asyncio.get_running_loop().time
        ends = clock() + self._calls.patience
        event = _event_of(proof)
        if event is None:
            return Refused(Code.CORRECTION_UNABLE, self._calls.named())
        picture = await self._calls.ready(self._hand_over_for(event, parcel))
        if isinstance(picture, NotNow | Refused):
            return picture
        content = events.corrected(parcel.content, event, picture)
        told = await self._send(f"{parcel.key}.corrected", content, ends - clock())
        return Published(proof.external_id, proof.url) if isinstance(told, str) else told

    async def retract(self, proof: Proof) -> Answer:
        """Take its corrections away, which would be shown without it, and then itself."""
        event = _event_of(proof)
        if event is None:
            return Refused(Code.RETRACTION_UNABLE, self._calls.named())
        try:
            async with asyncio.timeout(self._calls.patience):
                for each in (*await self._room.corrections(event), event):
                    told = await self._redact(each)
                    if not isinstance(told, str):
                        return told
        except Unready as unready:
            return unready.answer
        except TimeoutError:
            return self._calls.lost()
        return Published(proof.external_id, proof.url)

    async def moderate(self, action: Action, target: Target) -> Answer:
        """Pin an event in the room, or let it go; the others that are pinned there stay."""
        clock = asyncio.get_running_loop().time
        ends = clock() + self._calls.patience
        pins = await self._calls.ready(self._pins(action, target.external_id))
        if isinstance(pins, NotNow | Refused):
            return pins
        if pins is not None:
            path = f"{self._room.path}/{PINS}"
            told = await self._tell(path, {"pinned": pins}, ends - clock())
            if not isinstance(told, str):
                return told
        return Published(target.external_id, target.url)

    async def find(self, sought: Sought) -> Published | Absent | Unclear:
        """Read our own events, newest first, for the one that names the delivery."""
        return await self._calls.seen(self._look(sought))

    async def timeline(self, since: datetime) -> Sequence[Seen] | None:
        """Read our own events back to then."""
        shown = await self._calls.seen(self._own(since))
        return None if isinstance(shown, Unclear) else shown

    async def check(self) -> Readiness:
        """Ask whether our account may write in the room, and how large a picture may be."""
        try:
            async with asyncio.timeout(self._calls.patience):
                why = await self._room.obstacle()
                config = await self._room.look("/_matrix/client/v1/media/config")
        except Unready as unready:
            return Readiness(self._limits, unready.answer.code, unready.answer.parameters)
        except TimeoutError:
            return Readiness(self._limits, Code.CHANNEL_UNREACHABLE, self._calls.named())
        if config and (media := config.read(answers.MEDIA)):
            self._limits = _LIMITS.model_copy(update={"picture_bytes": media.largest})
        if why:
            return Readiness(self._limits, Code.PERMISSION_MISSING, self._calls.named(why=why))
        return Readiness(self._limits)

    async def close(self) -> None:
        """Give the connections back."""
        await self._calls.close()

    async def _pins(self, action: Action, event: str) -> list[str] | None:
        """Say what has to be pinned from now on; None: it is so already."""
        shown = await self._room.event(event) if action == "pin" else None
        if action == "pin" and (shown is None or shown.text is None):
            raise Unready(Refused(Code.POST_GONE, self._calls.named()))
        pinned = await self._room.pinned()
        if (event in pinned) == (action == "pin"):
            return None
        others = [each for each in pinned if each != event]
        return [*others, event] if action == "pin" else others

    async def _look(self, sought: Sought) -> Published | Absent:
        async for event in self._room.own(sought.since):
            if event.delivery == sought.key:
                return self._published(event.event_id)
        return Absent()

    async def _own(self, since: datetime) -> Sequence[Seen]:
        return [
            Seen(event.event_id, self._address(event.event_id), event.sent_at, event.text)
            async for event in self._room.own(since)
        ]

    async def _laid(self, parcel: Parcel) -> events.Shown | None:
        """See that the comment stands that is answered, and hand over the picture."""
        if (answers := parcel.content.answers) is not None:
            shown = await self._room.event(answers.external_id)
            # Of what was taken away the frame is left.
            if shown is None or not shown.content:
                raise Unready(self._calls.comment_gone())
        return await self._hand_over(parcel)

    async def _hand_over_for(self, event: str, parcel: Parcel) -> events.Shown | None:
        """Hand over the picture of a correction, if the event can be corrected so."""
        shown = await self._room.event(event)
        kind = "m.image" if parcel.pictures else "m.text"
        if shown is None or shown.content.get("msgtype") != kind:
            # Readers' programs do not make one of the other, and what is gone stays gone.
            raise Unready(Refused(Code.CORRECTION_UNABLE, self._calls.named()))
        return await self._hand_over(parcel)

    async def _hand_over(self, parcel: Parcel) -> events.Shown | None:
        """Upload the picture, seen by nobody until an event names it."""
        if not parcel.pictures:
            return None
        [file] = parcel.pictures
        headers = {"Content-Type": file.picture.media_type}
        reply = await self._calls.unseen(
            "POST", "/_matrix/media/v3/upload", content=file.content, headers=headers
        )
        uploaded = reply.read(answers.UPLOADED)
        if uploaded is None:
            raise Unready(self._calls.busy(reply))
        return file, uploaded.content_uri

    async def _send(
        self, name: str, content: dict[str, Any], patience: float
    ) -> str | NotNow | Refused | Unclear:
        return await self._tell(f"{self._room.path}/send/m.room.message/{name}", content, patience)

    async def _redact(self, event: str) -> str | NotNow | Refused | Unclear:
        name = f"{hashlib.sha256(event.encode()).hexdigest()[:40]}.retracted"
        path = f"{self._room.path}/redact/{segment(event)}/{name}"
        return await self._tell(path, {}, self._calls.patience)

    async def _tell(
        self, path: str, content: dict[str, Any], patience: float
    ) -> str | NotNow | Refused | Unclear:
        """Make the call that readers see; the same path is the same call. Gives the event's id."""
        reply = await self._calls.visible("PUT", path, patience, json=content)
        if not isinstance(reply, Reply):
            return reply
        sent = reply.read(answers.SENT) if reply.status == 200 else None
        if sent is not None:
            return sent.event_id
        return answers.refused(reply, self._calls) or self._calls.unclear(reply.status)

    def _published(self, event: str) -> Published:
        return Published(event, self._address(event))

    def _address(self, event: str) -> str:
        return f"{self.url}/{quote(event, safe='$:')}"


def _event_of(proof: Proof) -> str | None:
    """Give the event's id; what a person found is known by its address alone."""
    if proof.external_id:
        return proof.external_id
    said = unquote(proof.url.rpartition("/")[2].partition("?")[0])
    return said if said.startswith("$") else None


_SIGN_IN = (
    'Write to a file login.json: {"type": "m.login.password", "identifier": {"type": "m.id.user", '
    '"user": "ACCOUNT"}, "password": "PASSWORD", "device_id": "BUDKAVLE"}'
)


class MatrixEntry(Entry):
    """A room on a Matrix server, written to by an account that is in it."""

    guide = Guide(
        called="Matrix: a room",
        steps=(
            "Make an account for publishing on your server, and let it join the room.",
            "In the room's settings, see under Security that the room is not encrypted.",
            "See under Roles and permissions that the account may send messages.",
            _SIGN_IN,
            "Run: curl -d @login.json https://SERVER/_matrix/client/v3/login",
            "Copy the access_token out of the answer, and delete the file.",
        ),
        keys={
            "base_url": "the account's server, as its programs call it",
            "room": "the room's own id: in its settings, under Advanced",
            "alias": "the room's public address, for links; empty if it has none",
        },
        examples={
            "base_url": "https://matrix.region.example",
            "room": "!opaque:region.example",
            "alias": "#nyheter:region.example",
        },
    )

    kind: Literal["matrix"]
    base_url: Address
    """The server that the account is on, as its programs call it."""
    room: str = Field(pattern=r"^![!-~]{1,254}$")
    alias: str | None = Field(default=None, pattern=r"^#[^\s:/]{1,200}:[!-~]{1,200}$")
    """The room's public address; links are made with it, since a bare id leads nobody in."""
    public_url: Address = "https://matrix.to"
    """What makes links that open in any reader's program."""
    token_file: FileName | None = None

    def make(self, making: Making) -> MatrixChannel:
        """Make the channel of this room."""
        return MatrixChannel(
            making.name,
            self.title,
            self.base_url,
            self.room,
            making.token(self.token_file),
            making.answer_within,
            public_url=self.public_url,
            alias=self.alias,
        )
