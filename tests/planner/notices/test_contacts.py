"""The file of addresses: what it means, and how a broken one is told without showing it."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from schemas.notices import Kind
from services.kit.unfit import CANNOT_START, Unfit
from services.planner.notices.contacts import Contacts, read_contacts
from services.planner.people import People
from services.provision.keys import write_keys
from tests.harness.ports import free_port
from tests.planner.samples import ZONE
from tests.planner.web import people_text

SECRET = "s3cret-canary-token"
GOOD = f"""
[people.anna]
urls = ["mailto://user:{SECRET}@127.0.0.1:2525/?from=a@lab.test&to=anna@lab.test"]
quiet = "22:00-06:30"

[people.bengt]
urls = ["json://127.0.0.1:9/{SECRET}"]
language = "en"

[people.gone]
urls = ["json://127.0.0.1:9/"]

[roles.default]
tell = ["author", "approver"]
minutes = 5

[roles.stranger]
tell = ["ops"]
"""


@pytest.fixture
def people(tmp_path: Path) -> People:
    path = tmp_path / "people.toml"
    path.write_text(people_text("anna", "bengt") + "\n" + people_text("olle", roles=("ops",)))
    return People(path)


def read(tmp_path: Path, people: People, text: str, mode: int = 0o600) -> Contacts:
    path = tmp_path / "notices.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return read_contacts(path, people, ZONE)


def complaint(tmp_path: Path, people: People, text: str) -> str:
    with pytest.raises(Unfit) as no:
        read(tmp_path, people, text)
    return str(no.value).removeprefix(f"{tmp_path}/")


def test_without_a_file_nobody_is_told_and_nothing_stops(tmp_path: Path, people: People) -> None:
    contacts = read_contacts(tmp_path / "notices.toml", people, ZONE)
    assert contacts.reachable("approver") == ()
    assert contacts.urls("anna") == ()
    assert contacts.ladder(Kind.FAILED).roles == ("approver", "author")
    assert contacts.ladder(Kind.PARKED).roles == ("ops", "approver")


def test_the_file_says_who_is_told_in_which_order_and_how(tmp_path: Path, people: People) -> None:
    contacts = read(tmp_path, people, GOOD)
    assert contacts.reachable("author") == ("anna", "bengt")
    assert contacts.reachable("ops") == ()
    assert contacts.ladder(Kind.FAILED).roles == ("author", "approver")
    assert contacts.ladder(Kind.FAILED).patience == timedelta(minutes=5)
    assert contacts.ladder(Kind.STRANGER).roles == ("ops",)
    assert contacts.ladder(Kind.PARKED).roles == ("ops", "approver")
    assert contacts.unknown() == ["gone"]
    assert [contacts.language(name) for name in ("anna", "bengt", "nobody")] == ["sv", "en", "sv"]


@pytest.mark.parametrize(
    ("hour", "minute", "day", "until"),
    [
        (21, 59, 23, None),
        (22, 0, 23, 24),
        (3, 0, 24, 24),
        (6, 29, 24, 24),
        (6, 30, 24, None),
        (12, 0, 24, None),
    ],
)
def test_quiet_hours_go_over_midnight_in_the_organisations_own_time(
    tmp_path: Path, people: People, hour: int, minute: int, day: int, until: int | None
) -> None:
    contacts = read(tmp_path, people, GOOD)
    at = datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)
    wanted = datetime(2026, 11, until, 5, 30, tzinfo=UTC) if until else None
    assert contacts.quiet_until("anna", at) == wanted
    assert contacts.quiet_until("bengt", at) is None


def test_quiet_hours_end_by_the_clock_on_the_wall_also_when_it_is_changed(
    tmp_path: Path, people: People
) -> None:
    contacts = read(tmp_path, people, GOOD)
    night = datetime(2026, 10, 24, 21, 0, tzinfo=UTC)
    assert contacts.quiet_until("anna", night) == datetime(2026, 10, 25, 5, 30, tzinfo=UTC)


BAD = [
    (f'[people.anna]\nurls = ["mailto:{SECRET}"]', "line 2, people.anna.urls: this is no address"),
    (f'[people.anna]\nurls = ["{SECRET}://x"]', "line 2, people.anna.urls: this is no address"),
    ("[people.anna]\nurls = []", "line 2, people.anna.urls: Tuple should have at least 1 item"),
    (f'[people.anna]\ntoken = "{SECRET}"', "line 1, people.anna.urls: Field required"),
    (GOOD.replace("22:00-06:30", SECRET), 'line 4, people.anna.quiet: write it like "22:00-06:30"'),
    (
        GOOD.replace("22:00-06:30", "25:00-06:30"),
        "line 4, people.anna.quiet: there is no such time",
    ),
    (GOOD.replace("06:30", "22:00"), "line 4, people.anna.quiet: it begins when it ends"),
    (
        GOOD.replace('"ops"', f'"{SECRET}"'),
        "line 18, roles.stranger.tell: Input should be 'author'",
    ),
    (GOOD.replace("minutes = 5", "minutes = 0"), "line 15, roles.default.minutes: Input should be"),
    (GOOD.replace("[roles.stranger]", "[roles.strange]"), "line 17, roles.strange"),
    (f"[people.anna]\nurls = [{SECRET}", "line 2: this is not TOML; mend it"),
    (f'[people.anna]\nurls = "{SECRET}\n', "line 2: this is not TOML; mend it"),
]


@pytest.mark.parametrize(("text", "sentence"), BAD)
def test_a_broken_file_is_told_with_its_line_and_without_what_it_holds(
    tmp_path: Path, people: People, text: str, sentence: str
) -> None:
    said = complaint(tmp_path, people, text)
    assert sentence in said
    assert said.startswith("notices.toml, ")
    assert SECRET not in said


def test_a_file_that_others_can_read_is_refused(tmp_path: Path, people: People) -> None:
    with pytest.raises(Unfit, match="run: chmod 600"):
        read(tmp_path, people, GOOD, mode=0o644)


def test_addresses_are_never_shown_by_accident(
    tmp_path: Path, people: People, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        contacts = read(tmp_path, people, GOOD)
        complaint(tmp_path, people, f'[people.anna]\nurls = ["json://{SECRET}:{SECRET}@"]')
    assert SECRET not in repr(contacts)
    assert SECRET not in repr(contacts.file)
    assert SECRET not in caplog.text


def test_a_planner_with_a_broken_file_does_not_start_and_says_where(tmp_path: Path) -> None:
    write_keys(tmp_path / "secrets")
    path = tmp_path / "secrets" / "planner" / "notices.toml"
    path.write_text(f'[people.anna]\nurls = ["nonsense://{SECRET}"]\n')
    path.chmod(0o600)
    own = {
        "PLANNER_SECRETS": str(path.parent),
        "PLANNER_DATA": str(tmp_path / "board"),
        "PLANNER_PORT": str(free_port()),
    }
    ended = subprocess.run(
        [sys.executable, "-m", "services.planner"],
        env=dict(os.environ) | own,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == CANNOT_START
    assert f"{path}, line 2, people.anna.urls: this is no address" in ended.stderr
    assert SECRET not in ended.stderr + ended.stdout
