"""Whoever sets an account up is asked for what is missing, and a script is told what to say."""

import asyncio
import io
import json
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
from simulator.linkedin.desk import account_of as linkedin_account
from simulator.linkedin.desk import organization_id
from simulator.telegram.desk import account_of as telegram_account
from simulator.x.desk import account_of as x_account
from simulator.x.signatures import APP, APP_SECRET, secret_of
from tests.channels.platforms.matrix import ROOM
from tests.harness.ports import free_port
from tests.simulator.running import TOKENS, Running, running_simulator

PAGE = "101082996395759"
OWN = "regionen-token"
BOT = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
"""A bot's token has to look like one."""
LETTERS = {"title": "Listan", "host": "127.0.0.1", "tls": "none", "sender": "press@region.example"}


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    tokens = json.dumps({**TOKENS, BOT: "regionen"})
    with running_simulator(tmp_path_factory.mktemp("simulator"), tokens=tokens) as running:
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
    # Left empty: the address of ours that reels need.
    said = ("facebook", "", "Sidan", PAGE, "", "regionen-token")
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


ACCOUNTS = {
    "linkedin": (
        {"organization": organization_id(linkedin_account("regionen")), "token_ends": "2099-01-31"},
        OWN,
    ),
    "wordpress": ({"base_url": "{url}/wordpress", "user": "regionen"}, OWN),
    "matrix": ({"base_url": "{url}/matrix", "room": ROOM, "alias": ""}, OWN),
    "x": (
        {"handle": x_account("regionen")},
        f"{APP}:{APP_SECRET}:{OWN}:{secret_of(OWN)}",
    ),
    "telegram": ({"chat": f"@{telegram_account('regionen')}"}, BOT),
}
"""What a person has to say of each, in this order, and the token."""


@pytest.mark.parametrize("kind", ACCOUNTS)
def test_what_a_person_is_asked_is_enough_for_an_account_that_answers(
    plan: Plan, simulator: Running, kind: str
) -> None:
    asked_for, secret = ACCOUNTS[kind]
    told = {key: said.format(url=simulator.url) for key, said in asked_for.items()}
    elsewhere = {} if "base_url" in told else {"base_url": f"{simulator.url}/{kind}"}
    wish = Wish(kind, kind, elsewhere)
    status, printed = asked(plan, wish, "Kanalen", *told.values(), secret)
    assert status == 0, printed
    assert f"✓ {kind} – Kanalen ({kind}): ready" in printed
    kept = {key: str(said) for key, said in written(plan)[kind].items()}
    filled_in = {key: said for key, said in told.items() if said}
    assert kept == {"kind": kind, "title": "Kanalen", **elsewhere, **filled_in}
    assert secret not in printed


def test_where_nobody_signs_in_no_token_is_asked_for(plan: Plan) -> None:
    said = (str(free_port()), "", "", "list@region.example", "", "y")
    assert asked(plan, Wish("email", "brev", LETTERS), *said)[0] == 0
    assert written(plan)["brev"].keys() == {"kind", "port", "to", *LETTERS}
    assert not (plan.folder.secrets / "publisher" / "brev.token").exists()


@pytest.mark.parametrize("said_before", [False, True])
def test_recipients_stand_in_a_file_or_behind_an_address(plan: Plan, *, said_before: bool) -> None:
    recipients = plan.folder.secrets / "publisher" / "brev.list"
    recipients.write_text("anna@region.example\n")
    recipients.chmod(0o600)
    wish = {**LETTERS, "port": str(free_port()), "unsubscribe": ""}
    whose = ("press", "")
    where = () if said_before else ("", "brev.list")
    if said_before:
        wish["recipients_file"] = "brev.list"
    assert asked(plan, Wish("email", "brev", wish), *whose, *where, "hemligt", "y")[0] == 0
    assert written(plan)["brev"]["recipients_file"] == "brev.list"
    assert "to" not in written(plan)["brev"]
    assert token(plan, "brev") == "hemligt\n"


@pytest.mark.parametrize(("answer", "kept"), [("y", True), ("n", False)])
def test_an_account_that_does_not_answer_is_kept_only_by_who_says_so(
    plan: Plan, base: dict[str, str], answer: str, *, kept: bool
) -> None:
    wish = Wish("facebook", "fb", {**base, "title": "Sidan", "page": PAGE})
    before = plan.folder.channels.read_text()
    if kept:
        assert asked(plan, wish, "", "wrong", answer)[0] == 0
        assert token(plan, "fb") == "wrong\n"
    else:
        with pytest.raises(Undone):
            asked(plan, wish, "", "wrong", answer)
        assert plan.folder.channels.read_text() == before
    assert ("fb" in written(plan)) is kept


def test_a_table_that_no_publisher_would_start_with_is_not_kept_by_anybody(plan: Plan) -> None:
    wish = Wish("facebook", "fb", {"title": "Sidan", "page": "not a number"}, keep=True)
    with pytest.raises(Undone):
        asked(plan, wish, "", "regionen-token", "y")
    assert "fb" not in written(plan)


def test_a_token_that_is_there_is_not_written_over_unasked(
    plan: Plan, base: dict[str, str]
) -> None:
    path = plan.folder.secrets / "publisher" / "fb.token"
    path.write_text("regionen-token\n")
    path.chmod(0o600)
    wish = Wish("facebook", "fb", {**base, "title": "Sidan", "page": PAGE})
    assert asked(plan, wish, "", "n")[0] == 0
    assert token(plan, "fb") == "regionen-token\n"


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (Wish(), "Say it with KIND"),
        (Wish("facebook", "fb", {"title": "Sidan"}), "--set page="),
        (Wish("email", "brev", LETTERS), "--set recipients_file="),
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
