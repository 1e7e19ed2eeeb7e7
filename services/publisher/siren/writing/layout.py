"""Text on a picture: broken into lines between words, measured before it is drawn."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from fontpkg import path
from PIL import ImageDraw, ImageFont

Colour = tuple[int, int, int]

_FAMILY = "Public Sans"
_LEADING = 1.2


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, and how it looks."""

    text: str
    size: int
    weight: int
    colour: Colour
    after: int
    """The room beneath it, in pixels."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line where it stands, seen from the top of its sheet."""

    text: str
    down: int
    font: ImageFont.FreeTypeFont
    colour: Colour


@dataclass(frozen=True, slots=True)
class Sheet:
    """Paragraphs one beneath the other."""

    lines: tuple[Line, ...]
    height: int
    whole: bool
    """Whether no word had to be broken."""

    @classmethod
    def of(cls, blocks: Sequence[Block], width: int, hundredths: int, before: int) -> "Sheet":
        """Lay them out, in hundredths of the size that they are meant to have."""
        lines: list[Line] = []
        down, whole = float(before), True
        for block in blocks:
            size = block.size * hundredths // 100
            font = typeface(size, block.weight)
            for text, unbroken in _lines(_drawable(block.text), font, width):
                lines.append(Line(text, round(down), font, block.colour))
                down += size * _LEADING
                whole = whole and unbroken
            down += block.after * hundredths / 100
        return cls(tuple(lines), round(down), whole)

    def drawn(self, draw: ImageDraw.ImageDraw, left: int, top: int) -> None:
        """Draw it, its upper left corner there."""
        for line in self.lines:
            place = (left, top + line.down)
            draw.text(place, line.text, font=line.font, fill=line.colour, anchor="la")


@cache
def typeface(size: int, weight: int) -> ImageFont.FreeTypeFont:
    """Give the typeface of our pictures; it has the letters of Swedish, Finnish and Sámi."""
    font = ImageFont.truetype(
        str(path(_FAMILY, weight=weight)), size, layout_engine=ImageFont.Layout.BASIC
    )
    font.set_variation_by_axes([weight])
    return font


def _lines(text: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[tuple[str, bool]]:
    line = ""
    for word in filter(None, text.split(" ")):
        longer = f"{line} {word}".strip()
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            yield line, True
        line = word
        while font.getlength(line) > width:
            most = _most_of(line, font, width)
            yield line[:most], False
            line = line[most:]
    if line:
        yield line, True


def _most_of(word: str, font: ImageFont.FreeTypeFont, width: int) -> int:
    return max(1, *(end for end in range(1, len(word)) if font.getlength(word[:end]) <= width))


def _drawable(text: str) -> str:
    """Leave out pictograms and the like, which no typeface of ours can draw."""
    composed = unicodedata.normalize("NFC", " ".join(text.split())).replace("kl. ", "kl.\u00a0")
    return "".join(
        sign
        for sign in composed
        if unicodedata.category(sign) not in {"So", "Sk", "Cs", "Cf", "Co", "Cn", "Mn"}
    )
