"""The commands and their options."""

import asyncio
import sys
from dataclasses import fields
from pathlib import Path
from typing import Annotated

import typer

from budkavle.alert.commands import alert_commands
from budkavle.channels.commands import channel_commands
from budkavle.doctor.answer import doctor
from budkavle.folder import Folder
from budkavle.keeping import Put, backup, restore
from budkavle.pausing import Scope, pause, resume
from budkavle.ports import Ports
from budkavle.posting import ON_APPROVAL, Draft, post
from budkavle.programs import Plan
from budkavle.sign_in import one_time_link
from budkavle.status import status
from budkavle.terminal import DEFAULT_FOLDER, Terminal
from budkavle.trouble import Trouble
from budkavle.up import FIRST_PERSON, up
from services.kit.languages import LANGUAGES


def build(terminal: Terminal) -> typer.Typer:
    """Make the command, with its help in the terminal's language."""
    say = terminal.say
    app = typer.Typer(
        help=say("Budkavle puts an organisation's words in front of people."),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )

    @app.callback()
    def every(
        *,
        language: Annotated[
            str, typer.Option(help=say("sv or en; else as the environment says (LANG)"))
        ] = terminal.say.code,
    ) -> None:
        if language not in LANGUAGES:
            raise typer.BadParameter(", ".join(LANGUAGES), param_hint="--language")

    _run_here(app, terminal)
    _ask_running(app, terminal)
    _keep(app, terminal)
    alert_commands(app, terminal, ports_of)
    channel_commands(app, terminal, lambda folder: Plan(folder, ports_of(folder)))
    return app


def _run_here(app: typer.Typer, terminal: Terminal) -> None:
    say = terminal.say
    base_option = typer.Option("--port-base", help=say("place all ports from this one on"))

    @app.command(name="up", help=say("Run everything on this machine, until Ctrl-C."))
    def up_command(
        *,
        data: Annotated[
            Path, typer.Option(help=say("the folder that keeps everything"))
        ] = DEFAULT_FOLDER,
        port_base: Annotated[int | None, base_option] = None,
    ) -> None:
        sys.exit(asyncio.run(up(terminal, Plan(Folder(data), Ports.on(port_base)))))

    @app.command(
        name="demo", help=say("Show a week of posts in a minute, with simulated platforms.")
    )
    def demo_command(
        *,
        once: Annotated[
            bool, typer.Option("--once", help=say("end with the verdict: 0 when all went well"))
        ] = False,
        breaks: Annotated[
            bool, typer.Option("--break", help=say("kill the publisher in the middle of a post"))
        ] = False,
        data: Annotated[
            Path | None, typer.Option(help=say("keep it in this folder; else nothing is kept"))
        ] = None,
        seconds: Annotated[
            float, typer.Option(min=20, max=90, help=say("how long the week takes"))
        ] = 50,
        port_base: Annotated[int | None, base_option] = None,
    ) -> None:
        # The others must not wait for what the demo alone needs: pictures, the week, tables.
        from budkavle.demo.show import Wishes, demo  # noqa: PLC0415

        wishes = Wishes(seconds, once, breaks)
        sys.exit(asyncio.run(demo(terminal, data, Ports.on(port_base), wishes)))


def _ask_running(app: typer.Typer, terminal: Terminal) -> None:
    say = terminal.say
    folder_option = typer.Option(help=say("the folder of the system"))
    person_option = typer.Option("--as", help=say("who you are"))

    @app.command(name="post", help=say("Write a post and submit it."))
    def post_command(
        text: Annotated[str, typer.Argument(help=say("what it says"))],
        *,
        channel: Annotated[
            list[str] | None, typer.Option(help=say("where; else in every channel"))
        ] = None,
        at: Annotated[
            str, typer.Option(help=say("when, like 2026-11-23T18:30; else when it is approved"))
        ] = ON_APPROVAL,
        approve_as: Annotated[
            str | None, typer.Option(help=say("another person, who approves it at once"))
        ] = None,
        person: Annotated[str, person_option] = FIRST_PERSON,
        data: Annotated[Path, folder_option] = DEFAULT_FOLDER,
    ) -> None:
        folder = Folder(data)
        draft = Draft(text, channel or [], at, person, approve_as)
        sys.exit(asyncio.run(post(terminal, folder, ports_of(folder), draft)))

    @app.command(name="status", help=say("Say what waits, what comes and what went wrong."))
    def status_command(
        *,
        person: Annotated[str, person_option] = FIRST_PERSON,
        data: Annotated[Path, folder_option] = DEFAULT_FOLDER,
    ) -> None:
        folder = Folder(data)
        sys.exit(asyncio.run(status(terminal, folder, ports_of(folder), person)))

    _pause_running(app, terminal)

    @app.command(name="sign-in", help=say("Print a one-time link to the week board."))
    def sign_in_command(
        person: Annotated[str, typer.Argument(help=say("for example anna"))],
        *,
        data: Annotated[Path, folder_option] = DEFAULT_FOLDER,
    ) -> None:
        folder = Folder(data)
        typer.echo(asyncio.run(one_time_link(folder, ports_of(folder), person)))

    @app.command(name="doctor", help=say("Say what is wrong with a set-up and how to mend it."))
    def doctor_command(*, data: Annotated[Path, folder_option] = DEFAULT_FOLDER) -> None:
        folder = Folder(data)
        sys.exit(asyncio.run(doctor(terminal, folder, ports_of(folder))))


