"""A pause is one command away, and a resume says what waits for a person."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from budkavle.folder import Folder
from budkavle.pausing import Scope, pause, resume
from budkavle.ports import Ports
from budkavle.terminal import Terminal
from budkavle.trouble import Trouble
from budkavle.words import speak
from tests.command.answering import Answering, Answers, answering

pytestmark = pytest.mark.web

STORM = {"label": "All posts in all channels", "why": "Storm", "by": "anna"}
HELD = {
    "title": "Natt",
    "channel_title": "Nyheter",
    "problem": {"remedy": "Decide whether it shall go out now or not at all."},
}


def shown(*pauses: Mapping[str, Any], held: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"version": 4, "pauses": list(pauses), "held": held or []}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    made.people.mkdir(parents=True)
    (made.people / "anna").write_text("bk_token")
    return made


def resuming(body: dict[str, Any]) -> Answers:
    return {
        "GET /publishing": [(200, shown(STORM))],
        "POST /publishing/resume": [(200, body)],
    }


async def resumed(server: Answering, folder: Folder) -> int:
    ports = replace(Ports(), planner=server.port)
    return await resume(Terminal(speak("en")), folder, ports, Scope(), "anna")


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        (Scope(), {"scope": "all"}),
        (Scope(channel="mastodon"), {"scope": "channel", "name": "mastodon"}),
        (Scope(label="humor"), {"scope": "label", "name": "humor"}),
    ],
)
def test_a_scope_is_written_as_the_planner_takes_it(scope: Scope, said: dict[str, str]) -> None:
    assert scope.said() == said


def test_a_channel_and_a_label_at_once_are_refused() -> None:
    with pytest.raises(Trouble, match="not both at once"):
        Scope("mastodon", "humor").said()


async def test_a_pause_says_what_is_paused_now(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering({"POST /publishing/pause": [(200, shown(STORM))]}) as server:
        ports = replace(Ports(), planner=server.port)
        terminal = Terminal(speak("en"))
        scope = Scope(label="humor")
        assert await pause(terminal, folder, ports, scope, "Storm", "anna") == 0
    again = f"budkavle resume --label humor --data {folder.root}"
    assert capsys.readouterr().out.splitlines() == [
        "Paused: All posts in all channels – Storm (anna)",
        f"What comes due meanwhile is held. Resume with: {again}",
    ]


async def test_a_resume_lifts_no_hold_of_a_crisis_and_says_who_does(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    stands = shown() | {"hold": {"why": "2026-7: Koka vattnet", "by": "astrid"}}
    with answering(resuming(stands)) as server:
        await resumed(server, folder)
    out = capsys.readouterr().out
    assert "Normal posts are held for an alert: 2026-7: Koka vattnet (astrid)." in out
    assert "Nothing is paused." not in out


async def test_a_resume_that_finds_held_posts_leads_to_where_they_are_decided(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(resuming(shown(held=[HELD]))) as server:
        assert await resumed(server, folder) == 1
    out = capsys.readouterr().out
    assert "✓ Nothing is paused." in out
    assert "✗ Held: Natt in Nyheter. Decide whether it shall go out now or not at all." in out
    assert f"http://127.0.0.1:{server.port}/publishing" in out


async def test_a_resume_that_finds_nothing_is_calm(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(resuming(shown(STORM))) as server:
        assert await resumed(server, folder) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Paused: All posts in all channels – Storm (anna)",
        "✓ Nothing was held.",
    ]
