"""A Telegram channel, written to by a bot. What was sent cannot be read back: the last resort."""

import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, TypeAdapter

from schemas.channels import Limits
from schemas.codes import Code
from schemas.deliveries import Proof
from schemas.moderation import Action
from schemas.posts import Content
from services.kit.unfit import Unfit
from services.publisher.channels import telegram_answers as answers
from services.publisher.channels.calls import Calls, Unready
from services.publisher.channels.entry import Address, Entry, FileName, Making
from services.publisher.channels.exchange import Exchange, Reply
from services.publisher.channels.guide import Guide
from services.publisher.channels.wording import with_link
from services.publisher.domain.answers import Answer, NotNow, Published, Refused, Unclear
from services.publisher.domain.rules import Amends, Repeat, RepeatSafety
from services.publisher.ports import Parcel, Readiness, Seen, Sought, Target

_LIMITS = Limits(
    characters=4096,
    characters_with_picture=1024,
    link_in_text=True,
    pictures=10,
    picture_bytes=2_000_000,
    alt_in_text=True,
)
"""Telegram takes pictures of 10 MB; but they travel in the one call whose answer may get lost."""

T = TypeVar("T")

_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{20,100}")
_SO_ALREADY = ("chat_not_modified", "message to unpin not found")
_IDS = re.compile(r"[0-9]+(,[0-9]+)*")


class TelegramChannel:
    """Makes a delivery a message. It knows no key and shows no list, so a lost answer stays lost.

    Telegram wants the token in the address of every call: no library may write addresses down.
    """

    kind = "telegram"
    keeps_content = False
    amends: Amends = "change"
    repeat_safety = RepeatSafety(Repeat.NONE, finds=False)
    answer_safety = None
    actions: tuple[Action, ...] = ("pin", "unpin")

    def __init__(
        self,
        name: str,
        title: str,
        chat: str,
        token: str,
        answer_within: timedelta,
        *,
        base_url: str = "https://api.telegram.org",
        public_url: str = "https://t.me",
    ) -> None:
        self.name = name
        self.title = title
        self.url = f"{public_url}/{chat.removeprefix('@')}"
        self._chat = chat
        self._calls = Calls(
            Exchange(f"{base_url}/bot{token}", {}),
            title,
            answer_within.total_seconds(),
            held_up=self._held_up,
            refused=self._refused,
        )

    async def commit(self, parcel: Parcel) -> Answer:
        """Send the message with its pictures, in one call."""
        method, content = self._message(parcel)
        reply = await self._calls.visible("POST", method, self._calls.patience, **content)
        if not isinstance(reply, Reply):
            return reply
        sent = reply.read(answers.SENT) if reply.status == 200 else None
        if sent is None:
            return self._refused(reply) or self._calls.unclear(reply.status)
        return Published(",".join(map(str, sent.ids)), f"{self.url}/{sent.ids[0]}")

    async def correct(self, parcel: Parcel, proof: Proof) -> Answer:
        """Change the words. Pictures stay as they are, so there have to be as many as before."""
        ids, pictures = _ids(proof.external_id), len(parcel.pictures)
        if len(ids) != max(1, pictures):
            return Refused(Code.CORRECTION_UNABLE, self._calls.named())
        method, place = (
            ("editMessageCaption", "caption") if pictures else ("editMessageText", "text")
        )
        changed = {"message_id": ids[0], place: _words(parcel.content)}
        return await self._change(method, "message is not modified", proof, changed)

    async def retract(self, proof: Proof) -> Answer:
        """Delete the message; what is gone already is passed over."""
        ids = _ids(proof.external_id)
        if not ids:
            # A person found it; its address names one picture of an album at most.
            return Refused(Code.RETRACTION_UNABLE, self._calls.named())
        gone = "message to delete not found"
        return await self._change("deleteMessages", gone, proof, {"message_ids": ids})

    async def moderate(self, action: Action, target: Target) -> Answer:
        """Pin a message above the others, without waking anybody, or let it go."""
        ids = _ids(target.external_id)
        if not ids:
            return Refused(Code.MODERATION_UNABLE, self._calls.named())
        asked: dict[str, object] = {"chat_id": self._chat, "message_id": ids[0]}
        if action == "pin":
            asked["disable_notification"] = True
        method = f"/{action}ChatMessage"
        reply = await self._calls.visible("POST", method, self._calls.patience, json=asked)
        if not isinstance(reply, Reply):
            return reply
        failure = answers.failure_of(reply)
        changed = reply.status == 200 and reply.read(answers.DONE) is not None
        if changed or (failure and any(failure.says(words) for words in _SO_ALREADY)):
            return Published(target.external_id, target.url)
        if failure and failure.says("message to pin not found"):
            return Refused(Code.POST_GONE, self._calls.named())
        return self._refused(reply) or self._calls.unclear(reply.status)

    async def find(self, sought: Sought) -> Unclear:  # noqa: ARG002 - the port's
        """Say that a bot cannot read what stands in the channel."""
        return self._calls.unclear("no list")

    async def timeline(self, since: datetime) -> Sequence[Seen] | None:  # noqa: ARG002 - the port's
        """Say that there is nothing to read."""
        return None

    async def check(self) -> Readiness:
        """Ask who the bot is, and whether it may write in the channel."""
        try:
            bot = await self._ask("/getMe", answers.ITSELF)
            asked = {"chat_id": self._chat, "user_id": bot.result.id}
            member = await self._ask("/getChatMember", answers.MEMBER, json=asked)
        except Unready as unready:
            return Readiness(_LIMITS, unready.answer.code, unready.answer.parameters)
        if not member.may_post:
            why = self._calls.named(why="the bot is no administrator who may post")
            return Readiness(_LIMITS, Code.PERMISSION_MISSING, why)
        return Readiness(_LIMITS)

    async def close(self) -> None:
        """Give the connections back."""
        await self._calls.close()

    async def _ask(self, method: str, shape: TypeAdapter[T], **content: object) -> T:
        reply = await self._calls.unseen("POST", method, **content)
        said = reply.read(shape)
        if said is None:
            raise Unready(self._calls.busy(reply))
        return said

    def _message(self, parcel: Parcel) -> tuple[str, dict[str, Any]]:
        """Choose the method, and fill it in."""
        words, chat = _words(parcel.content), {"chat_id": self._chat}
        names = [f"picture{number}" for number, _ in enumerate(parcel.pictures)]
        files = {
            name: (name, file.content, file.picture.media_type)
            for name, file in zip(names, parcel.pictures, strict=True)
        }
        match names:
            case []:
                return "/sendMessage", {"json": {**chat, "text": words}}
            case [name]:
                given = {"photo": files[name]}
                return "/sendPhoto", {"data": {**chat, "caption": words}, "files": given}
        media = [{"type": "photo", "media": f"attach://{name}"} for name in names]
        media[0]["caption"] = words
        return "/sendMediaGroup", {"data": {**chat, "media": json.dumps(media)}, "files": files}

    async def _change(
        self, method: str, done: str, proof: Proof, said: dict[str, object]
    ) -> Answer:
        """Change what stands there; a refusal that says `done` means that it was so already."""
        asked = {"chat_id": self._chat, **said}
        reply = await self._calls.visible("POST", f"/{method}", self._calls.patience, json=asked)
        if not isinstance(reply, Reply):
            return reply
        failure = answers.failure_of(reply)
        changed = reply.status == 200 and reply.read(answers.DONE) is not None
        if changed or (failure is not None and failure.says(done)):
            return Published(proof.external_id, proof.url)
        return self._refused(reply) or self._calls.unclear(reply.status)

    def _held_up(self, reply: Reply) -> NotNow | None:
        failure = answers.failure_of(reply)
        if reply.status == 401 or (failure and failure.error_code == 404):
            # A token that could not be one is not found, as if it were a wrong address.
            return NotNow(Code.CREDENTIALS_REFUSED, self._calls.named())
        if reply.status == 429:
            wait = failure.wait if failure else None
            return NotNow(Code.CHANNEL_THROTTLED, self._calls.named(), wait)
        if failure and failure.is_no_right:
            return NotNow(Code.PERMISSION_MISSING, self._calls.named(why=failure.words))
        return None

    def _refused(self, reply: Reply) -> Refused | None:
        failure = answers.failure_of(reply)
        if failure is None or failure.error_code not in {400, 413}:
            return None
        return Refused(Code.CHANNEL_REFUSED, self._calls.named(why=failure.words))


