"""The verb `officers` prints what opens a door once, and never how somebody is called."""

import argparse
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from services.provision import officers

CANARY = "mailtos://user:s3cret-canary@smtp.example.org/"


class Ops:
    """Somebody at the command line, and all that was printed to them."""

    def __init__(self, secrets: Path) -> None:
        self.secrets = secrets
        self.printed: list[str] = []

    def say(self, *said: str | Path) -> str:
        parser = argparse.ArgumentParser()
        officers.add_verb(parser.add_subparsers(dest="verb"))
        asked = vars(
            parser.parse_args(["officers", *map(str, said), "--secrets", str(self.secrets)])
        )
        del asked["verb"]
        lines: list[str] = []
        officers.change(asked, lines.append)
        self.printed += lines
        return "\n".join(lines)


@pytest.fixture
def ops(tmp_path: Path) -> Ops:
    return Ops(tmp_path)


def test_papers_are_printed_once_and_addresses_never(ops: Ops, tmp_path: Path) -> None:
    added = ops.say("add", "dag", "--name", "Dag Ek", "--page", CANARY, "--phone", "070")
    assert "otpauth://" in added
    password = re.findall(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", added)
    assert "called by mailtos, 070" in ops.say("list")
    ops.say("reach", "dag", "--page", CANARY, "--page", "json://127.0.0.1:1/")
    assert "called by mailtos, json, 070" in ops.say("list")
    assert "canary" not in "".join(ops.printed)
    assert sum(password[0] in line for line in ops.printed) == 1


def test_a_renewal_prints_other_papers(ops: Ops) -> None:
    added = ops.say("add", "dag", "--name", "Dag Ek", "--page", CANARY)
    renewed = ops.say("renew", "dag")
    assert "otpauth://" in renewed
    assert not set(re.findall(r"^  \S{4}-\S{4}$", added, re.MULTILINE)) & set(
        re.findall(r"^  \S{4}-\S{4}$", renewed, re.MULTILINE)
    )


def test_keys_are_listed_with_their_end(ops: Ops, tmp_path: Path) -> None:
    ops.say("add", "dag", "--name", "Dag Ek", "--page", CANARY)
    assert "guard it" in ops.say("key", "dag", "--make", tmp_path / "dag.key")
    assert ops.say("list").count("  key ") == 2
    ops.say("renew", "dag")
    assert ops.say("list").count(", ended ") == 2
    ops.say("remove", "dag")
    assert "dag: Dag Ek, serves no more" in ops.say("list")
    left = tomllib.loads((tmp_path / "siren" / "officers.toml").read_text())["former"]["dag"]
    assert all("until" in key for key in left["keys"].values())


def test_a_sealed_code_is_printed_and_counted(ops: Ops) -> None:
    printed = ops.say("break-glass")
    assert re.search(r"^  [a-z2-9]{4}(-[a-z2-9]{4}){4}$", printed, re.MULTILINE)
    assert "sealed envelopes made: 1" in ops.say("list")


def test_a_mistake_ends_in_one_sentence(tmp_path: Path) -> None:
    said = ("officers", "renew", "zed", "--secrets", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "services.provision", *said],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "no duty officer is called 'zed'; there serve: nobody\n"
