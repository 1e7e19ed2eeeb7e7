"""People and their tokens: who is known, what a changed file does, what a broken one says."""

import os
from hashlib import sha256
from pathlib import Path

import pytest

from services.kit.unfit import Unfit
from services.planner.domain.people import Role
from services.planner.people import People
from tests.planner.web import people_text

DIGEST = sha256(b"x").hexdigest()


def write(path: Path, text: str, moment: int) -> Path:
    path.write_text(text)
    os.utime(path, ns=(moment, moment))
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "people.toml", people_text("anna", "bengt"), 1)


def test_a_token_is_a_persons(path: Path) -> None:
    people = People(path)
    anna = people.by_token("anna-token")
    assert anna is not None
    assert (anna.id, anna.name) == ("anna", "Anna")
    assert anna.roles == {Role.AUTHOR, Role.APPROVER}
    assert people.by_id("bengt") is not None
    assert people.names() == {"anna": "Anna", "bengt": "Bengt"}


@pytest.mark.parametrize("token", ["", "anna", "anna-token ", "ånna", DIGEST])
def test_anything_else_is_nobodys(path: Path, token: str) -> None:
    assert People(path).by_token(token) is None


def test_a_changed_file_counts_at_once(path: Path) -> None:
    people = People(path)
    write(path, people_text("cilla"), 2)
    assert people.by_token("anna-token") is None
    assert people.by_token("cilla-token") is not None


def test_a_file_that_breaks_leaves_people_as_they_were(path: Path) -> None:
    people = People(path)
    write(path, "[people", 2)
    assert people.by_token("anna-token") is not None
    path.unlink()
    assert people.by_token("anna-token") is not None
    write(path, people_text("cilla"), 3)
    assert people.by_token("anna-token") is None


ANNA = '[people.anna]\nname = "Anna"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[people.anna\n", "line 1"),
        ("people = 3", "line 1, people"),
        (f'{ANNA}roles = ["boss"]', "line 3, people.anna.roles"),
        (f'{ANNA}roles = []\ntokens = ["short"]', "line 4, people.anna.tokens"),
        (f"{ANNA}roles = []\nshoe = 42", "line 4, people.anna.shoe"),
        (ANNA, "line 1, people.anna.roles"),
        (f'\n\n{ANNA}roles = []\n[people."A b"]\nname = "B"\nroles = []', "people.A b"),
        ("", "people"),
    ],
)
def test_a_broken_file_at_the_start_names_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Unfit, match=r"people\.toml") as no:
        People(write(tmp_path / "people.toml", text, 1))
    assert said in str(no.value)


def test_a_missing_file_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match=r"python -m services\.provision keys"):
        People(tmp_path / "people.toml")
