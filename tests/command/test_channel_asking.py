"""Whoever sets an account up is asked for what is missing, and a script is told what to say."""

import asyncio
import io
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from budkavle.channels.adding import Wish, add
from budkavle.channels.questions import Questions
from budkavle.channels.trying import Undone
from budkavle.folder import Folder
from budkavle.ports import Ports
from budkavle.programs import Plan, write_channels
from budkavle.terminal import Terminal
from budkavle.trouble import Trouble
from budkavle.words import speak
from services.provision.keys import write_keys
from tests.simulator.running import Running, running_simulator

PAGE = "101082996395759"


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_simulator(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """A system that is stopped."""
    made = Plan(Folder(tmp_path / "data"), Ports())
    with made.folder.claimed():
        write_keys(made.folder.secrets)
        write_channels(made)
    return made


@pytest.fixture
def base(simulator: Running) -> dict[str, str]:
    return {"base_url": f"{simulator.url}/graph/v26.0"}


def asked(plan: Plan, wish: Wish, *said: str) -> tuple[int, str]:
    """Add a channel with a person at the keyboard who says this; gives what was printed."""
    out = io.StringIO()
    terminal = Terminal(speak("en"), Console(file=out, width=200))
    with CliRunner().isolation(input="".join(f"{line}\n" for line in said)) as streams:
        status = asyncio.run(add(terminal, plan, wish, Questions(terminal, anybody=True)))
        prompts = streams[0].getvalue().decode()
    return status, out.getvalue() + prompts


def written(plan: Plan) -> dict[str, dict[str, object]]:
    return dict(tomllib.loads(plan.folder.channels.read_text())["channels"])


def token(plan: Plan, name: str) -> str:
    return (plan.folder.secrets / "publisher" / f"{name}.token").read_text()


def test_everything_that_is_needed_is_asked_for(plan: Plan, base: dict[str, str]) -> None:
    said = ("facebook", "", "Sidan", PAGE, "regionen-token")
    status, printed = asked(plan, Wish(values=base), *said)
    assert status == 0
    assert written(plan)["facebook"] == {
        "kind": "facebook",
        "title": "Sidan",
        "page": PAGE,
        **base,
    }
    assert token(plan, "facebook") == "regionen-token\n"
    assert "Webhook: a receiver of your own" in printed
    assert "pages_manage_posts" in printed
    assert "It begins when the system starts: budkavle up --data" in printed
    assert "regionen-token" not in printed


@pytest.mark.parametrize(("answer", "kept"), [("y", True), ("n", False)])
def test_an_account_that_does_not_answer_is_kept_only_by_who_says_so(
    plan: Plan, base: dict[str, str], answer: str, *, kept: bool
) -> None:
    wish = Wish("facebook", "fb", {**base, "title": "Sidan", "page": PAGE})
    before = plan.folder.channels.read_text()
    if kept:
        assert asked(plan, wish, "wrong", answer)[0] == 0
        assert token(plan, "fb") == "wrong\n"
    else:
        with pytest.raises(Undone):
            asked(plan, wish, "wrong", answer)
        assert plan.folder.channels.read_text() == before
    assert ("fb" in written(plan)) is kept


def test_a_table_that_no_publisher_would_start_with_is_not_kept_by_anybody(plan: Plan) -> None:
    wish = Wish("facebook", "fb", {"title": "Sidan", "page": "not a number"}, keep=True)
    with pytest.raises(Undone):
        asked(plan, wish, "regionen-token", "y")
    assert "fb" not in written(plan)


def test_a_token_that_is_there_is_not_written_over_unasked(
    plan: Plan, base: dict[str, str]
) -> None:
    path = plan.folder.secrets / "publisher" / "fb.token"
    path.write_text("regionen-token\n")
    path.chmod(0o600)
    wish = Wish("facebook", "fb", {**base, "title": "Sidan", "page": PAGE})
    assert asked(plan, wish, "n")[0] == 0
    assert token(plan, "fb") == "regionen-token\n"


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (Wish(), "Say it with KIND"),
        (Wish("facebook", "fb", {"title": "Sidan"}), "--set page="),
        (Wish("telex", "fb"), "There is no kind telex. Choose one of: newsroom, "),
        (Wish("facebook", "Stora Sidan"), "Stora Sidan is no name"),
        (Wish("newsroom", "newsroom"), "There is a channel newsroom already"),
        (Wish("facebook", "fb", {"pgae": "1"}), "facebook has no key pgae; it has: title, "),
    ],
)
def test_a_script_is_told_what_to_say(plan: Plan, wish: Wish, message: str) -> None:
    terminal = Terminal(speak("en"), Console(file=io.StringIO()))
    with pytest.raises(Trouble, match=message):
        asyncio.run(add(terminal, plan, wish, Questions(terminal, anybody=False)))
    assert list(written(plan)) == ["newsroom"]
