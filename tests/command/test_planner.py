"""The planner's answers become sentences, and a try that got none is repeated with its key."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from budkavle.folder import Folder
from budkavle.planner import Planner
from budkavle.ports import Ports
from budkavle.status import status
from budkavle.terminal import Terminal
from budkavle.trouble import Trouble
from budkavle.words import speak
from tests.command.answering import Answers, answering
from tests.harness.ports import free_port

pytestmark = pytest.mark.web

BUSY = (503, {"detail": "Broker away.", "remedy": "Try again."})
LIMITS = {"takes_title": True, "pictures_least": 0}
READY = {"channel": "newsroom", "ready": True, "problem": None, "limits": LIMITS}


async def test_what_got_no_certain_answer_is_sent_again_under_the_same_key() -> None:
    with answering({"POST /posts": [BUSY, (201, {"id": "7"})]}) as server:
        async with Planner(server.url, "bk_token") as planner:
            stand = await planner.draft({})
            await planner.draft({})
    assert (stand.id, stand.etag) == ("7", '"tag"')
    keys = [asked.key for asked in server.asked]
    assert keys[0] == keys[1]
    assert keys[1] != keys[2]
    assert {asked.token for asked in server.asked} == {"Bearer bk_token"}


async def test_a_refusal_says_everything_that_is_wrong() -> None:
    problems = [
        {"detail": "The text is empty.", "remedy": "Write it."},
        {"detail": "The time has passed.", "remedy": "Choose a later one."},
    ]
    with answering({"POST /posts": [(422, {"errors": problems})]}) as server:
        async with Planner(server.url, "t") as planner:
            with pytest.raises(Trouble) as refused:
                await planner.draft({})
    assert str(refused.value) == (
        "The planner says no (422): The text is empty. Write it. "
        "The time has passed. Choose a later one."
    )
    assert len(server.asked) == 1


async def test_a_planner_that_is_not_there_is_told_with_the_doctor() -> None:
    async with Planner(f"http://127.0.0.1:{free_port()}", "t") as planner:
        with pytest.raises(Trouble, match=r"does not answer .ConnectError.*See: budkavle doctor"):
            await planner.parked()


async def test_all_pages_of_posts_are_read() -> None:
    pages: Answers = {
        "GET /posts": [
            (200, {"posts": [{"id": "1"}], "cursor": "x"}),
            (200, {"posts": [{"id": "2"}], "cursor": None}),
        ]
    }
    with answering(pages) as server:
        async with Planner(server.url, "t") as planner:
            assert [post["id"] for post in await planner.posts()] == ["1", "2"]


def _variant(status: str, step: str = "wait", **more: Any) -> dict[str, Any]:
    return {
        "channel": "newsroom",
        "status": status,
        "status_label": status.title(),
        "next_step": {"code": step, "sentence": "Do this."},
        "needs_person": step in {"mend", "new_time", "find_out", "decide", "look"},
        "out_at": {"local": "2999-11-23T18:30:00", "instant": "2999-11-23T17:30:00Z"},
        **more,
    }


def _post(title: str, state: str, variant: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "state": state, "authors": ["anna"], "variants": [variant]}


async def _status(folder: Folder, posts: list[dict[str, Any]], **more: Any) -> int:
    folder.people.mkdir(parents=True)
    (folder.people / "anna").write_text("bk_token")
    answers: Answers = {
        "GET /posts": [(200, {"posts": posts, "cursor": None})],
        "GET /channels": [(200, {"channels": more.get("channels", [READY])})],
        "GET /parked": [(200, {"parked": more.get("parked", [])})],
    }
    with answering(answers) as server:
        ports = replace(Ports(), planner=server.port)
        return await status(Terminal(speak("en")), folder, ports, "anna")


async def test_a_calm_week_says_what_waits_and_what_comes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    posts = [
        _post("Natt", "submitted", _variant("submitted", "approve")),
        _post("Dag", "approved", _variant("scheduled")),
        _post("Ute", "approved", _variant("published", "measure")),
    ]
    assert await _status(Folder(tmp_path), posts) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Waits for approval: Natt (anna)",
        "Goes out 2999-11-23 18:30: Dag in newsroom",
        "✓ Nothing needs a person.",
    ]


@pytest.mark.parametrize(
    ("state", "step"),
    [
        ("failed", "mend"),
        ("expired", "new_time"),
        ("missed", "new_time"),
        ("uncertain", "find_out"),
        ("held", "decide"),
        ("published", "look"),
    ],
)
async def test_what_went_wrong_is_told_with_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], state: str, step: str
) -> None:
    posts = [_post("Natt", "approved", _variant(state, step))]
    assert await _status(Folder(tmp_path), posts) == 1
    assert f"✗ Natt in newsroom: {state.title()}. Do this." in capsys.readouterr().out


async def test_a_channel_that_is_not_ready_and_a_message_set_aside_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = {"detail": "No token.", "remedy": "Renew it."}
    away = {**READY, "ready": False, "problem": problem}
    aside = {"problem": {"detail": "Set aside.", "remedy": "Ask ops."}}
    ends = {**READY, "warning": {"detail": "It ends.", "remedy": "Renew it."}}
    assert await _status(Folder(tmp_path), [], channels=[away, ends], parked=[aside]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "✗ newsroom is not ready: No token. Renew it.",
        "✗ newsroom: It ends. Renew it.",
        "✗ Set aside. Ask ops.",
    ]
