"""What a member reads: who they are, a room's events and state, and how events belong together."""

import json
from dataclasses import dataclass
from itertools import islice
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.beneath import found
from simulator.matrix.desk import Caller, Desk
from simulator.matrix.names import SERVER, account_of, comment_id, reader_event
from simulator.matrix.refusals import Refused, bad_json, not_found
from simulator.matrix.rooms import MATRIX, PINNED, Event
from simulator.remarks import Line

_USUAL_PAGE = 10
_LARGEST_PAGE = 1000
_LARGEST_UPLOAD = 52_428_800


@dataclass(frozen=True)
class Reading:
    """The endpoints that change nothing."""

    desk: Desk

    async def whoami(self, request: Request) -> Response:
        """Whose token it is, and of which device."""
        caller = self.desk.caller(request)
        return JSONResponse({"user_id": caller.user, "is_guest": False, "device_id": caller.device})

    async def joined(self, request: Request) -> Response:
        """The rooms that the caller is in."""
        rooms = self.desk.caller(request).rooms
        return JSONResponse({"joined_rooms": list(rooms.values())})

    async def media(self, request: Request) -> Response:
        """How large an upload may be."""
        self.desk.caller(request)
        return JSONResponse({"m.upload.size": _LARGEST_UPLOAD})

    async def state(self, request: Request) -> Response:
        """What holds in a room."""
        caller = self.desk.caller(request)
        account = self.desk.room(request, caller)
        kind = next(
            kind for kind, room in caller.rooms.items() if room == request.path_params["room"]
        )
        match request.path_params["type"]:
            case "m.room.power_levels":
                mine = {} if kind == "muted-" else {caller.user: 50}
                levels = {"users": mine, "users_default": 0, "events": {}, "events_default": 50}
                return JSONResponse({**levels, "state_default": 50, "redact": 50})
            case "m.room.encryption" if kind == "sealed-":
                return JSONResponse({"algorithm": "m.megolm.v1.aes-sha2"})
            case "m.room.pinned_events" if pinned := self.desk.world.rooms.pinned(account):
                return JSONResponse(pinned)
        raise not_found()

    async def event(self, request: Request) -> Response:
        """One event, whatever became of it."""
        caller = self.desk.caller(request)
        account = self.desk.room(request, caller)
        comment = found(self.desk.world, MATRIX, comment_id(request.path_params["event"]))
        if comment is not None and comment.root.account == account:
            return JSONResponse(_remark(comment.line))
        return JSONResponse(self._shape(self._named(request, account), account, caller))

    async def replacing(self, request: Request) -> Response:
        """What stands in the place of an event, the newest first."""
        caller = self.desk.caller(request)
        account = self.desk.room(request, caller)
        event = self.desk.world.rooms.event(account, request.path_params["event"])
        if event is None:
            raise Refused(404, "M_UNKNOWN", "Unknown parent event.")
        found = self.desk.world.rooms.replacing(account, event)
        return JSONResponse({"chunk": [self._shape(each, account, caller) for each in found]})

    async def messages(self, request: Request) -> Response:
        """Events from the newest back; `end` leads on for as long as anything was found."""
        caller = self.desk.caller(request)
        account, asked = self.desk.room(request, caller), request.query_params
        if asked.get("dir") != "b":
            raise bad_json("The simulator reads backwards only: dir=b")
        wanted, limit = _filter(asked.get("filter")), asked.get("limit", str(_USUAL_PAGE))
        most = min(int(limit), _LARGEST_PAGE) if limit.isdecimal() else _USUAL_PAGE
        begin = asked.get("from", "").removeprefix("t")
        world = self.desk.world
        events = world.rooms.before(account, int(begin) if begin else None, world.now())
        chunk = list(islice((each for each in events if _is_wanted(each, wanted)), most))
        end = {"end": f"t{chunk[-1].place}"} if chunk else {}
        shown = [self._shape(event, account, caller) for event in chunk]
        return JSONResponse({"start": f"t{begin}", "chunk": shown, **end})

    def _named(self, request: Request, account: str) -> Event:
        event = self.desk.world.rooms.event(account, request.path_params["event"])
        if event is None:
            raise not_found()
        return event

    def _shape(self, event: Event, account: str, caller: Caller) -> dict[str, Any]:
        unsigned: dict[str, Any] = {"age": 1}
        if event.device == caller.device and event.transaction:
            unsigned["transaction_id"] = event.transaction
        if event.redacted_by:
            unsigned["redacted_because"] = self._shape(event.redacted_by, account, caller)
        elif newest := self.desk.world.rooms.replacing(account, event)[:1]:
            unsigned["m.relations"] = {"m.replace": self._shape(newest[0], account, caller)}
        return {
            "event_id": event.id,
            "type": event.type,
            "sender": event.sender,
            "room_id": next(room for room in caller.rooms.values() if account_of(room) == account),
            "origin_server_ts": int(event.at.timestamp() * 1000),
            "content": event.content,
            "unsigned": unsigned,
            **({"state_key": ""} if event.type == PINNED else {}),
        }


def _filter(said: str | None) -> dict[str, Any]:
    try:
        wanted = json.loads(said or "{}")
    except ValueError as broken:
        raise Refused(400, "M_NOT_JSON", "Content not JSON.") from broken
    if not isinstance(wanted, dict):
        raise bad_json("Content must be a JSON object.")
    return wanted


def _is_wanted(event: Event, wanted: dict[str, Any]) -> bool:
    types, senders = wanted.get("types"), wanted.get("senders")
    return (types is None or event.type in types) and (senders is None or event.sender in senders)


def _remark(line: Line) -> dict[str, Any]:
    """What a reader has written into the room."""
    return {
        "event_id": reader_event(line.id),
        "type": "m.room.message",
        "sender": f"@{line.name.lower()}:{SERVER}",
        "origin_server_ts": int(line.at.timestamp() * 1000),
        "content": {"msgtype": "m.text", "body": line.text},
    }
