"""The dictionary is whole: one label and one sentence for each term, every state among them."""

from pathlib import Path

import pytest

from schemas.deliveries import DeliveryFact
from schemas.envelope import type_of
from schemas.flow import facts_told
from schemas.insights import Measure
from schemas.posts import PostFact

DICTIONARY = Path(__file__).parents[2] / "docs" / "words.md"


def rows() -> list[list[str]]:
    lines = DICTIONARY.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return [row for row in cells if row[0] not in {"term", "---"}]


def states() -> list[str]:
    """Name what people see: an edited post is a draft again."""
    kinds = [fact for fact in facts_told() if issubclass(fact, PostFact | DeliveryFact)]
    names = {type_of(kind).split(".")[1] for kind in kinds} - {"drafted", "edited"}
    return sorted(names | {"draft", "witnessed", "unseen"} | set(Measure))


@pytest.mark.parametrize("state", states())
def test_every_state_and_every_number_is_in_the_dictionary(state: str) -> None:
    assert state in {term for term, _, _ in rows()}


def test_each_term_has_a_label_of_its_own_and_one_sentence() -> None:
    terms, labels, sentences = zip(*rows(), strict=True)
    assert len(set(terms)) == len(terms)
    assert len(set(labels)) == len(labels)
    for sentence in sentences:
        assert sentence.endswith(".")
        assert ". " not in sentence
