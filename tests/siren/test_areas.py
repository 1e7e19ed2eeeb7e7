"""Where an alert holds: every county and municipality of Sweden, and shapes that hold water."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codes import Code
from services.publisher.siren.areas.polygons import point_of, polygon_of, written
from services.publisher.siren.areas.sweden import area_of, find, meet, places, within
from services.publisher.siren.domain.refusals import Refusal

TRIANGLE = "59.30,18.00 59.30,18.10 59.35,18.10 59.30,18.00"
MUNICIPALITIES_BY_COUNTY = {
    "01": 26, "03": 8, "04": 9, "05": 13, "06": 13, "07": 8, "08": 12, "09": 1, "10": 5,
    "12": 33, "13": 6, "14": 49, "17": 16, "18": 12, "19": 10, "20": 15, "21": 10, "22": 7,
    "23": 8, "24": 15, "25": 14,
}  # fmt: skip


def names(typed: str) -> list[str]:
    return [place.name for place in find(typed)]


def refused(text: str) -> Code:
    with pytest.raises(Refusal) as refusal:
        polygon_of(text)
    return refusal.value.code


def test_sweden_has_21_counties_and_290_municipalities() -> None:
    counties = [place for place in places().values() if place.is_county]
    municipalities = [place for place in places().values() if not place.is_county]
    assert len(counties) == 21
    assert len(municipalities) == 290
    assert Counter(place.code[:2] for place in municipalities) == MUNICIPALITIES_BY_COUNTY
    assert len({place.name for place in places().values()}) == 21 + 290


def test_each_municipality_lies_in_the_county_that_its_code_begins_with() -> None:
    for place in places().values():
        county = places()[place.code[:2]]
        assert place.county == county.name
        assert within(place.code, county.code)
        assert place.code.isascii()
        assert place.code.isdigit()
        assert place.name.endswith(" län" if place.is_county else " kommun")


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("1490", "Borås kommun"),
        ("14", "Västra Götalands län"),
        ("1281", "Lunds kommun"),
        ("1280", "Malmö kommun"),
        ("2080", "Falu kommun"),
        ("0880", "Kalmar kommun"),
        ("0980", "Gotlands kommun"),
        ("1462", "Lilla Edets kommun"),
        ("1438", "Dals-Eds kommun"),
        ("2514", "Kalix kommun"),
        ("2560", "Älvsbyns kommun"),
        ("0139", "Upplands-Bro kommun"),
        ("1267", "Höörs kommun"),
        ("2418", "Malå kommun"),
    ],
)
def test_an_area_is_called_what_people_call_it(code: str, name: str) -> None:
    area = area_of(code)
    assert area is not None
    assert (area.name, area.codes) == (name, (code,))


@pytest.mark.parametrize("code", ["", "1", "02", "0000", "1413", "14900", "٠١", "Borås"])
def test_a_code_that_sweden_does_not_have_gives_no_area(code: str) -> None:
    assert area_of(code) is None


def test_whoever_types_in_haste_finds_the_place() -> None:
    assert names("boras") == ["Borås kommun"]
    assert names("MALMO")[0] == "Malmö kommun"
    assert names("dals ed") == ["Dals-Eds kommun"]
    assert names("  upplands-b ") == ["Upplands-Bro kommun"]
    assert names("0180") == ["Stockholms kommun"]
    assert names("edet") == ["Lilla Edets kommun"]
    assert names("gotland") == ["Gotlands län", "Gotlands kommun"]
    assert names("västra")[0] == "Västra Götalands län"
    assert names("14")[0] == "Västra Götalands län"
    assert names("atlantis") == names("") == names(" - ") == []


def test_a_search_gives_no_more_than_fits_a_phone() -> None:
    assert len(find("s")) == 8


def test_an_alert_for_the_county_concerns_its_municipalities_and_the_other_way_round() -> None:
    assert within("1490", "14")
    assert not within("14", "1490")
    assert meet("14", "1490")
    assert meet("1490", "14")
    assert not meet("1490", "1480")


def test_a_shape_is_read_with_latitude_first() -> None:
    assert polygon_of(TRIANGLE)[2] == (59.35, 18.10)
    assert polygon_of(f"\n {TRIANGLE.replace(' ', chr(10))}") == polygon_of(TRIANGLE)
    assert point_of("-33.9,+151.2") == (-33.9, 151.2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.POLYGON_SHORT),
        ("59.3,18.0 59.3,18.1 59.3,18.0", Code.POLYGON_SHORT),
        ("59.3,18.0 59.3,18.1 59.4,18.1 59.4,18.0", Code.POLYGON_OPEN),
        ("59.3,18.0 59.3,18.1 59.3,18.2 59.3,18.0", Code.POLYGON_FLAT),
        ("59.3,18.0 59.3,18.0 59.3,18.0 59.3,18.0", Code.POLYGON_FLAT),
        ("59,18 60,19 60,18 59,19 59,18", Code.POLYGON_FLAT),
        ("90.1,18.0 59.3,18.1 59.4,18.1 90.1,18.0", Code.POINT_OUTSIDE),
        ("59.3,180.01 59.3,18.1 59.4,18.1 59.3,180.01", Code.POINT_OUTSIDE),
        ("59.3 18.0 59.3 18.1", Code.POINT_UNREADABLE),
        ("nan,18.0 59.3,18.1 59.4,18.1 nan,18.0", Code.POINT_UNREADABLE),
        ("5e1,18.0 59.3,18.1 59.4,18.1 5e1,18.0", Code.POINT_UNREADABLE),
        ("59.3,18.0,4 59.3,18.1 59.4,18.1 59.3,18.0,4", Code.POINT_UNREADABLE),
        ("59,3,18,0", Code.POINT_UNREADABLE),
        ("٥٩,١٨ ٥٩,١٩ ٦٠,١٩ ٥٩,١٨", Code.POINT_UNREADABLE),
    ],
)
def test_a_shape_that_covers_nothing_is_refused_with_a_word_on_what_is_wrong(
    text: str, code: Code
) -> None:
    assert refused(text) is code


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_point_is_written_as_it_is_read_to_the_decimetre(north: float, east: float) -> None:
    read = point_of(written((north, east)))
    assert read == pytest.approx((north, east), abs=1e-6)
    assert written(read) == written((north, east))
