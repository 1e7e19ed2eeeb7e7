"""Where others' alerts hold, in our own words."""

import re

from schemas.alerts import Area
from schemas.codes import Code
from services.publisher.siren.areas.polygons import point_of, polygon_of
from services.publisher.siren.cap.tree import Element, parts, shown
from services.publisher.siren.cap.values import text_of
from services.publisher.siren.cap.words import AREA, COUNTY, MUNICIPALITY, PAIR
from services.publisher.siren.domain.refusals import Refusal

_CODES = {COUNTY.casefold(): re.compile(r"\d{2}"), MUNICIPALITY.casefold(): re.compile(r"\d{4}")}
_RADIUS = re.compile(r"\d{1,5}(\.\d{1,15})?", re.ASCII)


def area_in(element: Element) -> Area:
    """Read one area. Circles are checked and left to the area's name: few draw them here."""
    found = parts(element, AREA)
    for circle in found["circle"]:
        _check_circle(text_of(circle))
    codes = (_code(pair) for pair in found["geocode"])
    return Area(
        name=text_of(found["areaDesc"][0]),
        codes=tuple(dict.fromkeys(code for code in codes if code)),
        polygons=tuple(polygon_of(text_of(polygon)) for polygon in found["polygon"]),
    )


def _code(pair: Element) -> str | None:
    """Give a county's or municipality's code, known to us or not; None: another kind of code."""
    found = parts(pair, PAIR)
    kind, value = text_of(found["valueName"][0]), text_of(found["value"][0])
    form = _CODES.get(kind.casefold())
    if form is None:
        return None
    if not (value.isascii() and form.fullmatch(value)):
        raise Refusal(Code.CAP_VALUE, element=shown(kind), value=shown(value))
    return value


def _check_circle(text: str) -> None:
    centre, _, radius = text.partition(" ")
    point_of(centre)
    if not _RADIUS.fullmatch(radius):
        raise Refusal(Code.CAP_VALUE, element="circle", value=shown(text))
