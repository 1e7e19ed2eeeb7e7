"""Pictures that platforms fetch from us: only what we handed over, and in the right shape."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette

from services.provision.keys import write_keys
from services.publisher.app import create_app
from services.publisher.channels.meta.instagram import SHAPE
from services.publisher.channels.showcase import Showcase, ShowcaseDoor, rendition
from services.publisher.channels.tokens import Token
from services.publisher.ports import PictureFile
from services.publisher.settings import Settings
from tests.channels.builders import picture_file, video_file
from tests.channels.gallery import Gallery

TOKEN = "KANARIEFAGEL"
CHANNELS = """
[channels.newsroom]
kind = "newsroom"
title = "Nyheter"
public_url = "https://ny.example"

[channels.insta]
kind = "instagram"
title = "Instagram"
account = "1784140"
media_url = "https://ny.example"
"""
FILE = picture_file()
DIGEST = FILE.picture.digest


def drawn(
    width: int, height: int, mode: str = "RGB", colour: tuple[int, ...] | int = 0, kind: str = "PNG"
) -> bytes:
    out = BytesIO()
    Image.new(mode, (width, height), colour).save(out, kind)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    assert image.format == "JPEG"
    return image.convert("L")


def lightness(image: Image.Image, x: int, y: int) -> int:
    value = image.getpixel((x, y))
    assert isinstance(value, int)
    return value


@pytest.fixture
def gallery() -> Gallery:
    gallery = Gallery("https://ny.example")
    gallery.hang(FILE)
    return gallery


@pytest.fixture
def showcase() -> Showcase:
    return Showcase("insta", "https://ny.example", Token(TOKEN), SHAPE)


@pytest.fixture
async def client(gallery: Gallery, showcase: Showcase) -> AsyncIterator[httpx.AsyncClient]:
    door = ShowcaseDoor({"insta": showcase}, gallery)
    transport = httpx.ASGITransport(Starlette(routes=list(door.routes())))
    async with httpx.AsyncClient(transport=transport) as made:
        yield made


async def test_a_picture_that_was_handed_over_is_served_as_jpeg(
    client: httpx.AsyncClient, showcase: Showcase
) -> None:
    answer = await client.get(showcase.address(DIGEST))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert opened(answer.content).size == (40, 30)
    assert (await client.head(showcase.address(DIGEST))).status_code == 200


async def test_a_story_keeps_the_shape_of_a_telephone(
    client: httpx.AsyncClient, gallery: Gallery, showcase: Showcase
) -> None:
    upright = PictureFile(FILE.picture, drawn(90, 160))
    gallery.hang(upright)
    told = await client.get(showcase.story_address(DIGEST))
    assert opened(told.content).size == (90, 160)
    told = await client.get(showcase.address(DIGEST))
    assert opened(told.content).size == (128, 160)


async def test_a_video_is_served_whole_and_in_parts(
    client: httpx.AsyncClient, gallery: Gallery, showcase: Showcase
) -> None:
    video, content = video_file()
    gallery.show(video, content)
    address = showcase.film_address(video.digest)
    whole = await client.get(address)
    assert (whole.status_code, whole.content) == (200, content)
    assert whole.headers["content-type"] == "video/mp4"
    part = await client.get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, content[10:20])
    assert (await client.head(address)).headers["content-length"] == str(len(content))
    gallery.kept.clear()
    assert (await client.get(address)).status_code == 503


async def test_a_picture_and_a_video_have_seals_of_their_own(
    client: httpx.AsyncClient, showcase: Showcase
) -> None:
    stranger = Showcase("insta", "https://ny.example", Token("another token"), SHAPE)
    for wrong in (
        stranger.film_address(DIGEST),
        showcase.address(DIGEST).replace(".jpg", ".mp4"),
        showcase.film_address(DIGEST).replace(".mp4", ".jpg"),
        showcase.film_address(DIGEST).replace("/insta/", "/other/"),
    ):
        assert (await client.get(wrong)).status_code == 404


async def test_nobody_else_can_make_an_address(
    client: httpx.AsyncClient, showcase: Showcase
) -> None:
    stranger = Showcase("insta", "https://ny.example", Token("another token"), SHAPE)
    right = showcase.address(DIGEST)
    for wrong in (
        stranger.address(DIGEST),
        right.replace("/insta/", "/other/"),
        right.replace(DIGEST, "b" * 64),
        right.replace(".jpg", "é.jpg"),
        f"https://ny.example/media/insta/{DIGEST}-.jpg",
        f"https://ny.example/media/insta/{DIGEST}.jpg",
    ):
        assert (await client.get(wrong)).status_code == 404
    assert TOKEN not in right


async def test_what_the_store_has_lost_may_come_back(
    client: httpx.AsyncClient, gallery: Gallery, showcase: Showcase
) -> None:
    gallery.kept.clear()
    answer = await client.get(showcase.address(DIGEST))
    assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
    gallery.hang(FILE)
    assert (await client.get(showcase.address(DIGEST))).status_code == 200


async def test_a_picture_is_drawn_once(
    client: httpx.AsyncClient, gallery: Gallery, showcase: Showcase
) -> None:
    first = await client.get(showcase.address(DIGEST))
    gallery.kept.clear()
    assert (await client.get(showcase.address(DIGEST))).content == first.content


def test_without_a_channel_that_needs_it_nothing_is_served(gallery: Gallery) -> None:
    assert ShowcaseDoor({}, gallery).routes() == []


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((800, 800), (800, 800)),
        ((2000, 1500), (1440, 1080)),
        ((300, 1000), (800, 1000)),
        ((1910, 100), (1440, 754)),
        ((3, 2), (3, 2)),
    ],
)
def test_a_picture_gets_edges_and_loses_nothing(
    size: tuple[int, int], shape: tuple[int, int]
) -> None:
    image = opened(rendition(drawn(*size), SHAPE))
    assert image.size == shape
    assert SHAPE.narrowest <= image.width / image.height <= SHAPE.widest
    assert lightness(image, image.width // 2, image.height // 2) < 10


def test_edges_and_what_was_transparent_are_white() -> None:
    tall = opened(rendition(drawn(300, 1000), SHAPE))
    assert lightness(tall, 2, 500) > 245
    clear = drawn(100, 100, "RGBA", (0, 0, 0, 0))
    assert lightness(opened(rendition(clear, SHAPE)), 50, 50) > 245
    assert opened(rendition(drawn(100, 100, "P", 0), SHAPE)).size == (100, 100)
    assert opened(rendition(drawn(100, 100, "L", 0, "WEBP"), SHAPE)).size == (100, 100)


async def test_the_publisher_serves_pictures_beside_its_newsroom(tmp_path: Path) -> None:
    write_keys(tmp_path / "secrets")
    secrets = tmp_path / "secrets" / "publisher"
    token = secrets / "insta.token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    (tmp_path / "channels.toml").write_text(CHANNELS)
    settings = Settings(
        secrets=secrets, data=tmp_path / "data", channels=tmp_path / "channels.toml"
    )
    transport = httpx.ASGITransport(create_app(settings))
    showcase = Showcase("insta", "https://ny.example", Token(TOKEN), SHAPE)
    stranger = Showcase("insta", "https://ny.example", Token("another token"), SHAPE)
    async with httpx.AsyncClient(transport=transport) as client:
        # Nobody has started the broker, so the picture cannot be read; the address is right.
        assert (await client.get(showcase.address(DIGEST))).status_code == 503
        assert (await client.get(stranger.address(DIGEST))).status_code == 404
