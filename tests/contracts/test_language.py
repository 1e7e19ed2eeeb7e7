"""The language keeps its word: golden examples, exported schemas, derived ids, tolerant readers."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import ValidationError

import schemas
from schemas.__main__ import EXPORTED, export
from schemas.envelope import Fact, type_of
from schemas.flow import FLOW, AnyFact, facts_told
from schemas.posts import OrderWithdrawn

EXAMPLES = Path(schemas.__file__).parent / "examples"
FACTS = facts_told()


def example(fact: type[Fact]) -> str:
    return (EXAMPLES / f"{type_of(fact)}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("fact", FACTS, ids=type_of)
def test_a_golden_example_is_read_and_written_back_as_it_stands(fact: type[Fact]) -> None:
    golden = example(fact)
    read = AnyFact.validate_json(golden)
    assert type(read) is fact
    assert json.loads(read.model_dump_json()) == json.loads(golden)


@pytest.mark.parametrize("fact", FACTS, ids=type_of)
def test_a_reader_ignores_what_a_newer_teller_adds(fact: type[Fact]) -> None:
    told = json.loads(example(fact)) | {"invented_later": {"deep": [1]}}
    assert AnyFact.validate_python(told) == AnyFact.validate_json(example(fact))


@pytest.mark.parametrize("fact", FACTS, ids=type_of)
def test_every_fact_has_a_sentence_and_a_name_in_the_past(fact: type[Fact]) -> None:
    assert (fact.__doc__ or "").strip().endswith(".")
    assert fact.__doc__ != Fact.__doc__
    noun, verb, version = type_of(fact).split(".")
    assert noun.isalpha()
    assert version == "v1"
    others = (
        "withdrawn",
        "unseen",
        "uncertain",
        "waiting",
        "held",
        "found",
        "made",
        "read",
        "sent",
    )
    assert verb.endswith(("ed", *others))


def test_no_example_and_no_exported_schema_is_left_over() -> None:
    names = {f"{type_of(fact)}.json" for fact in FACTS}
    assert {path.name for path in EXAMPLES.iterdir()} == names
    assert {path.name for path in EXPORTED.iterdir()} == names


def test_the_exported_schemas_are_what_the_models_say() -> None:
    for path, text in export().items():
        assert path.read_text(encoding="utf-8") == text, (
            f"{path.name}: run python -m schemas export"
        )


def test_a_type_that_is_not_in_the_language_is_an_error() -> None:
    with pytest.raises(ValidationError, match="union_tag_invalid"):
        AnyFact.validate_python({"type": "post.dreamt.v1"})


def withdrawal(at: datetime, by: str = "anna") -> OrderWithdrawn:
    return OrderWithdrawn(
        occurred_at=at, trace=uuid4(), channel="newsroom", post=uuid4(), revision=1, by=by
    )


def test_the_same_fact_carries_the_same_id_whenever_and_by_whomever_it_is_told() -> None:
    first = withdrawal(datetime(2026, 11, 23, tzinfo=UTC))
    again = first.model_copy(update={"occurred_at": first.occurred_at + timedelta(1), "by": "bo"})
    assert again.event_id == first.event_id
    assert first.model_copy(update={"revision": 2}).event_id != first.event_id
    assert withdrawal(first.occurred_at).event_id != first.event_id


def test_moments_are_aware_and_kept_in_utc() -> None:
    swedish = datetime(2026, 11, 23, 18, 30, tzinfo=timezone(timedelta(hours=1)))
    assert withdrawal(swedish).occurred_at.isoformat() == "2026-11-23T17:30:00+00:00"
    with pytest.raises(ValidationError, match="timezone"):
        withdrawal(swedish.replace(tzinfo=None))


def test_a_subject_begins_with_the_only_service_that_may_tell_it() -> None:
    for hop in FLOW:
        assert hop.pattern.removeprefix("personal.").split(".")[0] == hop.told_by
        for fact in hop.facts:
            assert fact.address == hop.facts[0].address
