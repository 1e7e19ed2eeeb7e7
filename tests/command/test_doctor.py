"""Every fault of a set-up is named with what mends it."""

import re
import socket
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from budkavle.broker import always_syncs, clock
from budkavle.doctor import machine, papers
from budkavle.doctor.answer import doctor
from budkavle.doctor.findings import Finding
from budkavle.doctor.running import clocks
from budkavle.folder import VERSION, Folder
from budkavle.ports import HOST, Ports
from budkavle.terminal import Terminal
from budkavle.words import speak
from services.provision.keys import write_keys
from tests.up.places import free_base

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHANNELS = '[channels.newsroom]\nkind = "newsroom"\ntitle = "N"\npublic_url = "http://x"\n'


@pytest.fixture
def ports() -> Ports:
    return Ports.on(free_base())


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "data")
    with made.claimed():
        write_keys(made.secrets)
        made.channels.write_text(CHANNELS)
    return made


def said(findings: Iterable[Finding]) -> list[str]:
    speech = speak("en")
    return [speech(each.text, **each.values) for each in findings if not each.fine]


def test_a_sound_set_up_has_nothing_to_mend(folder: Folder, ports: Ports) -> None:
    assert said(machine.look(folder, ports)) == []
    assert said(papers.look(folder)) == []


def test_a_missing_folder_says_what_makes_it(tmp_path: Path, ports: Ports) -> None:
    [words] = said(machine.look(Folder(tmp_path / "none"), ports))
    assert words.endswith("is not there. It is made by: budkavle up")


def test_a_folder_of_another_layout_is_named(folder: Folder, ports: Ports) -> None:
    folder.version.write_text(str(VERSION + 1))
    [words] = said(machine.look(folder, ports))
    assert f"has layout {VERSION + 1}, and this Budkavle knows {VERSION}" in words


def test_an_open_folder_is_to_be_closed(folder: Folder, ports: Ports) -> None:
    folder.root.chmod(0o755)
    assert said(machine.look(folder, ports)) == [
        f"{folder.root} can be opened by others. Run: chmod 700 {folder.root}"
    ]


def test_a_port_that_another_program_has_is_named(folder: Folder, ports: Ports) -> None:
    with socket.create_server((HOST, ports.metrics)):
        [words] = said(machine.look(folder, ports))
    assert words.startswith(f"{ports.metrics}, which metrics needs, is taken by another program")


def test_a_port_that_we_should_have_is_missed(folder: Folder, ports: Ports) -> None:
    with folder.claimed():
        words = said(machine.look(folder, ports))
    assert f"Nothing listens on {ports.planner}, though planner should. See its log." in words


def test_a_missing_key_says_how_it_is_made(folder: Folder) -> None:
    (folder.secrets / "planner" / "session.key").unlink()
    [words] = said(papers.look(folder))
    assert re.search(r"session\.key is missing\. Make it: python -m services\.provision", words)


def test_a_secret_that_others_can_read_is_to_be_closed(folder: Folder) -> None:
    path = folder.people / "anna"
    path.chmod(0o644)
    assert said(papers.look(folder)) == [f"{path} has the wrong mode. Run: chmod 600 {path}"]


def test_channels_that_cannot_be_read_are_told_with_the_line(folder: Folder) -> None:
    folder.channels.write_text("[channels.newsroom]\nkind = \n")
    [words] = said(papers.look(folder))
    assert "channels.toml is not TOML" in words
    assert "line 2" in words


def test_an_account_without_token_is_told_where_to_put_it(folder: Folder) -> None:
    account = '[channels.regionen]\nkind = "mastodon"\ntitle = "M"\nbase_url = "http://x"\n'
    folder.channels.write_text(CHANNELS + account)
    [words] = said(papers.look(folder))
    assert words.startswith("regionen has no token. Write it into ")
    assert words.endswith("publisher/regionen.token")


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        (NOON, True),
        (NOON + timedelta(seconds=1.9), True),
        (NOON - timedelta(seconds=1.9), True),
        (NOON + timedelta(seconds=2.6), False),
        (NOON - timedelta(seconds=2.6), False),
    ],
)
def test_clocks_may_differ_by_two_seconds(theirs: datetime, expected: bool) -> None:  # noqa: FBT001
    assert clocks(NOON, theirs, NOON + timedelta(seconds=0.1)).fine is expected


def test_the_brokers_answer_is_understood() -> None:
    state = {
        "now": "2026-11-21T22:40:45.745034702Z",
        "jetstream": {"config": {"sync_interval": 120000000000, "sync_always": True}},
    }
    assert always_syncs(state)
    assert not always_syncs({"jetstream": {"config": {"sync_interval": 120000000000}}})
    assert clock(state) == datetime(2026, 11, 21, 22, 40, 45, 745034, tzinfo=UTC)


async def test_a_sound_folder_where_nothing_runs_says_how_to_start(
    folder: Folder, ports: Ports, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await doctor(Terminal(speak("sv")), folder, ports) == 1
    out = capsys.readouterr().out
    assert f"Inget är igång här. Starta: budkavle up --data {folder.root}" in out
    assert out.rstrip().endswith("Att laga: 1")
