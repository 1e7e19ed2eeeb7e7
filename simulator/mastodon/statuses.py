"""Writing posts: publish once per key, edit, delete."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from simulator.fields import Fields
from simulator.mastodon import refusals
from simulator.mastodon.desk import Desk, found
from simulator.mastodon.refusals import Refused
from simulator.mastodon.shapes import DESCRIPTION_LIMIT, MAX_CHARACTERS, MAX_FILES
from simulator.posts import Post
from simulator.record import Picture
from simulator.rules import Lag, ReplayStatus
from simulator.text import length

_SOONEST_SCHEDULE = timedelta(minutes=5)


@dataclass(frozen=True)
class Statuses:
    """The endpoints that change posts."""

    desk: Desk

    async def publish(self, request: Request) -> Response:
        """Make a post public, or answer with the one that this key made before."""
        account = self.desk.caller(request)
        fields = await self.desk.fields(request)
        key = request.headers.get("idempotency-key")
        # From here to the record nothing waits, so two requests with one key cannot both publish.
        world = self.desk.world
        if key and (known := world.posts.remembered(account, key, world.now())):
            return await self._repeat(request, account, key, known, fields)
        self._refuse_schedule(fields.one("scheduled_at"))
        pictures = self._pictures(fields.several("media_ids") or [], account)
        text = _checked(fields.one("status") or "", pictures)
        parent = fields.one("in_reply_to_id") or None
        if parent and not world.posts.post(parent) and not world.comment(parent):
            raise Refused(404, refusals.NOT_FOUND)
        lag = world.faults.inner(request.method, request.url.path, text, Lag)
        post_id = world.posts.new_id(world.now())
        await self.desk.write(
            request,
            what="published",
            account=account,
            id=post_id,
            key=key,
            text=text,
            media=pictures,
            language=fields.one("language"),
            in_reply_to_id=parent,
            fault=lag.kind if lag else None,
            lag=lag.seconds if isinstance(lag, Lag) else None,
        )
        return self._shown(post_id)

    async def _repeat(
        self, request: Request, account: str, key: str, post_id: str, fields: Fields
    ) -> Response:
        text = fields.one("status") or ""
        faults = self.desk.world.faults
        fault = faults.inner(request.method, request.url.path, text, ReplayStatus)
        broken = fault.status if isinstance(fault, ReplayStatus) else None
        await self.desk.write(
            request,
            status=broken or 200,
            what="replayed",
            account=account,
            id=post_id,
            key=key,
            text=text,
            fault=fault.kind if fault else None,
        )
        return refusals.answer(broken) if broken else self._shown(post_id)

    async def edit(self, request: Request) -> Response:
        """Change the text, the images or their alt texts of an own post."""
        post = self.desk.own_post(request)
        fields = await self.desk.fields(request)
        ids = fields.several("media_ids")
        pictures = self._pictures(ids, post.account, post) if ids is not None else post.media
        pictures = _redescribed(pictures, fields)
        said = fields.one("status")
        text = _checked(post.text if said is None else said, pictures)
        await self.desk.write(
            request,
            what="edited",
            account=post.account,
            id=post.id,
            text=text,
            media=pictures,
            language=fields.one("language") or post.language,
        )
        return self._shown(post.id)

    async def delete(self, request: Request) -> Response:
        """Remove an own post; the answer carries its source, to write it anew."""
        post = self.desk.own_post(request)
        drop = request.query_params.get("delete_media", "").lower() in {"true", "1"}
        shape = {**self.desk.shapes.status(post), "text": post.text}
        await self.desk.write(
            request,
            what="deleted",
            account=post.account,
            id=post.id,
            text=post.text,
            dropped=tuple(picture.id for picture in post.media) if drop else (),
        )
        return found(shape)

    def _shown(self, post_id: str) -> Response:
        post = self.desk.world.posts.post(post_id)
        if post is None:
            raise Refused(404, refusals.NOT_FOUND)
        return found(self.desk.shapes.status(post))

    def _pictures(
        self, ids: list[str], account: str, post: Post | None = None
    ) -> tuple[Picture, ...]:
        if len(ids) > MAX_FILES:
            raise Refused(422, refusals.TOO_MANY_FILES)
        pictures, missing = [], []
        for media_id in dict.fromkeys(ids):
            upload = self.desk.world.posts.upload(media_id)
            free = upload is not None and upload.post_id in (None, post.id if post else None)
            if upload is None or upload.account != account or not free:
                missing.append(media_id)
                continue
            if not self.desk.shapes.ready(upload):
                raise Refused(422, refusals.NOT_READY)
            pictures.append(upload.picture)
        if missing:
            raise Refused(
                422, f"Media {', '.join(missing)} not found or already attached to another post"
            )
        return tuple(pictures)

    def _refuse_schedule(self, scheduled_at: str | None) -> None:
        if not scheduled_at:
            return
        try:
            at = datetime.fromisoformat(scheduled_at)
            soon = at - self.desk.world.now() < _SOONEST_SCHEDULE
        except (TypeError, ValueError) as unreadable:
            raise Refused(422, refusals.PAST_SCHEDULE) from unreadable
        raise Refused(422, refusals.PAST_SCHEDULE if soon else refusals.NO_SCHEDULE)


def _checked(text: str, pictures: tuple[Picture, ...]) -> str:
    if not text.strip() and not pictures:
        raise Refused(422, refusals.BLANK)
    if length(text) > MAX_CHARACTERS:
        raise Refused(422, f"Validation failed: Text character limit of {MAX_CHARACTERS} exceeded")
    return text


def _redescribed(pictures: tuple[Picture, ...], fields: Fields) -> tuple[Picture, ...]:
    described = {
        str(change.get("id")): str(change["description"] or "")[:DESCRIPTION_LIMIT]
        for change in fields.attributes
        if "description" in change
    }
    return tuple(
        picture.model_copy(update={"alt": described.get(picture.id, picture.alt)})
        for picture in pictures
    )
