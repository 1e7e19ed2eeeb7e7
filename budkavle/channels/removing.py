"""Takes a channel away, and never one that a post is on its way to."""

from collections.abc import Iterator
from typing import Any

from budkavle.channels import table
from budkavle.channels.applying import apply, drop
from budkavle.channels.publisher import Publisher
from budkavle.channels.questions import Questions
from budkavle.planner import Planner
from budkavle.programs import NEWSROOM, Plan
from budkavle.terminal import Terminal, command_in
from budkavle.tokens import token_files
from budkavle.trouble import Trouble
from budkavle.waiting import comes_true

_OPEN = frozenset(
    {
        "approved",
        "scheduled",
        "attempted",
        "waiting",
        "uncertain",
        "held",
        "correcting",
        "retracting",
    }
)
"""States from which a delivery still goes somewhere."""

_EVER = {"from": "1970-01-01T00:00:00Z", "to": "9999-01-01T00:00:00Z"}
_FORGOTTEN_WITHIN = 15.0


async def remove(
    terminal: Terminal,
    plan: Plan,
    name: str,
    person: str,
    questions: Questions,
    *,
    sure: bool,
    with_token: bool,
) -> int:
    """Take a channel away; 1 when posts are on their way there, or nobody said yes."""
    path = plan.folder.channels
    _demand_removable(plan, name)
    token = plan.folder.token_of(person)
    async with Planner(plan.ports.url("planner"), token, terminal.say.code) as planner:
        if await _says_open(terminal, planner, name):
            return 1
        if not sure and not questions.yes(_warning(terminal, plan, name), otherwise=False):
            terminal.line("Nothing has been changed.")
            return 1
        before = path.read_text(encoding="utf-8")
        left = False
        try:
            table.put(path, table.removed(before, name))
            await apply(terminal, plan)
            left = await _is_left(terminal, plan, planner, name)
        finally:
            if not left:
                table.put(path, before)
        if not left:
            await apply(terminal, plan)
            terminal.bad(
                "{name} stays: it is not certain that nothing is on its way there.", name=name
            )
            return 1
    await drop(terminal, plan, name)
    terminal.good("{name} is taken away. Its history stays.", name=name)
    _take_token(terminal, plan, name, questions, with_token=with_token)
    return 0


def _demand_removable(plan: Plan, name: str) -> None:
    folder = plan.folder
    channels = table.read(folder.channels)
    if name not in channels:
        raise Trouble(
            "There is no channel {name}. There are: {known}", name=name, known=", ".join(channels)
        )
    if len(channels) == 1:
        raise Trouble("{name} is the only channel. Add another one first.", name=name)
    if not folder.in_use():
        raise Trouble(
            "Nothing runs in {folder}, so nobody knows whether posts are on their way. Start it: "
            "{command}",
            folder=folder.root,
            command=command_in(folder.root, "up"),
        )


def _warning(terminal: Terminal, plan: Plan, name: str) -> str:
    if table.read(plan.folder.channels)[name].get("kind") == NEWSROOM:
        # We are this channel ourselves: nobody else keeps its pages.
        return terminal.say("Take {name} away? Its pages are ours and go with it.", name=name)
    return terminal.say("Take {name} away? What is public stays public.", name=name)


async def _is_left(terminal: Terminal, plan: Plan, planner: Planner, name: str) -> bool:
    """Let the planner offer it no more, and look once again whether a post is on its way."""
    said = Publisher(plan, terminal.say.code).forget(name)
    terminal.console.print(said.text, markup=False, soft_wrap=True)
    if said.status:
        return False

    async def unknown() -> bool:
        return name not in {channel.name for channel in await planner.channels()}

    # From then on nothing is approved for it.
    if not await comes_true(unknown, _FORGOTTEN_WITHIN):
        return False
    return not await _says_open(terminal, planner, name)


async def _says_open(terminal: Terminal, planner: Planner, name: str) -> bool:
    found = [each for post in await planner.posts(**_EVER) for each in _on_their_way(post, name)]
    for post, variant in found:
        terminal.bad(
            "{title} is on its way to {channel}: {state}.",
            title=post["title"],
            channel=name,
            state=variant["status_label"],
        )
    if found:
        terminal.line("Withdraw them, decide on them, or let them go out; then say it again.")
    return bool(found)


def _on_their_way(post: Any, name: str) -> Iterator[tuple[Any, Any]]:
    for variant in post["variants"]:
        if variant["channel"] == name and variant["status"] in _OPEN:
            yield post, variant


def _take_token(
    terminal: Terminal, plan: Plan, name: str, questions: Questions, *, with_token: bool
) -> None:
    tokens = [path for path in token_files(plan.folder, f"{name}.token") if path.exists()]
    if not tokens:
        return
    token = tokens[0]
    asked = terminal.say("Delete its token too ({path})?", path=token)
    if with_token or questions.yes(asked, otherwise=False):
        for path in tokens:
            path.unlink()
        terminal.good("The token is deleted here. Withdraw it on the platform as well.")
    else:
        terminal.line("Its token stays in {path}.", path=token)
