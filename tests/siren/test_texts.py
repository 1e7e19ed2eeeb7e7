"""Texts per channel: they always fit, and say what to do, the number, the time and the status."""

from datetime import timedelta
from functools import cache
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.alerts import Area, Bulletin, Info, Status
from schemas.channels import Limits
from schemas.codes import Code
from services.kit.lengths import counted
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.domain.statements import digest_of
from services.publisher.siren.writing.bulletins import Frame, bulletin_like, draft_of, with_texts
from services.publisher.siren.writing.checks import check
from services.publisher.siren.writing.phrases import ZONE, few_places, places
from services.publisher.siren.writing.sentences import sentences, units
from services.publisher.siren.writing.template import template_called, templates
from tests.siren.writers import (
    BORAS,
    CHANNELS,
    FILLED,
    IN_WORDS,
    NIGHT,
    REGION,
    WEB,
    written,
)

STATUSES: tuple[Status, ...] = ("actual", "exercise", "test")
LETTERS = "abcdefghijklmnopqrstuvwxyzåäö ABCÅÄÖ 0123456789-,'é"
LONG_NAME = "Västra Götalandsregionen"


@st.composite
def filled_in(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """Fill in a template with anything that it takes, as long as it may be."""
    template = draw(st.sampled_from(list(templates().values())))
    fields = {}
    for field in template.fields:
        if field.kind == "choice":
            value = draw(st.sampled_from(field.choices)).name
        elif field.kind in {"phone", "time"}:
            value = field.example.sv
        else:
            # A letter of its own keeps apart what must differ.
            text = draw(st.text(LETTERS, max_size=field.most - 2))
            value = field.name[0] + draw(st.sampled_from((text, "å" * (field.most - 2)))) + "x"
        fields[field.name] = value
    return template.name, fields


@given(filled_in(), st.sampled_from(STATUSES), st.sampled_from((REGION, LONG_NAME)))
@settings(max_examples=40, deadline=None)
def test_whatever_is_filled_in_fits_every_channel(
    filled: tuple[str, dict[str, str]], status: Status, organisation: str
) -> None:
    alert = written(*filled, status=status, organisation=organisation)
    for bulletin in (alert.bulletin, *alert.prepared.values()):
        assert check(bulletin, CHANNELS, NIGHT, str.isdigit) == ()


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("name", sorted(FILLED))
def test_every_template_passes_on_every_channel_with_its_card(name: str, status: Status) -> None:
    alert = written(name, status=status, channels=CHANNELS)
    for bulletin in (alert.bulletin, *alert.prepared.values()):
        assert check(bulletin, CHANNELS, NIGHT, str.isdigit) == ()
        [picture] = bulletin.contents["instagram"].pictures
        assert picture.digest in alert.cards


@cache
def shown(status: Status = "actual") -> Bulletin:
    return written(status=status).bulletin


def test_a_large_channel_shows_all_of_it_in_both_languages() -> None:
    text = shown().contents["facebook"].text
    for info in shown().infos:
        for part in (info.headline, info.description, info.instruction):
            assert part in text
    assert "Område: Borås kommun\nLarm 2026-7, kl. 03.12, Region Exempel" in text
    assert text.index("Koka") < text.index("Boil")
    assert shown().contents["facebook"].link == WEB


def test_a_small_channel_shows_what_to_do_and_one_line_in_english() -> None:
    content = shown().contents["x"]
    assert content.text == (
        "Koka dricksvattnet i Tunadal.\n\n"
        "Koka upp kranvattnet innan du dricker det eller lagar mat. "
        "Låt det bubbla rejält. Du kan duscha och tvätta som vanligt.\n\n"
        "Område: Borås kommun\nLarm 2026-7, kl. 03.12, Region Exempel\n\n"
        "Boil the drinking water in Tunadal."
    )
    assert content.link == WEB


def test_a_channel_with_titles_says_the_headline_once() -> None:
    content = shown().contents["newsroom"]
    assert content.title == "Koka dricksvattnet i Tunadal"
    assert content.text.startswith("Koka upp kranvattnet")


@pytest.mark.parametrize(("status", "mark"), [("exercise", "ÖVNING"), ("test", "TEST")])
def test_what_is_not_meant_says_so_first_and_last(status: Status, mark: str) -> None:
    bulletin = shown(status)
    for content in bulletin.contents.values():
        assert content.text.startswith(f"{mark} – ")
        assert mark in content.text.split("\n\n")[-1]
        assert not content.title or content.title.startswith(f"{mark} – ")
    assert [info.headline.split(" – ")[0] for info in bulletin.infos] == [
        mark,
        {"ÖVNING": "EXERCISE"}.get(mark, mark),
    ]


def test_an_exercise_says_so_in_english_too() -> None:
    text = shown("exercise").contents["facebook"].text
    assert "\n\nEXERCISE – Boil" in text
    assert text.endswith("ÖVNING – detta har inte hänt.\nEXERCISE – this has not happened.")


def test_the_time_in_the_text_is_what_clocks_show_here_in_summer_too() -> None:
    summer = written().bulletin.model_copy(update={"written_at": NIGHT - timedelta(days=120)})
    like = bulletin_like(
        summer,
        "update",
        summer.infos,
        written_at=summer.written_at,
        frame=Frame(REGION, IN_WORDS),
    )
    assert "kl. 04.12" in like.bulletin.contents["x"].text


def test_the_link_goes_before_what_to_do_where_there_is_room_for_one() -> None:
    small = {"tiny": Limits(characters=150, link_in_text=True, pictures=0)}
    content = written(channels=small).bulletin.contents["tiny"]
    assert content.link is None
    assert "Koka upp kranvattnet" in content.text
    assert counted(content.text, None, small["tiny"]) <= 150


def test_many_places_are_counted_where_there_is_no_room_to_name_them() -> None:
    areas = tuple(Area(name=f"Kommun {number}") for number in range(1, 8))
    assert few_places(areas, "sv") == "Kommun 1, Kommun 2 och 5 till"
    assert places(areas[:3], "en") == "Kommun 1, Kommun 2 and Kommun 3"
    alert = written(areas=areas).bulletin
    assert "Kommun 7" in alert.contents["facebook"].text
    assert "och 5 till" in alert.contents["mastodon"].text


def test_a_text_is_cut_where_a_sentence_ends_and_nowhere_else() -> None:
    assert sentences("Kom kl. 10.00. Ring 112! Gå t.ex. hit. Nu") == [
        "Kom kl. 10.00.",
        "Ring 112!",
        "Gå t.ex. hit.",
        "Nu",
    ]
    text = "En mening. En till!\nEn rad\n\nNytt stycke."
    assert "".join(units(text)) == text
    assert len(units(text)) == 4


def test_what_is_written_by_hand_gets_its_codes_and_its_first_words() -> None:
    alert = shown()
    said = [Info(language="sv", event="Vatten", headline="Vattnet är bra", description="Fel larm.")]
    later = alert.written_at + timedelta(minutes=40)
    frame = Frame(REGION, IN_WORDS)
    correction = bulletin_like(alert, "correction", said, written_at=later, frame=frame).bulletin
    assert (correction.response, correction.urgency) == ("None", "Past")
    assert correction.infos[0].headline == "Rättelse: Vattnet är bra"
    assert "Gäller larm 2026-7, kl. 03.52" in correction.contents["x"].text
    assert correction.areas == (BORAS,)
    update = bulletin_like(alert, "update", alert.infos, written_at=later, frame=frame).bulletin
    assert (update.response, update.urgency) == (alert.response, alert.urgency)
    assert update.infos[0].headline == "Nytt besked: Koka dricksvattnet i Tunadal"
    clear = bulletin_like(update, "all_clear", update.infos, written_at=later, frame=frame).bulletin
    assert clear.infos[0].headline == "Faran över: Koka dricksvattnet i Tunadal"
    for bulletin in (correction, update, clear):
        assert check(bulletin, IN_WORDS, later, str.isdigit) == ()


def test_an_update_from_the_template_prepares_anew_what_may_follow_it() -> None:
    moved = draft_of(
        template_called("boil-water"),
        {"place": "Tunadal och Sörby", "cause": "leak"},
        areas=(BORAS,),
        status="exercise",
        reference="2026-7",
        written_at=NIGHT,
        frame=Frame(REGION, IN_WORDS),
        kind="update",
    )
    swedish = moved.bulletin.infos[0]
    assert (moved.bulletin.kind, moved.bulletin.urgency) == ("update", "Immediate")
    assert swedish.headline == "ÖVNING – Nytt besked: Koka dricksvattnet i Tunadal och Sörby"
    assert "Sörby" in moved.prepared["all_clear"].infos[0].headline
    for bulletin in (moved.bulletin, *moved.prepared.values()):
        assert check(bulletin, IN_WORDS, NIGHT, str.isdigit) == ()


def test_what_is_empty_when_written_by_hand_is_found_before_it_is_signed() -> None:
    alert, frame = shown("exercise"), Frame(REGION, CHANNELS)
    with pytest.raises(Refusal) as refused:
        bulletin_like(alert, "correction", (), written_at=NIGHT, frame=frame)
    assert refused.value.code is Code.SWEDISH_MISSING
    empty = alert.infos[0].model_copy(update={"headline": " ", "description": "\x00"})
    update = bulletin_like(alert, "update", (empty,), written_at=NIGHT, frame=frame).bulletin
    parts = [
        objection.parameters["part"]
        for objection in check(update, CHANNELS, NIGHT, str.isdigit)
        if objection.code is Code.INFO_EMPTY
    ]
    assert parts == ["headline", "description"]


@pytest.mark.parametrize("kind", ["update", "correction", "all_clear"])
def test_what_is_written_comes_back_from_the_wire_as_it_was_signed(
    kind: Literal["update", "correction", "all_clear"],
) -> None:
    local = NIGHT.astimezone(ZONE)
    frame = Frame(REGION, IN_WORDS)
    for bulletin in (
        shown(),
        bulletin_like(shown(), kind, shown().infos, written_at=local, frame=frame).bulletin,
    ):
        back = Bulletin.model_validate_json(bulletin.model_dump_json())
        assert back == bulletin
        assert digest_of(back) == digest_of(bulletin)


@pytest.mark.parametrize("kind", ["update", "correction", "all_clear"])
def test_whoever_read_the_alert_in_english_hears_of_a_word_written_in_swedish(
    kind: Literal["update", "correction", "all_clear"],
) -> None:
    said = (shown().infos[0].model_copy(update={"headline": "Vattnet i Sörby också"}),)
    frame = Frame(REGION, CHANNELS)
    later = bulletin_like(shown(), kind, said, written_at=NIGHT, frame=frame).bulletin
    assert [info.language for info in later.infos] == ["sv", "en"]
    assert "2026-7" in later.infos[1].headline
    assert check(later, CHANNELS, NIGHT, str.isdigit) == ()
    only = shown().model_copy(update={"infos": said})
    again = bulletin_like(only, kind, said, written_at=NIGHT, frame=frame).bulletin
    assert [info.language for info in again.infos] == ["sv"]


def test_people_may_write_the_text_of_one_channel_themselves() -> None:
    edited = with_texts(shown(), {"x": "  Koka!\r\nLarm 2026-7\x00, kl. 03.12  "})
    assert edited.contents["x"].text == "Koka!\nLarm 2026-7, kl. 03.12"
    assert edited.contents["mastodon"] == shown().contents["mastodon"]
    with pytest.raises(Refusal) as refused:
        with_texts(shown(), {"myspace": "Koka!"})
    assert refused.value.code is Code.UNKNOWN_CHANNEL


def test_asked_twice_it_writes_the_same() -> None:
    assert written(channels=CHANNELS) == written(channels=CHANNELS)