def _words(content: Content) -> str:
    """Give the text, and what its pictures show: Telegram has no other place for that."""
    one, many = ("Bild", "Bild {}") if content.language == "sv" else ("Image", "Image {}")
    pictures = content.pictures
    label = one if len(pictures) == 1 else many
    shown = [f"{label.format(n)}: {each.alt}" for n, each in enumerate(pictures, 1)]
    return "\n\n".join([with_link(content), *shown])


def _ids(external_id: str) -> list[int]:
    """Give the numbers of the messages; empty if only a person knows them."""
    known = external_id if _IDS.fullmatch(external_id) else ""
    return [int(number) for number in known.split(",") if number]


class TelegramEntry(Entry):
    """A public channel, and a bot that is an administrator of it."""

    guide = Guide(
        called="Telegram: a public channel",
        steps=(
            "In Telegram write /newbot to @BotFather, and answer what it asks.",
            "Copy the token that it gives: a number, a colon and letters.",
            "Open your channel's settings, then Channel type, and make it public.",
            "Open Administrators, then Add administrator, and choose the bot.",
            "Let it post messages, edit those of others and delete them, and nothing else.",
        ),
        keys={"chat": "the channel's public name, with its @"},
        examples={"chat": "@regionen"},
        unasked="A bot cannot read what stands in the channel: after a lost answer a person looks.",
    )

    kind: Literal["telegram"]
    chat: Annotated[str, Field(pattern=r"^@[A-Za-z][A-Za-z0-9_]{3,31}$")]
    base_url: Address = "https://api.telegram.org"
    public_url: Address = "https://t.me"
    token_file: FileName | None = None

    def make(self, making: Making) -> TelegramChannel:
        """Make the channel of this bot."""
        token = making.token(self.token_file)
        if not _TOKEN.fullmatch(token):
            raise Unfit(
                f"the token of the channel {making.name} is not a bot's; "
                "copy the line that @BotFather gave, like 110201543:AAHd…"
            )
        return TelegramChannel(
            making.name,
            self.title,
            self.chat,
            token,
            making.answer_within,
            base_url=self.base_url,
            public_url=self.public_url,
        )
