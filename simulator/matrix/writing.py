"""What changes a room: events and redactions, each once for a call's name, and uploads."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.beneath import found
from simulator.images import recognise
from simulator.matrix.desk import Caller, Desk
from simulator.matrix.names import SERVER, comment_id
from simulator.matrix.refusals import Refused
from simulator.matrix.rooms import MATRIX, PINNED, Event, replaced_by
from simulator.record import Picture
from simulator.rules import Lag

_MOST_BYTES = 65_536
_NO_NAME = ""
"""Of calls that have none, for what holds in a room is the same however often it is said."""
_FRAME = 900
"""So many bytes of an event are the server's own: names, hashes, signatures."""


@dataclass(frozen=True)
class Writing:
    """The endpoints that change something."""

    desk: Desk

    async def upload(self, request: Request) -> Response:
        """Keep a picture, for an event that will name it."""
        self.desk.caller(request)
        content = await request.body()
        kind = recognise(content)
        if kind is None:
            raise Refused(400, "M_UNKNOWN", "The simulator takes pictures only")
        digest = await self.desk.world.keep_picture(content, kind.mime)
        picture = Picture(
            id=digest[:24], digest=digest, mime=kind.mime, width=kind.width, height=kind.height
        )
        await self.desk.write(request, what="uploaded", id=picture.id, media=(picture,))
        return JSONResponse({"content_uri": f"mxc://{SERVER}/{picture.id}"})

    async def send(self, request: Request) -> Response:
        """Put an event into a room; a call of the same name from the same device is the same."""
        caller, content = self.desk.caller(request), await self.desk.said(request)
        account, kind = self.desk.room(request, caller), request.path_params["type"]
        _refuse_muted(request, caller)
        # From here to the record nothing waits, so two calls of one name cannot both be made.
        if known := await self._repeated(request, caller, account):
            return known
        _check(kind, content)
        value = _value(request, caller, kind, content)
        world = self.desk.world
        target = world.rooms.event(account, replaced_by(content) or "")
        if target is not None:
            await self._replace(request, account, target, value)
        else:
            text = str(content["body"])
            lag = world.faults.inner(request.method, request.url.path, text, Lag)
            await self.desk.write(
                request,
                what="published",
                account=account,
                id=world.posts.new_id(world.now()),
                key=value["transaction"],
                text=text,
                media=self._picture(content),
                value=value,
                in_reply_to_id=self._answered(account, content),
                fault=lag.kind if lag else None,
                lag=lag.seconds if isinstance(lag, Lag) else None,
            )
        return _shown(world.rooms.made(account, caller.device, value["transaction"]))

    async def redact(self, request: Request) -> Response:
        """Take an event away; one that is gone or never was is no error."""
        caller = self.desk.caller(request)
        await self.desk.said(request)
        account = self.desk.room(request, caller)
        if known := await self._repeated(request, caller, account):
            return known
        content = {"redacts": request.path_params["event"]}
        value = _value(request, caller, "m.room.redaction", content)
        world = self.desk.world
        target = world.rooms.event(account, content["redacts"])
        stands = target and not target.replaces and not target.redacted_by
        post = world.posts.post(target.post_id or "") if target and stands else None
        said: dict[str, Any] = {"id": post.id, "text": post.text} if post else {}
        what = "deleted" if post else "sent"
        await self.desk.write(request, what=what, account=account, value=value, **said)
        return _shown(world.rooms.made(account, caller.device, value["transaction"]))

    async def pin(self, request: Request) -> Response:
        """Let these events stand above the others, whatever stood there before."""
        caller, content = self.desk.caller(request), await self.desk.said(request)
        account = self.desk.room(request, caller)
        _refuse_muted(request, caller)
        named = content.get("pinned")
        if not isinstance(named, list):
            raise Refused(400, "M_BAD_JSON", "'pinned' is a required property")
        world = self.desk.world
        events = [world.rooms.event(account, str(each)) for each in named]
        standing = [event for event in events if event and not event.redacted_by]
        ids = tuple(event.post_id for event in standing if event.post_id)
        value = _value(request, caller, PINNED, content)
        await self.desk.write(request, what="pinned", account=account, ids=ids, value=value)
        return _shown(world.rooms.made(account, caller.device, _NO_NAME))

    async def _repeated(self, request: Request, caller: Caller, account: str) -> Response | None:
        world, name = self.desk.world, request.path_params["transaction"]
        known = world.rooms.remembered(account, caller.device, name, world.now())
        if known is None:
            return None
        await self.desk.write(request, what="replayed", account=account, id=known.post_id, key=name)
        return _shown(known)

    async def _replace(
        self, request: Request, account: str, target: Event, value: dict[str, Any]
    ) -> None:
        """Change what readers see, if it still stands; a room takes the event in any case."""
        post = self.desk.world.posts.post(target.post_id or "")
        new = value["content"].get("m.new_content", {})
        if post is None:
            await self.desk.write(request, what="sent", account=account, value=value)
            return
        await self.desk.write(
            request,
            what="edited",
            account=account,
            id=post.id,
            text=str(new.get("body", "")),
            media=self._picture(new),
            value=value,
        )

    def _answered(self, account: str, content: dict[str, Any]) -> str | None:
        """The post or comment that an event answers; that it is there nobody checks."""
        match content:
            case {"m.relates_to": {"m.in_reply_to": {"event_id": str(event)}}}:
                known = self.desk.world.rooms.event(account, event)
                comment = found(self.desk.world, MATRIX, comment_id(event))
                return known.post_id if known else comment.id if comment else None
        return None

    def _picture(self, content: dict[str, Any]) -> tuple[Picture, ...]:
        """The picture that an event shows. What it names need not be there."""
        if content.get("msgtype") != "m.image":
            return ()
        upload = self.desk.world.posts.upload(str(content.get("url", "")).rpartition("/")[2])
        alt = str(content.get("body", ""))
        return (upload.picture.model_copy(update={"alt": alt}),) if upload else ()


def _refuse_muted(request: Request, caller: Caller) -> None:
    if request.path_params["room"] == caller.rooms["muted-"]:
        words = "You don't have permission to post that to the room. "
        raise Refused(403, "M_FORBIDDEN", words + "user_level (0) < send_level (50)")


def _check(kind: str, content: dict[str, Any]) -> None:
    if kind == "m.room.message":
        for wanted in ("body", "msgtype"):
            if wanted not in content:
                raise Refused(400, "M_UNKNOWN", f"'{wanted}' not in content")
    said = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    if len(said.encode()) + _FRAME > _MOST_BYTES:
        raise Refused(413, "M_TOO_LARGE", "event too large")


def _value(request: Request, caller: Caller, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": kind,
        "sender": caller.user,
        "device": caller.device,
        "transaction": request.path_params.get("transaction", _NO_NAME),
        "content": content,
    }


def _shown(event: Event) -> Response:
    return JSONResponse({"event_id": event.id})
