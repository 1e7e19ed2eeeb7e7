"""What each kind of channel asks of the person who sets one up, read from its table's own model."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from services.kit.languages import Language
from services.publisher.channels.entry import Entry
from services.publisher.channels.guide import COMMON, COMMON_EXAMPLES
from services.publisher.channels.kinds import KINDS, entry_of


class Key(BaseModel):
    """One key of a channel's table."""

    key: str
    hint: str
    needed: bool
    asked: bool
    """Whether a person is asked for it, or only who knows of it writes it."""
    quoted: bool
    """Whether its value is text in the table."""
    default: str = ""
    example: str = ""
    instead_of: str = ""
    """The key that has to be left out where this one is written, and the other way round."""


class Kind(BaseModel):
    """One kind of channel."""

    kind: str
    called: str
    guide: tuple[str, ...]
    """How to get the token, one line each."""
    token: bool
    signs_in: str
    """The key without which there is no token; empty: there always is one."""
    keys: tuple[Key, ...]


def kinds(speech: Language) -> tuple[Kind, ...]:
    """Describe every kind, in the order in which people are offered them."""
    return tuple(_kind(name, entry_of(name), speech) for name in KINDS)


def sheet(kind: Kind, speech: Language) -> Iterator[str]:
    """Say how to set one up by hand, line by line."""
    yield kind.called
    yield ""
    yield from kind.guide
    yield speech("In channels.toml, with a name of your own:")
    yield ""
    yield f"[channels.{kind.kind}]"
    yield f'kind = "{kind.kind}"'
    either = {key.instead_of for key in kind.keys}
    for key in kind.keys:
        if key.asked:
            shown = key.default or key.example
            value = json.dumps(shown, ensure_ascii=False) if key.quoted else shown
            comment = "" if key.needed or key.key in either else "# "
            hint = f"  # {key.hint}" if key.hint else ""
            yield f"{comment}{key.key} = {value}{hint}"
    if kind.token:
        yield ""
        yield speech(
            "The token alone, on one line, goes into the publisher's secrets as {file} "
            "(chmod 600).",
            file=f"{kind.kind}.token",
        )


def _kind(name: str, entry: type[Entry], speech: Language) -> Kind:
    guide, fields = entry.guide, entry.model_fields
    steps = [f"{number}. {speech(step)}" for number, step in enumerate(guide.steps, 1)]
    token = "token_file" in fields
    if token and not steps:
        steps = [speech("Make an access token on the platform, for the organisation's account.")]
    if guide.scopes:
        steps.append(speech("It must allow: {scopes}", scopes=", ".join(guide.scopes)))
    return Kind(
        kind=name,
        called=speech(guide.called) if guide.called else name,
        guide=tuple(steps),
        token=token,
        signs_in=guide.signs_in,
        keys=tuple(_keys(entry, speech)),
    )


def _keys(entry: type[Entry], speech: Language) -> Iterator[Key]:
    schema, guide = entry.model_json_schema(), entry.guide
    needed, properties = schema.get("required", ()), schema["properties"]
    for key in dict.fromkeys(("title", *guide.keys, *properties)):
        if key == "kind":
            continue
        said = properties[key]
        hint = guide.keys.get(key) or COMMON.get(key, "")
        default = said.get("default")
        yield Key(
            key=key,
            hint=speech(hint) if hint else said.get("description", ""),
            needed=key in needed,
            asked=key in needed or key in guide.keys,
            quoted=_is_text(said),
            default="" if default is None else str(default),
            example=guide.examples.get(key) or COMMON_EXAMPLES.get(key, ""),
            instead_of=guide.instead_of.get(key, ""),
        )


def _is_text(said: Mapping[str, Any]) -> bool:
    shapes = [said, *said.get("anyOf", ())]
    return any(each.get("type") == "string" and "format" not in each for each in shapes)
