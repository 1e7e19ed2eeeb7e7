"""The commands of `budkavle channel` and their options."""

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated

import typer

from budkavle.channels import table
from budkavle.channels.adding import Wish, add
from budkavle.channels.listing import list_channels
from budkavle.channels.publisher import Publisher
from budkavle.channels.questions import Questions
from budkavle.channels.removing import remove
from budkavle.channels.renewing import renew
from budkavle.channels.trying import Undone
from budkavle.folder import Folder
from budkavle.programs import Plan
from budkavle.terminal import DEFAULT_FOLDER, Terminal
from budkavle.trouble import Trouble
from budkavle.up import FIRST_PERSON

PlanOf = Callable[[Folder], Plan]


def channel_commands(app: typer.Typer, terminal: Terminal, plan_of: PlanOf) -> None:
    """Tie them to the command."""
    say = terminal.say
    channel = typer.Typer(
        help=say("Set up the accounts that posts are published on."), no_args_is_help=True
    )
    app.add_typer(channel, name="channel")
    _add(channel, terminal, plan_of)
    _look(channel, terminal, plan_of)
    _remove(channel, terminal, plan_of)


def _add(channel: typer.Typer, terminal: Terminal, plan_of: PlanOf) -> None:
    say = terminal.say
    folder_option = typer.Option(help=say("the folder of the system"))

    @channel.command(name="add", help=say("Set up an account; whatever is not said is asked for."))
    def add_command(
        kind: Annotated[str | None, typer.Argument(help=say("for example facebook"))] = None,
        name: Annotated[str | None, typer.Argument(help=say("a short name of your own"))] = None,
        *,
        title: Annotated[
            str | None, typer.Option(help=say("what people call it on the week board"))
        ] = None,
        values: Annotated[
            list[str] | None, typer.Option("--set", help=say("another key of it: key=value"))
        ] = None,
        token: Annotated[
            bool,
            typer.Option(
                "--token/--no-token",
                help=say("ask for the token, or read it from what is piped in"),
            ),
        ] = True,
        keep: Annotated[
            bool, typer.Option("--keep", help=say("keep it though it does not answer"))
        ] = False,
        data: Annotated[Path, folder_option] = DEFAULT_FOLDER,
    ) -> None:
        given = dict(_pair(each) for each in values or [])
        wish = Wish(kind, name, {**given, **({"title": title} if title else {})}, token, keep)
        plan = plan_of(Folder(data))
        sys.exit(_undoing(terminal, add(terminal, plan, wish, Questions(terminal))))

    @channel.command(name="renew", help=say("Put another token in an account's place."))
    def renew_command(
        name: Annotated[str, typer.Argument(help=say("its name"))],
        *,
        keep: Annotated[
            bool, typer.Option("--keep", help=say("keep it though it does not answer"))
        ] = False,
        data: Annotated[Path, folder_option] = DEFAULT_FOLDER,
    ) -> None:
        renewing = renew(terminal, plan_of(Folder(data)), name, Questions(terminal), keep=keep)
        sys.exit(_undoing(terminal, renewing))


def _look(channel: typer.Typer, terminal: Terminal, plan_of: PlanOf) -> None:
    say = terminal.say
    folder_option = typer.Option(help=say("the folder of the system"))

    @channel.command(
        name="check",
        help=say("Ask accounts whether they would take a post now; 1 if one would not."),
    )
    def check_command(
        names: Annotated[list[str] | None, typer.Argument(help=say("these; else all"))] = None,
        *,
        as_json: Annotated[bool, typer.Option("--json", help=say("for programs"))] = False,
        data: Annotated[Path, folder_option] = DEFAULT_FOLDER,
    ) -> None:
        folder = Folder(data)
        table.read(folder.channels)
        publisher = Publisher(plan_of(folder), terminal.say.code)
        said = publisher.check(names or [], as_json=as_json)
        typer.echo(said.text)
        sys.exit(said.status)

    @channel.command(name="list", help=say("List the channels that there are."))
    def list_command(*, data: Annotated[Path, folder_option] = DEFAULT_FOLDER) -> None:
        asyncio.run(list_channels(terminal, plan_of(Folder(data))))


def _remove(channel: typer.Typer, terminal: Terminal, plan_of: PlanOf) -> None:
    say = terminal.say
    folder_option = typer.Option(help=say("the folder of the system"))

    @channel.command(
        name="remove", help=say("Take a channel away, unless posts are on their way to it.")
    )
    def remove_command(
        name: Annotated[str, typer.Argument(help=say("its name"))],
        *,
        sure: Annotated[bool, typer.Option("--yes", help=say("do not ask"))] = False,
        with_token: Annotated[
            bool, typer.Option("--with-token", help=say("delete its token too"))
        ] = False,
        person: Annotated[str, typer.Option("--as", help=say("who you are"))] = FIRST_PERSON,
        data: Annotated[Path, folder_option] = DEFAULT_FOLDER,
    ) -> None:
        plan, questions = plan_of(Folder(data)), Questions(terminal)
        removing = remove(terminal, plan, name, person, questions, sure=sure, with_token=with_token)
        sys.exit(asyncio.run(removing))


def _undoing(terminal: Terminal, work: Coroutine[None, None, int]) -> int:
    try:
        return asyncio.run(work)
    except Undone:
        terminal.bad("Nothing has been changed. Mend it, then say it again.")
        return 1


def _pair(said: str) -> tuple[str, str]:
    key, equals, value = said.partition("=")
    if not equals:
        raise Trouble("Write {said} as key=value.", said=said)
    return key.strip(), value.strip()
