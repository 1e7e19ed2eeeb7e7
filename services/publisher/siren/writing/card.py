"""The alert card: a picture for channels that show no post without one. The same bytes each time.

It says the most important in large letters; the whole text stands in its description.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from PIL import Image, ImageDraw

from schemas.alerts import Bulletin, Kind, Status
from schemas.posts import Picture
from services.publisher.siren.writing.channel_texts import alt_of, said_in
from services.publisher.siren.writing.layout import Block, Colour, Sheet, typeface
from services.publisher.siren.writing.phrases import MARKS, bare, few_places, number_line
from services.publisher.siren.writing.sentences import sentences

SIZE = WIDTH, HEIGHT = 1080, 1350

_MARGIN, _BAND, _STRIPE, _STRIP = 76, 190, 60, 96
_WHITE, _INK, _GREY = (255, 255, 255), (20, 22, 26), (78, 84, 92)
_QUALITY = 90

_WORDS: Mapping[Kind, str] = {
    "alert": "LARM",
    "update": "NYTT BESKED",
    "correction": "RÄTTELSE",
    "all_clear": "FARAN ÖVER",
}
_COLOURS: Mapping[Kind, Colour] = {
    "alert": (163, 18, 31),
    "update": (140, 66, 0),
    "correction": (11, 79, 138),
    "all_clear": (22, 101, 52),
}
_STRIPES: Mapping[Status, Colour] = {"exercise": (255, 205, 0), "test": (190, 196, 204)}
_PAPERS: Mapping[Status, Colour] = {
    "actual": _WHITE,
    "exercise": (255, 247, 209),
    "test": (235, 238, 242),
}

_LARGE, _FULL, _SMALL, _LEAST = 120, 100, 78, 30
"""Sizes in hundredths: the most, as meant, the least that is read on a phone, and to fit at all."""


@dataclass(frozen=True, slots=True)
class Card:
    """A picture of an alert, and how posts refer to it."""

    content: bytes
    picture: Picture


def card_of(bulletin: Bulletin, organisation: str) -> Card:
    """Draw a bulletin."""
    image = Image.new("RGB", SIZE, _PAPERS[bulletin.status])
    draw = ImageDraw.Draw(image)
    top, bottom = _framed(draw, bulletin)
    foot = _foot(bulletin, organisation)
    bottom -= foot.height
    draw.line((_MARGIN, bottom, WIDTH - _MARGIN, bottom), fill=_accent(bulletin), width=6)
    foot.drawn(draw, _MARGIN, bottom)
    _fitting(bulletin, bottom - top).drawn(draw, _MARGIN, top)
    content = _encoded(image)
    return Card(
        content,
        Picture(
            digest=hashlib.sha256(content).hexdigest(),
            media_type="image/jpeg",
            size=len(content),
            width=WIDTH,
            height=HEIGHT,
            alt=alt_of(bulletin, organisation, None),
        ),
    )


def _framed(draw: ImageDraw.ImageDraw, bulletin: Bulletin) -> tuple[int, int]:
    """Draw what tells kind and status apart at a glance; give the room between."""
    word, paper, letters = _WORDS[bulletin.kind], _COLOURS[bulletin.kind], _WHITE
    top, bottom = 0, HEIGHT
    if signal := _STRIPES.get(bulletin.status):
        mark = MARKS[bulletin.status]["sv"]
        for above in (0, HEIGHT - _STRIP):
            _striped(draw, above, signal, mark)
        top, bottom = _STRIP, HEIGHT - _STRIP
        # Stripes are lost where a platform shows a square: the band says it as well.
        word, paper, letters = f"{mark}: {word.lower()}", _INK, signal
    draw.rectangle((0, top, WIDTH, top + _BAND), fill=paper)
    middle, right = top + _BAND // 2, WIDTH - _MARGIN
    number = typeface(56, 600)
    draw.text((right, middle), bulletin.reference, font=number, fill=letters, anchor="rm")
    room = int(right - _MARGIN - number.getlength(bulletin.reference) - 40)
    fonts = [typeface(size, 800) for size in range(88, 36, -4)]
    font = next((each for each in fonts if each.getlength(word) <= room), fonts[-1])
    draw.text((_MARGIN, middle), word, font=font, fill=letters, anchor="lm")
    return top + _BAND, bottom


def _striped(draw: ImageDraw.ImageDraw, above: int, signal: Colour, mark: str) -> None:
    below = above + _STRIP
    draw.rectangle((0, above, WIDTH, below), fill=_INK)
    for left in range(-_STRIP, WIDTH + _STRIP, 2 * _STRIPE):
        corners = ((left, below), (left + _STRIPE, below), (left + _STRIPE + _STRIP, above))
        draw.polygon((*corners, (left + _STRIP, above)), fill=signal)
    font = typeface(68, 900)
    middle, half = above + _STRIP // 2, int(font.getlength(mark) / 2) + 36
    draw.rectangle((WIDTH // 2 - half, above, WIDTH // 2 + half, below), fill=_INK)
    draw.text((WIDTH // 2, middle), mark, font=font, fill=signal, anchor="mm")


def _foot(bulletin: Bulletin, organisation: str) -> Sheet:
    blocks = (
        Block(few_places(bulletin.areas, "sv"), size=44, weight=700, colour=_INK, after=10),
        Block(number_line(bulletin, organisation, "sv"), 38, 500, _GREY, after=36),
    )
    return Sheet.of(blocks, WIDTH - 2 * _MARGIN, _FULL, before=30)


def _fitting(bulletin: Bulletin, room: int) -> Sheet:
    """Give what fits: rather smaller than shortened, rather shortened than too small to read."""
    width = WIDTH - 2 * _MARGIN
    versions = list(_versions(bulletin))
    for version in versions:
        for size in range(_LARGE, _SMALL - 1, -3):
            sheet = Sheet.of(version, width, size, before=52)
            if sheet.height <= room and sheet.whole:
                return sheet
    for size in range(_SMALL, _LEAST, -2):
        sheet = Sheet.of(versions[-1], width, size, before=52)
        if sheet.height <= room:
            return sheet
    return sheet


def _versions(bulletin: Bulletin) -> Iterator[tuple[Block, ...]]:
    """Give what may stand on the card, the fullest first."""
    swedish = said_in(bulletin, "sv")
    headline = Block(bare(swedish.headline, "sv"), size=98, weight=800, colour=_INK, after=36)
    doing, telling = sentences(swedish.instruction), sentences(swedish.description)
    english = [info.headline for info in bulletin.infos if info.language == "en"]
    beneath = [_block(bare(said, "en"), 40, 600, _accent(bulletin)) for said in english]
    told = [
        _block(" ".join(telling[:count]), 44, 400, _INK) for count in range(len(telling), 0, -1)
    ]
    done = [_block(" ".join(doing[:end]), 58, 600, _INK) for end in range(len(doing), 0, -1)]
    for text in told:
        yield (headline, *done[:1], text, *beneath)
    yield (headline, *done[:1], *beneath)
    for text in done:
        yield (headline, text)
    if not done:
        yield (headline,)


def _accent(bulletin: Bulletin) -> Colour:
    return _COLOURS[bulletin.kind] if bulletin.status == "actual" else _INK


def _block(text: str, size: int, weight: int, colour: Colour) -> Block:
    return Block(text, size=size, weight=weight, colour=colour, after=34)


def _encoded(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=_QUALITY, subsampling=0)
    return file.getvalue()
