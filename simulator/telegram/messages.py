"""Messages in a channel: sent with and without pictures, changed, and taken away."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.deeds import keep_pinned
from simulator.images import recognise
from simulator.posts import Post
from simulator.record import Picture
from simulator.rules import Lag
from simulator.telegram.desk import DIALECT, Desk, bot_id, numbers_of
from simulator.telegram.errors import bad

_MOST_TEXT, _MOST_CAPTION = 4096, 1024
_LONGEST_SIDES, _STEEPEST = 10_000, 20
_ALBUM = range(2, 11)


@dataclass(frozen=True)
class Messages:
    """The methods of the API."""

    desk: Desk

    async def who(self, request: Request) -> Response:
        """The bot itself."""
        account = self.desk.caller(request)
        return _done({"id": bot_id(account), "is_bot": True, "first_name": "Budkavle"})

    async def member(self, request: Request) -> Response:
        """What the bot may do in its channel."""
        account, said = await self.desk.written(request)
        if said.get("user_id") != bot_id(account):
            raise bad("PARTICIPANT_ID_INVALID")
        rights = {"can_post_messages": True, "can_edit_messages": True}
        return _done({"status": "administrator", "user": {"id": bot_id(account)}, **rights})

    async def text(self, request: Request) -> Response:
        """Send words."""
        account, said = await self.desk.written(request)
        post = await self._publish(request, account, _within(said.get("text"), _MOST_TEXT), [])
        return _done(_shape(post, numbers_of(post)[0], "text"))

    async def photo(self, request: Request) -> Response:
        """Send one picture."""
        account, said = self.desk.caller(request), await self.desk.said(request)
        self.desk.meant(account, said.one("chat_id"))
        words = _within(said.one("caption") or "", _MOST_CAPTION)
        post = await self._publish(request, account, words, [said.file("photo")])
        return _done(_shape(post, numbers_of(post)[0], "caption"))

    async def album(self, request: Request) -> Response:
        """Send several pictures, of which the first carries the words."""
        account, said = self.desk.caller(request), await self.desk.said(request)
        self.desk.meant(account, said.one("chat_id"))
        try:
            media = json.loads(said.one("media") or "")
            files = [said.file(each["media"].removeprefix("attach://")) for each in media]
            captions = [each.get("caption", "") for each in media]
        except (ValueError, KeyError, TypeError, AttributeError) as broken:
            raise bad("can't parse media JSON object") from broken
        if len(media) not in _ALBUM:
            raise bad("there must be from 2 to 10 media in an album")
        words = _within("\n".join(filter(None, captions)), _MOST_CAPTION)
        post = await self._publish(request, account, words, files)
        shapes = [_shape(post, number, "caption") for number in numbers_of(post)]
        for shape in shapes[1:]:
            del shape["caption"]
        return _done(shapes)

    async def new_text(self, request: Request) -> Response:
        """Change the words of a message without pictures."""
        return await self._edit(request, "text", _MOST_TEXT)

    async def new_caption(self, request: Request) -> Response:
        """Change the words beneath a picture."""
        return await self._edit(request, "caption", _MOST_CAPTION)

    async def delete(self, request: Request) -> Response:
        """Take messages away; those that are not there are passed over."""
        account, said = await self.desk.written(request)
        match said.get("message_ids"):
            case [int(), *_] as wanted:
                gone = set(wanted)
            case _:
                raise bad("message identifiers are not specified")
        for number in sorted(gone):
            post = self.desk.post(account, number)
            if post is not None and gone.issuperset(numbers_of(post)):
                await self.desk.write(
                    request, what="deleted", account=account, id=post.id, text=post.text
                )
        return _done(result=True)

    async def pin(self, request: Request) -> Response:
        """Let a message stand above the others."""
        account, said = await self.desk.written(request)
        post = self.desk.post(account, said.get("message_id"))
        if post is None:
            raise bad("message to pin not found")
        if post.id in self.desk.world.moderation.pinned(account):
            raise bad("CHAT_NOT_MODIFIED")
        await keep_pinned(self.desk.world, DIALECT, request, post, pinned=True)
        return _done(result=True)

    async def unpin(self, request: Request) -> Response:
        """Let a message go that stands above the others."""
        account, said = await self.desk.written(request)
        post = self.desk.post(account, said.get("message_id"))
        if post is None or post.id not in self.desk.world.moderation.pinned(account):
            raise bad("message to unpin not found")
        await keep_pinned(self.desk.world, DIALECT, request, post, pinned=False)
        return _done(result=True)

    async def _edit(self, request: Request, place: str, most: int) -> Response:
        account, said = await self.desk.written(request)
        words, post = (
            _within(said.get(place), most),
            self.desk.post(account, said.get("message_id")),
        )
        if post is None:
            raise bad("message to edit not found")
        if post.pictured != (place == "caption"):
            raise bad(f"there is no {place} in the message to edit")
        if post.text == words:
            raise bad(
                "message is not modified: specified new message content and reply markup are"
                " exactly the same as a current content and reply markup of the message"
            )
        await self.desk.write(
            request,
            what="edited",
            account=account,
            id=post.id,
            text=words,
            media=post.media,
            value=post.value,
        )
        return _done({"message_id": said["message_id"], place: words})

    async def _publish(
        self, request: Request, account: str, words: str, files: list[bytes | None]
    ) -> Post:
        world = self.desk.world
        pictures = [await self._picture(content) for content in files]
        for picture in pictures:
            await self.desk.write(
                request, what="uploaded", account=account, id=picture.id, media=(picture,)
            )
        post_id = world.posts.new_id(world.now())
        lag = world.faults.inner("POST", request.url.path, words, Lag)
        await self.desk.write(
            request,
            what="published",
            account=account,
            id=post_id,
            text=words,
            media=tuple(pictures),
            value={"messages": self.desk.next_numbers(account, max(1, len(pictures)))},
            fault=lag.kind if lag else None,
            lag=lag.seconds if isinstance(lag, Lag) else None,
        )
        post = world.posts.post(post_id)
        if post is None:
            raise RuntimeError("what was published stands")
        return post

    async def _picture(self, content: bytes | None) -> Picture:
        kind = recognise(content) if content else None
        if content is None or kind is None:
            raise bad("IMAGE_PROCESS_FAILED")
        sides = sorted((kind.width, kind.height))
        if sum(sides) > _LONGEST_SIDES or sides[1] > _STEEPEST * sides[0]:
            raise bad("PHOTO_INVALID_DIMENSIONS")
        world = self.desk.world
        digest = await world.keep_picture(content, kind.mime)
        number = world.posts.new_id(world.now())
        return Picture(
            id=number, digest=digest, mime=kind.mime, width=kind.width, height=kind.height
        )


def _within(words: object, most: int) -> str:
    caption = most == _MOST_CAPTION
    if not isinstance(words, str) or not (words.strip() or caption):
        raise bad("message text is empty")
    if len(words) > most:
        raise bad("message caption is too long" if caption else "message is too long")
    return words.strip()


def _shape(post: Post, number: int, place: str) -> dict[str, Any]:
    chat = {"id": -1001000000000, "title": post.account, "type": "channel"}
    date = int(post.created_at.timestamp())
    return {
        "message_id": number,
        "chat": {**chat, "username": post.account},
        "date": date,
        place: post.text,
    }


def _done(result: object) -> Response:
    return JSONResponse({"ok": True, "result": result})
