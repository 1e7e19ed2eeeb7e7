"""Posts, parcels and questions as the publisher would make them."""

import hashlib
import os
import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from schemas.deliveries import DeliveryCorrected, DeliveryPublished, DeliveryRetracted, Proof
from schemas.posts import Content, Picture, Video
from services.kit.messages import Told
from services.kit.texts import opening, words_digest
from services.planner.mp4 import film_of
from services.publisher.channels.newsroom.items import Item
from services.publisher.domain.answers import Prepared, Published
from services.publisher.domain.keys import key
from services.publisher.ports import Channel, Parcel, PictureFile, Sought, TwoPhase
from tests.harness.films import film

POST = UUID("0a9b2f34-58c1-4f0e-9d0c-2f6a53a9be11")
AT = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
TEXT = "Kvart i tre på natten. I väntrummet sover en pappa med sin femåring i famnen."


def content(text: str = TEXT, **more: Any) -> Content:
    return Content(text=text, **more)


def parcel(
    text: str = TEXT, *pictures: PictureFile, post: UUID | None = None, **more: Any
) -> Parcel:
    post = post or uuid4()
    return Parcel(
        post=post,
        revision=1,
        key=key("channel", post, 1),
        content=content(text, pictures=tuple(file.picture for file in pictures), **more),
        pictures=pictures,
        publish_at=AT,
    )


def sought(sent: Parcel, since: datetime | None = None) -> Sought:
    return Sought(
        post=sent.post,
        revision=sent.revision,
        key=sent.key,
        opening=opening(sent.content.text),
        words=words_digest(sent.content.text),
        since=since or datetime.now(UTC) - timedelta(seconds=5),
        handle=sent.handle,
        answers=sent.content.answers,
    )


def item(number: int = 0, **more: Any) -> Item:
    given: dict[str, Any] = {
        "post": UUID(int=(number + 1) << 96),
        "revision": 1,
        "content": content(f"Text nummer {number} om vården.", title=f"Nyhet {number}"),
        "published_at": AT + timedelta(minutes=number),
    }
    return Item(**{**given, **more})


def published(shown: Item, channel: str = "newsroom", sequence: int = 1) -> Told[Any]:
    fact = DeliveryPublished(
        occurred_at=shown.published_at,
        trace=uuid4(),
        channel=channel,
        post=shown.post,
        revision=shown.revision,
        publish_at=shown.published_at,
        kind="newsroom",
        external_id=shown.slug,
        url=f"http://127.0.0.1/{shown.slug}/",
        published_at=shown.published_at,
        known_by="answer",
        content=shown.content,
        series=shown.series,
    )
    return Told(fact, sequence, shown.published_at)


def proof(shown: Item) -> Proof:
    return Proof(
        external_id=shown.slug,
        url=f"http://127.0.0.1/{shown.slug}/",
        revision=shown.revision,
        published_at=shown.published_at,
    )


def corrected(shown: Item, at: datetime, new: Content, **more: Any) -> DeliveryCorrected:
    return DeliveryCorrected(
        **published(shown).fact.model_dump(
            exclude={"type", "event_id", "published_at", "known_by", "content"}
        )
        | {
            "occurred_at": at,
            "revision": shown.revision + 1,
            "aim": "correct",
            "proof": proof(shown),
            "corrected_at": at,
            "content": new,
        }
        | more
    )


def retracted(shown: Item, at: datetime, **more: Any) -> DeliveryRetracted:
    return DeliveryRetracted(
        **published(shown).fact.model_dump(
            exclude={"type", "event_id", "published_at", "known_by", "content", "series", "labels"}
        )
        | {"occurred_at": at, "aim": "retract", "retracted_at": at}
        | more
    )


async def laid(channel: Channel, sent: Parcel) -> Parcel:
    """Lay it ready where that is a step of its own."""
    if not isinstance(channel, TwoPhase):
        return sent
    prepared = await channel.prepare(sent)
    assert isinstance(prepared, Prepared)
    return replace(sent, handle=prepared.handle)


def proof_of(answer: Published) -> Proof:
    """What the ledger keeps of an answer."""
    return Proof(
        external_id=answer.external_id, url=answer.url, revision=1, published_at=datetime.now(UTC)
    )


def video_file(description: str = "En älg går förbi", **like: Any) -> tuple[Video, bytes]:
    """A video with its bytes, as the planner keeps it."""
    file = BytesIO(film(**like))
    found = film_of(file)
    made = b"".join(found.pieces(file, 1000))
    video = Video(
        digest=hashlib.sha256(made).hexdigest(),
        media_type="video/mp4",
        size=len(made),
        width=found.shown.width,
        height=found.shown.height,
        seconds=found.shown.seconds,
        description=description,
    )
    return video, made


def picture_file(alt: str = "En röd fyrkant", colour: bytes = b"\xc0\x20\x20") -> PictureFile:
    """A real PNG of 40 by 30 pixels in one colour."""
    width, height = 40, 30
    rows = (b"\0" + colour * width) * height
    made = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(rows)),
            (b"IEND", b""),
        )
    )
    return PictureFile(
        Picture(
            digest=hashlib.sha256(made).hexdigest(),
            media_type="image/png",
            size=len(made),
            width=width,
            height=height,
            alt=alt,
        ),
        made,
    )


def write_token(path: Path, text: str, age: timedelta = timedelta(days=2)) -> None:
    """Write a token as a person does, some time ago."""
    path.write_text(text)
    path.chmod(0o600)
    made = (datetime.now(UTC) - age).timestamp()
    os.utime(path, (made, made))
