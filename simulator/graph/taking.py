"""What containers are made of: pictures fetched from their public address, and words."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from simulator.fetching import TooLarge, Unfetched, fetch
from simulator.fields import Fields
from simulator.films import measure
from simulator.graph import errors
from simulator.graph.desk import Desk
from simulator.graph.errors import Refused
from simulator.images import recognise
from simulator.record import Picture

_MOST_BYTES = 8 * 1024 * 1024
_MOST_FILM = 300 * 1024 * 1024


@dataclass(frozen=True)
class Wanted:
    """What a platform takes."""

    kinds: Collection[str]
    narrowest: float
    widest: float


STORY = Wanted({"image/jpeg"}, 0.1, 10)
"""A story may have any shape; what is not upright gets edges."""


@dataclass(frozen=True)
class Laid:
    """What a container will become; a failed one became nothing while it was taken in."""

    text: str
    pictures: tuple[Picture, ...] = ()
    item: bool = False
    story: bool = False
    failure: int | None = None
    link: str | None = None
    answers: str | None = None
    """The comment beneath which it will stand."""

    def value(self) -> dict[str, Any]:
        """What the record keeps beside the text and the pictures."""
        said = {
            "item": self.item or None,
            "story": self.story or None,
            "failure": self.failure,
            "link": self.link,
        }
        return {name: value for name, value in said.items() if value is not None}


async def take(
    desk: Desk, request: Request, dialect: str, account: str, fields: Fields, wanted: Wanted
) -> Picture:
    """Fetch the one picture that a container names, and keep it."""
    address = fields.one("image_url") or ""
    if not address:
        raise errors.bad_parameter("The parameter image_url is required")
    try:
        content = await fetch(address, _MOST_BYTES)
    except Unfetched as why:
        said = f"The media could not be fetched from this URI: {why}"
        raise errors.coded(9004, 2207052, said) from why
    except TooLarge as why:
        said = "The image is too large to download. It should be less than 8 MiB"
        raise errors.coded(36_000, 2207004, said) from why
    kind = recognise(content)
    if kind is None or kind.mime not in wanted.kinds:
        raise errors.coded(36_001, 2207005, "The image format is not supported")
    if not wanted.narrowest <= kind.width / kind.height <= wanted.widest:
        raise errors.coded(36_003, 2207009, "The aspect ratio is not supported")
    world = desk.world
    picture = Picture(
        id=world.posts.new_id(world.now()),
        digest=await world.keep_picture(content, kind.mime),
        mime=kind.mime,
        width=kind.width,
        height=kind.height,
        alt=(fields.one("alt_text") or "")[:1000],
    )
    await desk.write(
        request, dialect=dialect, what="uploaded", account=account, id=picture.id, media=(picture,)
    )
    return picture


async def take_film(
    desk: Desk,
    request: Request,
    dialect: str,
    account: str,
    address: str,
    seconds: tuple[float, float],
    alt: str = "",
) -> Picture:
    """Fetch a video by its address, look at it and keep it; it may last from so long to so long."""
    try:
        content = await fetch(address, _MOST_FILM, asked="bytes=0-")
    except (Unfetched, TooLarge) as why:
        said = f"The media could not be fetched from this URI: {why}"
        raise errors.coded(9004, 2207052, said) from why
    film = measure(content)
    least, most = seconds
    if film is None or not film.contents_first or not least <= film.seconds <= most:
        raise errors.coded(352, 2207026, "The video format is not supported")
    world = desk.world
    kept = Picture(
        id=world.posts.new_id(world.now()),
        digest=await world.keep_picture(content, "video/mp4"),
        mime="video/mp4",
        width=film.width,
        height=film.height,
        alt=alt,
    )
    await desk.write(
        request, dialect=dialect, what="uploaded", account=account, id=kept.id, media=(kept,)
    )
    return kept


def failure_of(no: Refused) -> int:
    """The subcode of a refusal, as a container that failed keeps it."""
    return int(no.more["error_subcode"])