def _pause_running(app: typer.Typer, terminal: Terminal) -> None:
    say = terminal.say
    folder_option = typer.Option(help=say("the folder of the system"))
    person_option = typer.Option("--as", help=say("who you are"))
    channel_option = typer.Option(help=say("this channel alone; else everything"))
    label_option = typer.Option(help=say("posts with this label alone; else everything"))

    @app.command(name="pause", help=say("Hold back what comes due, until somebody resumes."))
    def pause_command(
        why: Annotated[str, typer.Argument(help=say("why; everybody reads it"))],
        *,
        channel: Annotated[str | None, channel_option] = None,
        label: Annotated[str | None, label_option] = None,
        person: Annotated[str, person_option] = FIRST_PERSON,
        data: Annotated[Path, folder_option] = DEFAULT_FOLDER,
    ) -> None:
        folder, scope = Folder(data), Scope(channel, label)
        sys.exit(asyncio.run(pause(terminal, folder, ports_of(folder), scope, why, person)))

    @app.command(name="resume", help=say("Lift a pause and list what it has held."))
    def resume_command(
        *,
        channel: Annotated[str | None, channel_option] = None,
        label: Annotated[str | None, label_option] = None,
        person: Annotated[str, person_option] = FIRST_PERSON,
        data: Annotated[Path, folder_option] = DEFAULT_FOLDER,
    ) -> None:
        folder, scope = Folder(data), Scope(channel, label)
        sys.exit(asyncio.run(resume(terminal, folder, ports_of(folder), scope, person)))


def _keep(app: typer.Typer, terminal: Terminal) -> None:
    say = terminal.say
    folder_option = typer.Option(help=say("the folder of the system"))
    base_option = typer.Option("--port-base", help=say("place all ports from this one on"))

    @app.command(name="backup", help=say("Copy everything into one file, while it runs or not."))
    def backup_command(
        file: Annotated[
            Path | None,
            typer.Argument(help=say("a file or a folder; else backups/ in the system's")),
        ] = None,
        *,
        with_secrets: Annotated[
            bool,
            typer.Option("--with-secrets", help=say("also all keys: guard the file like them")),
        ] = False,
        data: Annotated[Path, folder_option] = DEFAULT_FOLDER,
        port_base: Annotated[int | None, base_option] = None,
    ) -> None:
        folder = Folder(data)
        ports = Ports.on(port_base) if port_base else ports_of(folder)
        sys.exit(
            asyncio.run(backup(terminal, Plan(folder, ports), file, with_secrets=with_secrets))
        )

    @app.command(
        name="restore", help=say("Put a copy back. What may have gone out since is not sent again.")
    )
    def restore_command(
        file: Annotated[Path | None, typer.Argument(help=say("the copy"))] = None,
        *,
        in_place: Annotated[
            bool,
            typer.Option(
                "--in-place",
                help=say("the disk itself was put back: take what is there for a copy"),
            ),
        ] = False,
        replace: Annotated[
            bool, typer.Option("--replace", help=say("move aside what is there, and keep it"))
        ] = False,
        data: Annotated[Path, folder_option] = DEFAULT_FOLDER,
        port_base: Annotated[int | None, base_option] = None,
    ) -> None:
        if (file is None) is not in_place:
            raise Trouble("Give the file of the copy, or else --in-place.")
        plan = Plan(Folder(data), Ports.on(port_base))
        sys.exit(asyncio.run(restore(terminal, plan, Put(file, replace))))


def ports_of(folder: Folder) -> Ports:
    """Give the ports of the system that runs in a folder, or the usual ones."""
    noted = folder.read_running().get("ports", {})
    known = {field.name for field in fields(Ports)}
    return Ports(**{name: port for name, port in noted.items() if name in known})
