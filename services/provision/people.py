"""The people of a first start: two can do together what none may do alone."""

import hashlib
import json
import secrets as random
from pathlib import Path
from typing import NamedTuple

from services.kit.secret_files import make_folder, write_once


class Person(NamedTuple):
    """Somebody who may write and approve from the first day."""

    id: str
    name: str


FIRST = (Person("anna", "Anna Berg"), Person("bengt", "Bengt Ek"), Person("cilla", "Cilla Lund"))
ROLES = ("author", "approver")


def write_first(secrets: Path) -> list[Path]:
    """Write the list of people, and each one's token beside it, unless there is a list already.

    The planner gets digests alone; a token is in its owner's file and nowhere else.
    """
    listed = secrets / "planner" / "people.toml"
    if listed.exists():
        return []
    make_folder(secrets / "people")
    made = [
        path
        for person in FIRST
        if write_once(path := secrets / "people" / person.id, f"bk_{random.token_urlsafe(32)}")
    ]
    # The list comes last: where it stands, everybody on it has a token.
    write_once(listed, "\n".join(_entry(person, secrets / "people") for person in FIRST))
    return [*made, listed]


def _entry(person: Person, tokens: Path) -> str:
    digest = hashlib.sha256((tokens / person.id).read_text().strip().encode()).hexdigest()
    # A JSON string is a TOML string, and so is a list of them.
    return (
        f"[people.{person.id}]\n"
        f"name = {json.dumps(person.name)}\n"
        f"roles = {json.dumps(ROLES)}\n"
        f"tokens = {json.dumps([digest])}\n"
    )
