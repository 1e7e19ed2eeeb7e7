"""Shapes drawn on a map, read from text as strictly as those who get them will read them."""

import re
from itertools import pairwise

from schemas.alerts import Point
from schemas.codes import Code
from services.publisher.siren.domain.refusals import Refusal

_POINT = re.compile(r"([+-]?\d{1,3}(?:\.\d{1,15})?),([+-]?\d{1,3}(?:\.\d{1,15})?)", re.ASCII)
_FEWEST = 4
_SHOWN = 40
_NOTHING = 1e-12
"""Square degrees: about a square centimetre."""


def polygon_of(text: str) -> tuple[Point, ...]:
    """Read `59.30,18.00 59.30,18.10 59.35,18.10 59.30,18.00`: latitude first, the end closed."""
    points = tuple(map(point_of, text.split()))
    if len(points) < _FEWEST:
        raise Refusal(Code.POLYGON_SHORT, count=len(points), least=_FEWEST)
    if points[0] != points[-1]:
        raise Refusal(Code.POLYGON_OPEN, first=written(points[0]), last=written(points[-1]))
    if abs(_extent(points)) < _NOTHING:
        raise Refusal(Code.POLYGON_FLAT)
    return points


def point_of(text: str) -> Point:
    """Read one point, `59.30,18.00`."""
    found = _POINT.fullmatch(text)
    if found is None:
        raise Refusal(Code.POINT_UNREADABLE, point=text[:_SHOWN])
    latitude, longitude = float(found[1]), float(found[2])
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise Refusal(Code.POINT_OUTSIDE, point=text)
    return latitude, longitude


def written(point: Point) -> str:
    """Write a point as it is read, always in the same way and never with an exponent."""
    return ",".join(_degrees(value) for value in point)


def _degrees(value: float) -> str:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _extent(points: tuple[Point, ...]) -> float:
    """Give the area in square degrees; its sign says which way round the points go."""
    latitude, longitude = points[0]
    # From the first point, so that nothing is lost to rounding far from the equator.
    moved = [(here - latitude, there - longitude) for here, there in points]
    return sum(y * next_x - next_y * x for (y, x), (next_y, next_x) in pairwise(moved)) / 2
