"""What people are told who set an account up, and what the publisher's program says of accounts."""

import json
import re
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any, get_args

import pytest
import structlog
from babel.messages.pofile import read_po

import services.publisher
from services.kit.languages import language
from services.publisher.accounts.command import answer
from services.publisher.accounts.kinds import kinds, sheet
from services.publisher.accounts.probing import Probe, told
from services.publisher.channels.config import read_channels
from services.publisher.channels.entry import Entry
from services.publisher.channels.guide import COMMON
from services.publisher.channels.kinds import KINDS, entry_of
from simulator.graph.threads import user_id
from tests.simulator.running import Running, running_simulator

PAGE = "101082996395759"
LOCALE = Path(services.publisher.__file__).parent / "locale"
ENGLISH, SWEDISH = language("en", LOCALE), language("sv", LOCALE)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_simulator(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """Take back how the program has set up its logs: other tests read theirs."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def place(tmp_path: Path, simulator: Running, monkeypatch: pytest.MonkeyPatch) -> Path:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (tmp_path / "channels.toml").write_text(
        '[channels.ny]\nkind = "newsroom"\ntitle = "Nyheter"\npublic_url = "http://ny.example"\n'
        f'[channels.fb]\nkind = "facebook"\ntitle = "Sidan"\npage = "{PAGE}"\n'
        f'base_url = "{simulator.url}/graph/v26.0"\ntoken_ends = 2099-01-31\n'
    )
    for name, value in {"SECRETS": secrets, "CHANNELS": tmp_path / "channels.toml"}.items():
        monkeypatch.setenv(f"PUBLISHER_{name}", str(value))
    monkeypatch.setenv("PUBLISHER_DATA", str(tmp_path / "data"))
    return tmp_path


def keep(place: Path, token: str) -> None:
    path = place / "secrets" / "fb.token"
    path.write_text(token)
    path.chmod(0o600)


def check(*arguments: str) -> tuple[dict[str, dict[str, Any]], int]:
    said = answer(["check", *arguments, "--json", "--language", "en"])
    return {each["channel"]: each for each in json.loads(said.text)}, said.status


def test_every_kind_is_described_from_its_own_table() -> None:
    described = {each.kind: each for each in kinds(ENGLISH)}
    assert list(described) == list(KINDS)
    for name in KINDS:
        entry = entry_of(name)
        assert get_args(entry.model_fields["kind"].annotation) == (name,)
        keys = {key.key: key for key in described[name].keys}
        assert set(keys) == set(entry.model_fields) - {"kind"}
        assert {key.key for key in keys.values() if key.needed} == {
            key for key, said in entry.model_fields.items() if said.is_required()
        } - {"kind"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_comes_with_a_guide_to_its_account(kind: str) -> None:
    entry = entry_of(kind)
    guide, fields = entry.guide, set(entry.model_fields)
    assert guide.called
    assert guide.steps or "token_file" not in fields
    assert {*guide.keys, *guide.examples} <= fields
    assert {*guide.instead_of, *guide.instead_of.values()} <= set(guide.keys)
    assert guide.signs_in in {"", *guide.keys}
    [described] = [each for each in kinds(ENGLISH) if each.kind == kind]
    assert [key.key for key in described.keys if key.asked and not key.hint] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_that_is_printed_can_be_written_as_it_stands(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "channels.toml"
    path.write_text("\n".join(printed_table(kind)))
    assert list(read_channels(path)) == [kind]


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_printed_table_leaves_out_can_be_written_too(kind: str, tmp_path: Path) -> None:
    path, shown = tmp_path / "channels.toml", printed_table(kind)
    for line in [line.removeprefix("# ") for line in shown if line.startswith("# ")]:
        key = line.partition(" = ")[0]
        other = f"{entry_of(kind).guide.instead_of.get(key)} = "
        path.write_text("\n".join([*(each for each in shown if not each.startswith(other)), line]))
        assert getattr(read_channels(path)[kind], key) is not None


def printed_table(kind: str) -> list[str]:
    lines = answer(["kinds", kind]).text.splitlines()
    return list(takewhile(bool, lines[lines.index(f"[channels.{kind}]") :]))


def test_the_page_on_channels_has_every_kind_in_the_order_in_which_it_is_offered() -> None:
    page = (Path(__file__).parents[2] / "docs" / "channels.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    told = re.findall(r"^\*\*([\w-]+)\.\*\*", page.split("## Getting a token")[1], re.MULTILINE)
    assert rows == list(KINDS)
    called = [each.called.partition(":")[0] for each in kinds(ENGLISH) if each.token]
    assert told == called


def test_a_kind_without_a_guide_still_says_what_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_of("mastodon"), "guide", Entry.guide)
    [one] = [each for each in kinds(ENGLISH) if each.kind == "mastodon"]
    assert one.called == "mastodon"
    assert "Make an access token" in " ".join(one.guide)
    assert [key.key for key in one.keys if key.asked] == ["title", "base_url"]
    assert 'base_url = ""' in "\n".join(sheet(one, ENGLISH))


def test_every_guide_is_said_in_swedish_too() -> None:
    with (LOCALE / "sv.po").open("rb") as file:
        swedish = {str(each.id): str(each.string) for each in read_po(file) if each.id}
    texts = [text for kind in KINDS for text in entry_of(kind).guide.texts()]
    assert [text for text in (*texts, *COMMON.values()) if not swedish.get(text)] == []


def test_an_account_that_answers_is_ready_and_says_how_long_its_token_holds(place: Path) -> None:
    keep(place, "regionen-token")
    found, status = check()
    assert status == 0
    assert (found["fb"]["ready"], found["ny"]["ready"]) == (True, True)
    assert found["fb"]["token_ends"] == "2099-02-01T00:00:00Z"
    assert found["fb"]["url"].endswith("/facebook/regionen.page")
    assert found["fb"]["limits"]["characters"] == 63_206
    said = answer(["check", "fb", "--language", "sv"]).text
    assert "Sidan (facebook): redo" in said
    assert "Nyckeln slutar gälla 2099-02-01" in said


def test_what_only_comments_need_is_named_though_the_account_is_ready() -> None:
    lacking = Probe(channel="fb", kind="facebook", title="Sidan", ready=True, lacks="a_permission")
    ready, lacks = told(lacking, ENGLISH)
    assert ready == "✓ fb – Sidan (facebook): ready"
    assert lacks == "  Comments are left alone until the token allows: a_permission"


def test_an_account_that_counts_posts_says_how_many_are_left(place: Path) -> None:
    path = place / "secrets" / "threads.token"
    path.write_text("regionen-token")
    path.chmod(0o600)
    toml = place / "channels.toml"
    base = re.findall(r'base_url = "(.*)/graph/v26.0"', toml.read_text())[0]
    with toml.open("a") as file:
        file.write(
            '[channels.threads]\nkind = "threads"\ntitle = "Profilen"\n'
            f'account = "{user_id("regionen.threads")}"\nmedia_url = "http://127.0.0.1:9"\n'
            f'base_url = "{base}/threads-graph/v1.0"\n'
        )
    found = check("threads")[0]["threads"]
    assert found["quota"] == {"left": 250, "of": 250, "per": "P1D"}
    said = answer(["check", "threads", "--language", "sv"]).text
    assert "Inlägg kvar: 250 av 250 på 24 timmar." in said
    assert "dagar kvar: 59." in said
    assert path.read_text() == "regionen-token", "looking renews nothing"


def test_what_cannot_be_asked_is_said_of_an_account_that_is_ready(place: Path) -> None:
    path = place / "secrets" / "app.token"
    path.write_text("whsec_aGVtbGlndA==")
    path.chmod(0o600)
    with (place / "channels.toml").open("a") as file:
        file.write(
            '[channels.app]\nkind = "webhook"\ntitle = "Appen"\n'
            'address = "http://127.0.0.1:9/"\npublic_url = "http://app.example"\n'
        )
    said = answer(["check", "app", "--language", "en"])
    assert said.status == 0
    assert said.text.splitlines()[-1] == f"  {entry_of('webhook').guide.unasked}"
    assert check("app")[0]["app"]["unasked"] == entry_of("webhook").guide.unasked
    assert check("ny")[0]["ny"]["unasked"] == ""


def test_a_token_that_opens_nothing_is_said_in_the_boards_words(place: Path) -> None:
    keep(place, "wrong")
    found, status = check("fb")
    assert status == 1
    assert list(found) == ["fb"]
    assert found["fb"]["code"] == "credentials_refused"
    assert found["fb"]["said"].startswith("Sidan does not accept our credentials.")
    assert "wrong" not in json.dumps(found)


def test_a_token_that_is_missing_is_said_with_its_place_and_the_others_are_asked(
    place: Path,
) -> None:
    found, status = check()
    assert status == 2
    assert found["ny"]["ready"]
    assert not found["fb"]["made"]
    assert str(place / "secrets" / "fb.token") in found["fb"]["said"]


@pytest.mark.usefixtures("place")
def test_a_channel_that_is_not_there_is_said_with_those_that_are() -> None:
    said = answer(["check", "x"])
    assert said.status == 2
    assert said.text.endswith("has no channel x; it has: ny, fb")


@pytest.mark.usefixtures("place")
def test_a_channel_that_still_stands_in_the_file_is_not_forgotten() -> None:
    said = answer(["forget", "fb"])
    assert said.status == 2
    assert "take its table away" in said.text
