"""Sets an account up: says how to get the token, keeps it, and tries it before it counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from budkavle.channels import table
from budkavle.channels.applying import apply
from budkavle.channels.publisher import Publisher
from budkavle.channels.questions import Questions
from budkavle.channels.trying import (
    asked_token,
    demand_well,
    has_token,
    may_write,
    places,
    say_guide,
    with_draft,
    with_token,
)
from budkavle.programs import Plan
from budkavle.terminal import Terminal
from budkavle.trouble import Trouble
from schemas.envelope import Name

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
    """Add a channel; `Undone` when it does not answer and is not kept."""
    path = plan.folder.channels
    channels = table.read(path)
    publisher = Publisher(plan, terminal.say.code)
    kind = _kind(terminal, publisher.kinds(), wish, questions)
    name = _name(terminal, channels, kind, wish, questions)
    say_guide(terminal, kind)
    values = {"kind": table.spelt(kind["kind"]), **_values(terminal, kind, wish, questions)}
    fresh = table.added(path.read_text(encoding="utf-8"), name, values)
    secrets = places(plan.folder, name, wish.values)
    token = None
    if has_token(kind, values) and wish.token and may_write(terminal, secrets, questions):
        token = asked_token(terminal, questions)
    with with_token(secrets, token), with_draft(path, fresh) as draft:
        demand_well(terminal, publisher.check([name], channels=draft), questions, keep=wish.keep)
        table.put(path, fresh)
    terminal.good("{name} stands in {path}.", name=name, path=path)
    await apply(terminal, plan)
    return 0


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


def _values(
    terminal: Terminal, kind: Mapping[str, Any], wish: Wish, questions: Questions
) -> dict[str, str]:
    """Gather the keys of the table, as TOML writes them; what is left empty is left out."""
    keys = {each["key"]: each for each in kind["keys"]}
    if unknown := sorted(set(wish.values) - set(keys)):
        raise Trouble(
            "{kind} has no key {key}; it has: {known}",
            kind=kind["kind"],
            key=unknown[0],
            known=", ".join(keys),
        )
    settled = {keys[name]["instead_of"] for name in wish.values}
    said: dict[str, str] = {}
    for name, key in keys.items():
        value = wish.values.get(name)
        wanted = key["asked"] and name not in settled and key["instead_of"] not in said
        if value is None and wanted:
            default = None if key["needed"] or key["instead_of"] else key["default"]
            value = questions.text(_question(terminal, key), f"--set {name}=…", default)
        if value:
            said[name] = table.spelt(value) if key["quoted"] else value
    return said


def _question(terminal: Terminal, key: Mapping[str, Any]) -> str:
    name, hint, example = key["key"], key["hint"], key["example"]
    if hint and example:
        return terminal.say("{key} ({hint}; like {example})", key=name, hint=hint, example=example)
    return f"{name} ({hint})" if hint else name
