"""A sheet of paper and a few brushes: flat shapes, smooth skies, soft light."""

import io
import zlib
from collections.abc import Sequence
from typing import Self

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 800

Point = tuple[float, float]
Box = tuple[float, float, float, float]

# Pillow draws hard edges; drawing twice as large and shrinking makes them smooth.
_FINE = 2
# A sky in bands this high still looks smooth, and makes a much smaller file.
_BAND = 8
_SHADE = 3


class Sheet:
    """One picture in the making, in points of a 1200 by 800 sheet; colours are `#rrggbb[aa]`."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (WIDTH * _FINE, HEIGHT * _FINE))
        # Mode RGBA on an RGB image lays see-through colours over what is already there.
        self._draw = ImageDraw.Draw(self._image, "RGBA")

    def sky(self, *stops: str, box: Box = (0, 0, WIDTH, HEIGHT)) -> Self:
        """Fill a box with colours that melt into each other from top to bottom."""
        left, top, right, bottom = (round(n * _FINE) for n in box)
        colours = [_rgb(stop) for stop in stops]
        for y in range(top, bottom, _BAND):
            place = (y - top) / max(bottom - top - 1, 1) * (len(colours) - 1)
            first = min(int(place), len(colours) - 2)
            colour = _between(colours[first], colours[first + 1], place - first)
            self._draw.rectangle((left, y, right - 1, min(y + _BAND, bottom) - 1), fill=colour)
        return self

    def box(self, box: Box, colour: str, *, corner: float = 0) -> Self:
        """Fill a rectangle, with round corners if asked for."""
        self._draw.rounded_rectangle(_fine_box(box), corner * _FINE, fill=colour)
        return self

    def disc(self, centre: Point, across: float, colour: str, *, down: float | None = None) -> Self:
        """Fill a circle, or an ellipse when its height differs."""
        x, y = centre
        half, tall = across / 2, (across if down is None else down) / 2
        self._draw.ellipse(_fine_box((x - half, y - tall, x + half, y + tall)), fill=colour)
        return self

    def ring(self, centre: Point, across: float, colour: str, width: float) -> Self:
        """Draw the outline of a circle."""
        x, y, half = *centre, across / 2
        edge = _fine_box((x - half, y - half, x + half, y + half))
        self._draw.ellipse(edge, outline=colour, width=round(width * _FINE))
        return self

    def slice(self, box: Box, start: float, end: float, colour: str) -> Self:
        """Fill a piece of pie, in degrees clockwise from three o'clock."""
        self._draw.pieslice(_fine_box(box), start, end, fill=colour)
        return self

    def arc(self, box: Box, start: float, end: float, colour: str, width: float) -> Self:
        """Draw a piece of a circle's outline."""
        self._draw.arc(_fine_box(box), start, end, fill=colour, width=round(width * _FINE))
        return self

    def shape(self, points: Sequence[Point], colour: str) -> Self:
        """Fill a polygon."""
        self._draw.polygon([(x * _FINE, y * _FINE) for x, y in points], fill=colour)
        return self

    def stroke(self, points: Sequence[Point], colour: str, width: float) -> Self:
        """Draw a line with round ends and joints; its colour must be opaque."""
        fine = [(x * _FINE, y * _FINE) for x, y in points]
        self._draw.line(fine, fill=colour, width=round(width * _FINE))
        for point in points:
            self.disc(point, width, colour)
        return self

    def glow(self, centre: Point, across: float, colour: str, *, rings: int = 5) -> Self:
        """Soft light as a few see-through discs: flat in style, and small in the file."""
        for ring in range(rings, 0, -1):
            self.disc(centre, across * ring / rings, colour)
        return self

    def png(self) -> bytes:
        """Give the finished picture as PNG."""
        small = self._image.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
        # Fewer shades on the soft edges: nobody sees it, and the file is a tenth smaller.
        calm = small.point([min(round(shade / _SHADE) * _SHADE, 255) for shade in range(256)] * 3)
        out = io.BytesIO()
        calm.save(out, "PNG", compress_level=9, compress_type=zlib.Z_DEFAULT_STRATEGY)
        return out.getvalue()


def curve(start: Point, bend: Point, end: Point, *, steps: int = 40) -> list[Point]:
    """Points along a bow from start to end that leans towards the bend."""
    points = []
    for step in range(steps + 1):
        t = step / steps
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
        x = a * start[0] + b * bend[0] + c * end[0]
        y = a * start[1] + b * bend[1] + c * end[1]
        points.append((x, y))
    return points


def scatter(count: int, box: Box) -> list[Point]:
    """Points spread evenly but without a visible pattern, always the same ones."""
    left, top, right, bottom = box
    # Steps of the plastic number's powers fill a plane more evenly than chance does.
    return [
        (
            left + (right - left) * (n * 0.7548776662 % 1),
            top + (bottom - top) * (n * 0.569840291 % 1),
        )
        for n in range(1, count + 1)
    ]


def _fine_box(box: Box) -> Box:
    left, top, right, bottom = box
    return left * _FINE, top * _FINE, right * _FINE, bottom * _FINE


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _between(
    one: tuple[int, int, int], other: tuple[int, int, int], share: float
) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
