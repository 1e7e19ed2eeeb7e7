"""Puts another token in the place of one that has ended or soon will."""

from budkavle.channels import table
from budkavle.channels.applying import apply
from budkavle.channels.publisher import Publisher
from budkavle.channels.questions import Questions
from budkavle.channels.trying import (
    asked_token,
    demand_well,
    has_token,
    places,
    say_guide,
    with_token,
)
from budkavle.programs import Plan
from budkavle.terminal import Terminal
from budkavle.trouble import Trouble


async def renew(
    terminal: Terminal, plan: Plan, name: str, questions: Questions, *, keep: bool
) -> int:
    """Renew a channel's token; `Undone` when the new one does not open the account."""
    path = plan.folder.channels
    channels = table.read(path)
    if name not in channels:
        raise Trouble(
            "There is no channel {name}. There are: {known}", name=name, known=", ".join(channels)
        )
    written, publisher = channels[name], Publisher(plan, terminal.say.code)
    for kind in publisher.kinds():
        if kind["kind"] == written.get("kind"):
            if not has_token(kind, written):
                raise Trouble("{name} has no token that could be renewed.", name=name)
            say_guide(terminal, kind)
    token = asked_token(terminal, questions)
    with with_token(places(plan.folder, name, written), token):
        demand_well(terminal, publisher.check([name]), questions, keep=keep)
    if "token_ends" in written:
        terminal.line("Write its new last day as token_ends into {path}.", path=path)
    await apply(terminal, plan)
    return 0
