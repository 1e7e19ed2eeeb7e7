"""Records in a repository: put in a place, read, taken away; and the blobs they name."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.beneath import found
from simulator.bluesky.desk import DIALECT, Desk
from simulator.bluesky.feeds import Feeds
from simulator.bluesky.marks import Marks
from simulator.bluesky.names import (
    COLLECTION,
    TID,
    blob_cid,
    comment_id,
    did_of,
    record_cid,
    tid,
    uri_of,
)
from simulator.bluesky.posts import checked
from simulator.bluesky.refusals import Refused, invalid
from simulator.images import recognise
from simulator.posts import Post
from simulator.record import Picture
from simulator.rules import Lag

_MOST_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True)
class Records:
    """The endpoints of a repository."""

    desk: Desk
    marks: Marks
    feeds: Feeds

    async def upload(self, request: Request) -> Response:
        """Keep a blob, for a record that will name it."""
        account = self.desk.caller(request)
        content = await request.body()
        if len(content) > _MOST_BYTES:
            raise Refused(413, "PayloadTooLarge", "request entity too large")
        kind = recognise(content)
        if kind is None:
            raise invalid("The simulator takes pictures only")
        digest = await self.desk.world.keep_picture(content, kind.mime)
        cid = blob_cid(digest)
        picture = Picture(
            id=cid, digest=digest, mime=kind.mime, width=kind.width, height=kind.height
        )
        await self.desk.write(request, what="uploaded", account=account, id=cid, media=(picture,))
        blob = {"$type": "blob", "ref": {"$link": cid}, "mimeType": kind.mime, "size": len(content)}
        return JSONResponse({"blob": blob})

    async def create(self, request: Request) -> Response:
        """Make a record; whoever names no place for it makes another one each time."""
        account, said = self.desk.caller(request), await self.desk.said(request)
        key = self._place(account, {"rkey": tid(self.desk.world.now()), **said})
        value = _record(said)
        text, pictures = checked(value, self.desk.world.posts)
        if self.desk.world.posts.keyed(account, key) is not None:
            # The real server has no name for it either.
            raise Refused(500, "InternalServerError", "Internal Server Error")
        await self._publish(request, account, key, value, text, pictures)
        return _written(account, key, value, commit=True)

    async def put(self, request: Request) -> Response:
        """Let the record in this place be this: it is made, changed, or left as it is."""
        account, said = self.desk.caller(request), await self.desk.said(request)
        if self.marks.knows(said.get("collection")):
            _check_owner(account, said)
            return await self.marks.put(request, account, said)
        key, value = self._place(account, said), _record(said)
        text, pictures = checked(value, self.desk.world.posts)
        # From here to the record nothing waits, so two requests cannot both make it.
        standing = self.desk.world.posts.keyed(account, key)
        if standing is not None and standing.value == value:
            await self.desk.write(
                request, what="replayed", account=account, id=standing.id, key=key, text=text
            )
            return _written(account, key, value, commit=False)
        if "swapRecord" in said:
            there = record_cid(standing.value or {}) if standing else None
            if said["swapRecord"] != there:
                raise Refused(400, "InvalidSwap", f"Record was at {there}")
        if standing is None:
            await self._publish(request, account, key, value, text, pictures)
        else:
            await self.desk.write(
                request,
                what="edited",
                account=account,
                id=standing.id,
                key=key,
                text=text,
                media=pictures,
                value=value,
            )
        return _written(account, key, value, commit=True)

    async def delete(self, request: Request) -> Response:
        """Take the record away; it may be gone already."""
        account, said = self.desk.caller(request), await self.desk.said(request)
        key = self._place(account, said)
        standing = self.desk.world.posts.keyed(account, key)
        if standing is None:
            await self.desk.write(request, what="request", account=account, key=key)
        else:
            await self.desk.write(
                request,
                what="deleted",
                account=account,
                id=standing.id,
                key=key,
                text=standing.text,
            )
        return JSONResponse({})

    async def read(self, request: Request) -> Response:
        """The record in a place, for whoever asks; the server that holds it does not lag."""
        asked = request.query_params
        where = f"at://{asked.get('repo')}/{asked.get('collection')}/{asked.get('rkey')}"
        account = self.desk.account_of(asked.get("repo"))
        beside = self.marks.read(account, asked.get("collection", ""), asked.get("rkey", ""))
        if beside is not None:
            return beside
        if account is None and (known := self.feeds.one(where)):
            # What is kept elsewhere it asks the network's view for.
            return JSONResponse(
                {name: known[name] for name in ("uri", "cid")} | {"value": known["record"]}
            )
        post = self._standing(account, asked.get("collection"), asked.get("rkey", ""))
        if account is None or post is None or post.value is None:
            raise Refused(400, "RecordNotFound", f"Could not locate record: {where}")
        uri = uri_of(account, post.key or "")
        return JSONResponse({"uri": uri, "cid": record_cid(post.value), "value": post.value})

    def _standing(self, account: str | None, collection: str | None, key: str) -> Post | None:
        if account is None or collection != COLLECTION:
            return None
        return self.desk.world.posts.keyed(account, key)

    def _place(self, account: str, said: dict[str, Any]) -> str:
        _check_owner(account, said)
        if said.get("collection") != COLLECTION:
            raise invalid(f"The simulator keeps {COLLECTION} only")
        key = said.get("rkey")
        if not isinstance(key, str) or not TID.fullmatch(key):
            raise invalid("Invalid TID string (got invalid rkey)")
        return key

    async def _publish(
        self,
        request: Request,
        account: str,
        key: str,
        value: dict[str, Any],
        text: str,
        pictures: tuple[Picture, ...],
    ) -> None:
        world = self.desk.world
        lag = world.faults.inner(request.method, request.url.path, text, Lag)
        languages = value.get("langs") or [None]
        await self.desk.write(
            request,
            what="published",
            account=account,
            id=world.posts.new_id(world.now()),
            key=key,
            text=text,
            media=pictures,
            language=languages[0],
            value=value,
            in_reply_to_id=self._answered(value),
            fault=lag.kind if lag else None,
            lag=lag.seconds if isinstance(lag, Lag) else None,
        )

    def _answered(self, value: dict[str, Any]) -> str | None:
        """The post or comment that a record answers; that it is there nobody checks."""
        uri = value["reply"]["parent"]["uri"] if "reply" in value else ""
        account = self.desk.account_of(uri.removeprefix("at://").partition("/")[0])
        key = uri.rpartition("/")[2]
        post = self.desk.world.posts.keyed(account, key) if account else None
        answered = found(self.desk.world, DIALECT, comment_id(key))
        return post.id if post else answered.id if answered else None


def _check_owner(account: str, said: dict[str, Any]) -> None:
    if said.get("repo") not in (did_of(account), account):
        raise Refused(401, "AuthenticationRequired", "Authentication Required")


def _record(said: dict[str, Any]) -> dict[str, Any]:
    value = said.get("record")
    if not isinstance(value, dict):
        raise invalid("Input/record must be an object")
    return value


def _written(account: str, key: str, value: dict[str, Any], *, commit: bool) -> Response:
    cid = record_cid(value)
    shape: dict[str, Any] = {"uri": uri_of(account, key), "cid": cid, "validationStatus": "valid"}
    # A record that was there already, to the letter, makes no commit.
    return JSONResponse({**shape, "commit": {"cid": cid, "rev": key}} if commit else shape)
