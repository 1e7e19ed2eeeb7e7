"""Sets an account up: says how to get the token, keeps it, and tries it before it counts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from budkavle.channels import table
from budkavle.channels.applying import apply
from budkavle.channels.publisher import Publisher, Said
from budkavle.channels.questions import Questions
from budkavle.programs import Plan
from budkavle.terminal import Terminal, command_in
from budkavle.trouble import Trouble
from schemas.envelope import Name
from services.kit.serving import CANNOT_START
from services.provision.secret_files import make_folder, write

_NAME = TypeAdapter(Name)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was said by options; the rest is asked for."""

    kind: str | None = None
    name: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    token: bool = True
    """Whether a token comes along; else the file is there already."""
    keep: bool = False
    """Keep it though it does not answer."""


async def add(terminal: Terminal, plan: Plan, wish: Wish, questions: Questions) -> int:
    """Add a channel; 1 when it does not answer and is not kept."""
    path = plan.folder.channels
    channels = table.read(path)
    publisher = Publisher(plan, terminal.say.code)
    kind = _kind(terminal, publisher.kinds(), wish, questions)
    name = _name(terminal, channels, kind, wish, questions)
    terminal.line("")
    for line in [kind["called"], "", *kind["guide"]]:
        terminal.console.print(line, markup=False, soft_wrap=True)
    terminal.line("")
    values = {"kind": table.spelt(kind["kind"]), **_values(kind, wish, questions)}
    fresh = table.added(path.read_text(encoding="utf-8"), name, values)
    secret = plan.folder.secrets / "publisher" / f"{name}.token"
    token = _token(terminal, secret, wish, questions) if kind["token"] else None
    with _kept(secret, token), _draft(path, fresh) as draft:
        said = publisher.check([name], channels=draft)
        terminal.console.print(said.text, markup=False, soft_wrap=True)
        if not _shall_stay(terminal, said, wish, questions):
            raise _Undone
        table.put(path, fresh)
    terminal.good("{name} stands in {path}.", name=name, path=path)
    await apply(terminal, plan)
    return 0


class _Undone(Exception):
    """Nothing is kept of what was begun."""


async def add_or_undo(terminal: Terminal, plan: Plan, wish: Wish, questions: Questions) -> int:
    """Add a channel, or leave everything as it was and say so."""
    try:
        return await add(terminal, plan, wish, questions)
    except _Undone:
        command = command_in(plan.folder.root, "channel add")
        terminal.bad(
            "Nothing has been changed. Mend it, then say again: {command}", command=command
        )
        return 1


def _kind(
    terminal: Terminal, kinds: list[dict[str, Any]], wish: Wish, questions: Questions
) -> dict[str, Any]:
    known = {each["kind"]: each for each in kinds}
    wished = wish.kind
    if wished is None:
        terminal.pairs({each["kind"]: each["called"] for each in kinds})
        wished = questions.text(terminal.say("Which kind"), "KIND")
    if wished not in known:
        raise Trouble(
            "There is no kind {kind}. Choose one of: {known}", kind=wished, known=", ".join(known)
        )
    return known[wished]


def _name(
    terminal: Terminal,
    channels: Mapping[str, Any],
    kind: Mapping[str, Any],
    wish: Wish,
    questions: Questions,
) -> str:
    free = kind["kind"] if kind["kind"] not in channels else None
    asked = terminal.say("A short name for it, in addresses and commands")
    name = wish.name or questions.text(asked, "NAME", free)
    try:
        _NAME.validate_python(name)
    except ValidationError as error:
        raise Trouble(
            "{name} is no name: use at most 63 lower-case letters, digits and dashes.", name=name
        ) from error
    if name in channels:
        raise Trouble(
            "There is a channel {name} already. Choose another name, or take that one away first: "
            "{command}",
            name=name,
            command=f"budkavle channel remove {name}",
        )
    return name


def _values(kind: Mapping[str, Any], wish: Wish, questions: Questions) -> dict[str, str]:
    """Gather the keys of the table, as TOML writes them; what is left empty is left out."""
    keys = {each["key"]: each for each in kind["keys"]}
    if unknown := sorted(set(wish.values) - set(keys)):
        raise Trouble(
            "{kind} has no key {key}; it has: {known}",
            kind=kind["kind"],
            key=unknown[0],
            known=", ".join(keys),
        )
    said = {}
    for name, key in keys.items():
        value = wish.values.get(name)
        if value is None and key["asked"]:
            default = None if key["needed"] else key["default"]
            value = questions.text(f"{name} ({key['hint']})", f"--set {name}=…", default)
        if value:
            said[name] = table.spelt(value) if key["quoted"] else value
    return said


def _token(terminal: Terminal, secret: Path, wish: Wish, questions: Questions) -> str | None:
    if not wish.token:
        return None
    if secret.exists() and not questions.yes(
        terminal.say("There is a token in {path}. Write another one over it?", path=secret),
        otherwise=False,
    ):
        return None
    token = questions.secret(terminal.say("The token (it is not shown)"))
    if not token:
        raise Trouble("There is no token. Pipe it in, or write it when you are asked.")
    return token


def _shall_stay(terminal: Terminal, said: Said, wish: Wish, questions: Questions) -> bool:
    if said.status == CANNOT_START:
        # The publisher would not start with it, and then no channel would be published to.
        return False
    return (
        not said.status
        or wish.keep
        or questions.yes(
            terminal.say("It would not take a post now. Keep it all the same?"), otherwise=False
        )
    )


@contextmanager
def _kept(path: Path, token: str | None) -> Iterator[None]:
    """Write the token; what was there before comes back if the block does not succeed."""
    if token is None:
        yield
        return
    before = path.read_text() if path.exists() else None
    make_folder(path.parent)
    write(path, f"{token}\n")
    try:
        yield
    except BaseException:
        if before is None:
            path.unlink()
        else:
            write(path, before)
        raise


@contextmanager
def _draft(path: Path, text: str) -> Iterator[Path]:
    """Lay the file as it would be beside the one that counts, to be tried."""
    draft = path.with_name(f"{path.name}.try")
    draft.write_text(text, encoding="utf-8")
    try:
        yield draft
    finally:
        draft.unlink()
