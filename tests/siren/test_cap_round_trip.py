"""What we write in CAP is what was signed: read back, word for word and code for code."""

from datetime import timedelta
from typing import get_args

from capvalidator import Validator
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.alerts import (
    AlertFact,
    Area,
    Bulletin,
    Category,
    Certainty,
    Info,
    Kind,
    Response,
    Severity,
    Status,
    Urgency,
)
from services.publisher.siren.areas.polygons import point_of, polygon_of, written
from services.publisher.siren.areas.sweden import places
from services.publisher.siren.cap.reading import incoming
from services.publisher.siren.cap.writing import cap_of, marked
from services.publisher.siren.domain.refusals import Refusal
from tests.siren.bulletins import NIGHT, SENDER, alert, bulletin

WORD = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1).filter(
    lambda text: text == text.strip() and not {"\ufffe", "\uffff"} & set(text)
)
LATER: tuple[Kind, ...] = ("update", "correction", "all_clear")
CORNERS = st.lists(
    st.builds(
        lambda north, east: point_of(written((north, east))),
        st.floats(-90, 90),
        st.floats(-180, 180),
    ),
    min_size=3,
    max_size=6,
    unique=True,
)


def shapes() -> st.SearchStrategy[tuple[tuple[float, float], ...]]:
    def holds(corners: list[tuple[float, float]]) -> bool:
        try:
            return bool(polygon_of(" ".join(map(written, [*corners, corners[0]]))))
        except Refusal:
            return False

    return CORNERS.filter(holds).map(lambda corners: (*corners, corners[0]))


AREAS = st.lists(
    st.builds(
        Area,
        name=WORD,
        codes=st.lists(st.sampled_from(sorted(places())), unique=True, max_size=3).map(tuple),
        polygons=st.lists(shapes(), max_size=2).map(tuple),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda area: (area.codes, area.polygons),
).map(tuple)


def info(language: str) -> st.SearchStrategy[Info]:
    return st.builds(
        Info,
        language=st.just(language),
        event=WORD,
        headline=WORD,
        description=WORD,
        instruction=st.just("") | WORD,
    )


@st.composite
def bulletins(draw: st.DrawFn, kind: Kind, status: Status) -> Bulletin:
    over = kind == "all_clear"
    said = draw(st.sampled_from([r for r in get_args(Response) if r != "AllClear"]))
    return bulletin(
        kind,
        status=status,
        category=draw(st.sampled_from(get_args(Category))),
        response="AllClear" if over else said,
        urgency="Past" if over else draw(st.sampled_from(get_args(Urgency))),
        severity=draw(st.sampled_from(get_args(Severity))),
        certainty=draw(st.sampled_from(get_args(Certainty))),
        areas=draw(AREAS),
        infos=(draw(info("sv")), draw(info("en"))),
        expires=NIGHT + draw(st.timedeltas(timedelta(hours=1), timedelta(days=400))),
        web=draw(st.none() | st.just("https://larm.region-exempel.se/2026-7?a=1&b=2")),
        contact=draw(st.just("") | WORD),
    )


@st.composite
def alerts(draw: st.DrawFn) -> AlertFact:
    status = draw(st.sampled_from(get_args(Status)))
    later = draw(st.lists(st.sampled_from(LATER), max_size=2))
    kinds: list[Kind] = ["alert", *later]
    return alert(*[draw(bulletins(kind, status)) for kind in kinds])


@settings(max_examples=50, deadline=None)
@given(alerts())
def test_whatever_we_write_we_read_back_as_it_was_signed(fact: AlertFact) -> None:
    for number, issued in enumerate(fact.issued, 1):
        signed = issued.bulletin
        document = cap_of(fact, number, SENDER)
        assert Validator(document).schema()[0], document.decode()
        found = incoming(document)
        assert (found.kind, found.status) == (signed.kind, signed.status)
        assert found.sent == issued.accepted_at
        assert found.expires == signed.expires.replace(microsecond=0)
        assert found.areas == signed.areas
        assert (found.web, found.meaning is None) == (signed.web, False)
        assert found.infos == tuple(
            each.model_copy(
                update={"headline": marked(each.headline, signed.status, each.language)}
            )
            for each in signed.infos
        )
        assert [each.sent for each in found.references] == [
            earlier.accepted_at for earlier in fact.issued[: number - 1]
        ]
        if found.meaning is not None:
            assert found.meaning.categories == (signed.category,)
            assert found.meaning.responses == (signed.response,)
            assert (
                found.meaning.urgency,
                found.meaning.severity,
                found.meaning.certainty,
            ) == (signed.urgency, signed.severity, signed.certainty)
