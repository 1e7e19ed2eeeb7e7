"""Tries a token, and a file of channels, in their places; what does not hold leaves no trace."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from budkavle.channels.publisher import Said
from budkavle.channels.questions import Questions
from budkavle.folder import Folder
from budkavle.terminal import Terminal
from budkavle.tokens import token_files
from budkavle.trouble import Trouble
from services.kit.secret_files import make_folder, write
from services.kit.unfit import CANNOT_START


class Undone(Exception):
    """Nothing is kept of what was begun."""


def say_guide(terminal: Terminal, kind: Mapping[str, Any]) -> None:
    """Say how to get a token for this kind of channel."""
    for line in ["", kind["called"], "", *kind["guide"], ""]:
        terminal.console.print(line, markup=False, soft_wrap=True)


def has_token(kind: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Whether a channel with this table is opened by a token at all."""
    return bool(kind["token"]) and (not kind["signs_in"] or kind["signs_in"] in values)


def places(folder: Folder, name: str, values: Mapping[str, Any]) -> tuple[Path, ...]:
    """Say where a channel's token lies, for each who speaks to it."""
    return token_files(folder, Path(values.get("token_file") or f"{name}.token").name)


def may_write(terminal: Terminal, secrets: Sequence[Path], questions: Questions) -> bool:
    """Ask before a token that is there already is written over."""
    secret = secrets[0]
    asked = terminal.say("There is a token in {path}. Write another one over it?", path=secret)
    return not secret.exists() or questions.yes(asked, otherwise=False)


def asked_token(terminal: Terminal, questions: Questions) -> str:
    """Ask for the token, or take it from what is piped in; it is never an argument."""
    token = questions.secret(terminal.say("The token (it is not shown)"))
    if not token:
        raise Trouble("There is no token. Pipe it in, or write it when you are asked.")
    return token


def demand_well(terminal: Terminal, said: Said, questions: Questions, *, keep: bool) -> None:
    """Say how the account answered; `Undone` unless it is well, or wanted all the same."""
    terminal.console.print(said.text, markup=False, soft_wrap=True)
    if not said.status:
        return
    # A publisher that cannot start would publish to no channel at all.
    could = said.status != CANNOT_START
    asked = terminal.say("It would not take a post now. Keep it all the same?")
    if not (could and (keep or questions.yes(asked, otherwise=False))):
        raise Undone


@contextmanager
def with_token(paths: Sequence[Path], token: str | None) -> Iterator[None]:
    """Write the token; what was there before comes back if the block does not succeed."""
    if token is None:
        yield
        return
    before = {path: path.read_text() if path.exists() else None for path in paths}
    try:
        for path in paths:
            make_folder(path.parent)
            write(path, f"{token}\n")
        yield
    except BaseException:
        for path, text in before.items():
            if text is None:
                path.unlink(missing_ok=True)
            else:
                write(path, text)
        raise


@contextmanager
def with_draft(path: Path, text: str) -> Iterator[Path]:
    """Lay the file as it would be beside the one that counts, to be tried."""
    draft = path.with_name(f"{path.name}.try")
    draft.write_text(text, encoding="utf-8")
    try:
        yield draft
    finally:
        draft.unlink()
