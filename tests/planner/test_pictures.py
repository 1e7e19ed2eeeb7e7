"""Pictures are checked, lose what the camera wrote into them, and are found by their digest."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from schemas.codes import Code
from services.planner.domain.refusals import Refusal
from services.planner.pictures import LONGEST_SIDE, MOST_BYTES, StoredPictures, cleaned
from tests.planner.fakes import FakeStore
from tests.planner.samples import picture, variant, written
from tests.planner.web import Web

PICTURES = "/api/v1/pictures"


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def moving() -> bytes:
    out = BytesIO()
    frames = [Image.new("RGB", (4, 4), (shade, 0, 0)) for shade in (0, 255)]
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    return out.getvalue()


def huge() -> bytes:
    out = BytesIO()
    Image.new("1", (10_000, 5_001)).save(out, "PNG")
    return out.getvalue()


def enormous() -> bytes:
    """A small file that says it is far larger than any picture of ours."""
    out = BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


async def refusal(content: bytes) -> Code:
    with pytest.raises(Refusal) as no:
        await StoredPictures(FakeStore()).keep(content)
    return no.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_is_kept_and_described(kind: str) -> None:
    pictures = StoredPictures(FakeStore())
    head = await pictures.keep(picture(kind))
    assert (head.media_type, head.width, head.height) == (f"image/{kind.lower()}", 40, 20)
    again, content = await pictures.read(head.digest)
    assert (again, len(content)) == (head, head.size)


async def test_the_same_picture_has_the_same_digest() -> None:
    pictures = StoredPictures(FakeStore())
    heads = [await pictures.keep(picture("JPEG")) for _ in range(2)]
    assert heads[0] == heads[1]


async def test_a_picture_is_found_again_after_a_restart() -> None:
    store = FakeStore()
    head = await StoredPictures(store).keep(picture())
    found = await StoredPictures(store).look([head.digest, "0" * 64])
    assert found == {head.digest: head}


def test_place_and_owner_are_taken_out_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x8298] = "Somebody"
    exif.get_ifd(0x8825)[1] = "N"
    clean = opened(cleaned(picture("JPEG", exif=exif)))
    assert clean.size == (20, 40)
    assert dict(clean.getexif()) == {}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_no_larger_than_screens_are(kind: str) -> None:
    clean = opened(cleaned(picture(kind, (4000, 1000))))
    assert clean.size == (LONGEST_SIDE, LONGEST_SIDE // 4)


def test_words_in_a_png_are_taken_out() -> None:
    from_camera = Image.new("RGB", (4, 4))
    out = BytesIO()
    notes = PngInfo()
    notes.add_text("Author", "Somebody")
    from_camera.save(out, "PNG", pnginfo=notes)
    assert b"Somebody" in out.getvalue()
    assert b"Somebody" not in cleaned(out.getvalue())


def test_a_clear_background_stays_clear() -> None:
    out = BytesIO()
    Image.new("RGBA", (4, 4), (1, 2, 3, 0)).save(out, "PNG")
    pixel = opened(cleaned(out.getvalue())).getpixel((0, 0))
    assert pixel == (1, 2, 3, 0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        picture()[:60],
        picture("JPEG")[:200],
        picture("WEBP")[:40],
        picture("GIF"),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        moving(),
    ],
)
async def test_what_is_no_whole_still_picture_is_refused(content: bytes) -> None:
    assert await refusal(content) is Code.PICTURE_UNREADABLE


@pytest.mark.parametrize("make", [huge, enormous, lambda: b"\xff" * (MOST_BYTES + 1)])
async def test_what_is_too_large_is_refused(make: Callable[[], bytes]) -> None:
    assert await refusal(make()) in {Code.PICTURE_TOO_LARGE, Code.PICTURE_UNREADABLE}


async def test_too_many_points_are_told_in_megapixels() -> None:
    with pytest.raises(Refusal) as no:
        await StoredPictures(FakeStore()).keep(huge())
    assert no.value.problems[0].parameters == {"size": "50 Mpx", "limit": "50 Mpx"}


async def test_a_picture_goes_up_and_into_a_post(web: Web) -> None:
    async with web.client() as anna:
        sent = await anna.post(PICTURES, content=picture(), headers={"Content-Type": "image/png"})
        assert sent.status_code == 201, sent.text
        digest = sent.json()["digest"]
        with_it = written(variant(pictures=[{"digest": digest, "alt": "En röd yta"}]))
        drafted = await anna.post("/api/v1/posts", json=with_it)
        assert drafted.status_code == 201, drafted.text
        [shown] = drafted.json()["variants"][0]["pictures"]
        seen = await anna.get(shown["url"])
    assert (shown["alt"], shown["width"]) == ("En röd yta", 40)
    assert seen.headers["content-type"] == "image/png"
    assert opened(seen.content).size == (40, 20)


async def test_a_form_may_carry_the_picture(web: Web) -> None:
    async with web.client() as anna:
        files = {"file": ("natt.jpg", picture("JPEG"), "image/jpeg")}
        sent = await anna.post(PICTURES, files=files)
        empty = await anna.post(PICTURES, files={"words": (None, "no file")})
    assert sent.json()["media_type"] == "image/jpeg"
    assert (empty.status_code, empty.json()["code"]) == (422, "body_unreadable")


async def test_a_broken_form_is_a_problem(web: Web) -> None:
    async with web.client() as anna:
        sent = await anna.post(
            PICTURES,
            content=b"--x\r\nbroken",
            headers={"Content-Type": "multipart/form-data; boundary=y"},
        )
        nameless = await anna.post(
            PICTURES, content=b"x", headers={"Content-Type": "multipart/form-data"}
        )
    assert (sent.status_code, sent.json()["code"]) == (422, "body_unreadable")
    assert (nameless.status_code, nameless.json()["code"]) == (422, "body_unreadable")


async def test_a_picture_that_is_too_large_is_not_read(web: Web) -> None:
    async with web.client() as anna:
        sent = await anna.post(
            PICTURES, content=b"x" * (MOST_BYTES + 70_000), headers={"Content-Type": "image/png"}
        )
    assert (sent.status_code, sent.json()["code"]) == (413, "too_large")
