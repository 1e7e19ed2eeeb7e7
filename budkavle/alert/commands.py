"""The commands of `budkavle alert`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from budkavle.alert.acting import Desk, Wish, Words
from budkavle.alert.exercise import exercise
from budkavle.alert.following import offer, status, watch
from budkavle.alert.options import Options, PortsOf, pairs
from budkavle.alert.scenarios import SCENARIOS
from budkavle.alert.siren import Following
from budkavle.stopping import until_asked_to_stop
from budkavle.terminal import DEFAULT_FOLDER, Terminal
from schemas.alerts import Status


def alert_commands(app: typer.Typer, terminal: Terminal, ports_of: PortsOf) -> None:
    """Tie them to the command."""
    say = terminal.say
    alert = typer.Typer(
        help=say("Tell everybody at once when it matters; two officers sign it."),
        no_args_is_help=True,
    )
    app.add_typer(alert, name="alert")
    options = Options.of(terminal, ports_of)
    _issue(alert, options)
    _confirm(alert, options)
    _update(alert, options)
    _end(alert, options, "cancel", "correction", say("Say everywhere that an alert was wrong."))
    _end(alert, options, "all-clear", "all_clear", say("Say everywhere that the danger is over."))
    _say(alert, options, "drop", say("Give an alert up before anything of it has gone out."))
    looked = say("Say that you have looked at what one officer sent alone.")
    _say(alert, options, "review", looked)
    _status(alert, options)
    _hold(alert, options)
    _offer(alert, options)
    _exercise(alert, options)


def _issue(alert: typer.Typer, options: Options) -> None:
    say = options.terminal.say

    @alert.command(name="issue", help=say("Put an alert before the other officers."))
    def issue_command(
        *,
        template: Annotated[str, typer.Option(help=say("for example boil-water"))],
        area: Annotated[
            list[str], typer.Option(help=say("a county's or municipality's code, or a polygon"))
        ],
        values: Annotated[
            list[str] | None, typer.Option("--field", help=say("a blank of it: place=Tunadal"))
        ] = None,
        texts: Annotated[
            list[str] | None,
            typer.Option("--text", help=say("what shall stand in a channel: mastodon=…")),
        ] = None,
        status: Annotated[
            Status,
            typer.Option(help=say("exercise or test: only the exercise's own accounts see it")),
        ] = "actual",
        wait: Annotated[bool, options.wait] = False,
        sure: Annotated[bool, options.sure] = False,
        person: Annotated[str | None, options.person] = None,
        key: Annotated[Path | None, options.key] = None,
        url: Annotated[str | None, options.url] = None,
        data: Annotated[Path, options.data] = DEFAULT_FOLDER,
    ) -> None:
        wish = Wish(template, pairs(values), area, status, pairs(texts))
        siren = options.siren(data, person, key, url)
        options.run(siren, lambda desk: desk.issue(wish), sure=sure, wait=wait)


def _confirm(alert: typer.Typer, options: Options) -> None:
    say = options.terminal.say

    @alert.command(name="confirm", help=say("Sign what another officer has written: it goes out."))
    def confirm_command(
        name: Annotated[str, options.alert],
        *,
        break_glass: Annotated[
            bool,
            typer.Option("--break-glass", help=say("alone, with the code of a sealed envelope")),
        ] = False,
        wait: Annotated[bool, options.wait] = False,
        sure: Annotated[bool, options.sure] = False,
        person: Annotated[str | None, options.person] = None,
        key: Annotated[Path | None, options.key] = None,
        url: Annotated[str | None, options.url] = None,
        data: Annotated[Path, options.data] = DEFAULT_FOLDER,
    ) -> None:
        siren = options.siren(data, person, key, url)
        options.run(
            siren, lambda desk: desk.confirm(name, break_glass=break_glass), sure=sure, wait=wait
        )


def _update(alert: typer.Typer, options: Options) -> None:
    say = options.terminal.say

    @alert.command(name="update", help=say("Send a newer word on an alert that is out."))
    def update_command(
        name: Annotated[str, options.alert],
        *,
        headline: Annotated[str, typer.Option(help=say("in Swedish"))],
        description: Annotated[str, typer.Option(help=say("what has happened"))],
        instruction: Annotated[str, typer.Option(help=say("what people should do"))] = "",
        texts: Annotated[
            list[str] | None,
            typer.Option("--text", help=say("what shall stand in a channel: mastodon=…")),
        ] = None,
        wait: Annotated[bool, options.wait] = False,
        sure: Annotated[bool, options.sure] = False,
        person: Annotated[str | None, options.person] = None,
        key: Annotated[Path | None, options.key] = None,
        url: Annotated[str | None, options.url] = None,
        data: Annotated[Path, options.data] = DEFAULT_FOLDER,
    ) -> None:
        words = Words(headline, description, instruction, pairs(texts))
        siren = options.siren(data, person, key, url)
        options.run(siren, lambda desk: desk.follow(name, "update", words), sure=sure, wait=wait)


def _end(alert: typer.Typer, options: Options, name: str, kind: Following, said: str) -> None:
    @alert.command(name=name, help=said)
    def end_command(
        name: Annotated[str, options.alert],
        *,
        wait: Annotated[bool, options.wait] = False,
        sure: Annotated[bool, options.sure] = False,
        person: Annotated[str | None, options.person] = None,
        key: Annotated[Path | None, options.key] = None,
        url: Annotated[str | None, options.url] = None,
        data: Annotated[Path, options.data] = DEFAULT_FOLDER,
    ) -> None:
        siren = options.siren(data, person, key, url)
        options.run(siren, lambda desk: desk.follow(name, kind, Words()), sure=sure, wait=wait)


def _say(alert: typer.Typer, options: Options, act: Literal["drop", "review"], said: str) -> None:
    @alert.command(name=act, help=said)
    def say_command(
        name: Annotated[str, options.alert],
        *,
        sure: Annotated[bool, options.sure] = False,
        person: Annotated[str | None, options.person] = None,
        key: Annotated[Path | None, options.key] = None,
        url: Annotated[str | None, options.url] = None,
        data: Annotated[Path, options.data] = DEFAULT_FOLDER,
    ) -> None:
        siren = options.siren(data, person, key, url)
        options.run(siren, lambda desk: desk.act(act, name), sure=sure, wait=False)


def _status(alert: typer.Typer, options: Options) -> None:
    say = options.terminal.say

    @alert.command(name="status", help=say("Say how alerts are, in every channel."))
    def status_command(
        name: Annotated[str | None, options.alert] = None,
        *,
        watching: Annotated[
            bool, typer.Option("--watch", help=say("go on showing it, until Ctrl-C"))
        ] = False,
        person: Annotated[str | None, options.person] = None,
        key: Annotated[Path | None, options.key] = None,
        url: Annotated[str | None, options.url] = None,
        data: Annotated[Path, options.data] = DEFAULT_FOLDER,
    ) -> None:
        siren = options.siren(data, person, key, url)

        async def look(desk: Desk) -> int:
            if not watching:
                return await status(desk.terminal, desk.siren, name)
            await until_asked_to_stop(watch(desk.terminal, desk.siren, name))
            return 0

        options.run(siren, look, sure=True, wait=False)


def _offer(alert: typer.Typer, options: Options) -> None:
    say = options.terminal.say

    @alert.command(name="templates", help=say("List what an alert can be written from."))
    def templates_command(
        *,
        person: Annotated[str | None, options.person] = None,
        key: Annotated[Path | None, options.key] = None,
        url: Annotated[str | None, options.url] = None,
        data: Annotated[Path, options.data] = DEFAULT_FOLDER,
    ) -> None:
        siren = options.siren(data, person, key, url)
        options.run(siren, lambda desk: offer(desk.terminal, desk.siren), sure=True, wait=False)


def _hold(alert: typer.Typer, options: Options) -> None:
    say = options.terminal.say

    @alert.command(name="hold", help=say("Hold normal posts though no alert is out."))
    def hold_command(
        why: Annotated[str, typer.Argument(help=say("why; everybody reads it"))],
        *,
        person: Annotated[str | None, options.person] = None,
        key: Annotated[Path | None, options.key] = None,
        url: Annotated[str | None, options.url] = None,
        data: Annotated[Path, options.data] = DEFAULT_FOLDER,
    ) -> None:
        siren = options.siren(data, person, key, url)
        options.run(siren, lambda desk: desk.hold(why), sure=True, wait=False)

    @alert.command(name="release-hold", help=say("Let normal posts out again after an alert."))
    def release_command(
        *,
        sure: Annotated[bool, options.sure] = False,
        person: Annotated[str | None, options.person] = None,
        key: Annotated[Path | None, options.key] = None,
        url: Annotated[str | None, options.url] = None,
        data: Annotated[Path, options.data] = DEFAULT_FOLDER,
    ) -> None:
        siren = options.siren(data, person, key, url)
        options.run(siren, lambda desk: desk.release(), sure=sure, wait=False)


def _exercise(alert: typer.Typer, options: Options) -> None:
    say = options.terminal.say

    @alert.command(
        name="exercise", help=say("Lead an exercise: a made-up night, a clock and a score.")
    )
    def exercise_command(
        *,
        scenario: Annotated[
            str, typer.Option(help=say("one of: {known}", known=", ".join(SCENARIOS)))
        ] = next(iter(SCENARIOS)),
        auto: Annotated[
            str | None,
            typer.Option(help=say("play both officers; the second one is this person")),
        ] = None,
        report: Annotated[
            Path | None, typer.Option(help=say("write it down: FILE.md or FILE.html"))
        ] = None,
        person: Annotated[str | None, options.person] = None,
        key: Annotated[Path | None, options.key] = None,
        url: Annotated[str | None, options.url] = None,
        data: Annotated[Path, options.data] = DEFAULT_FOLDER,
    ) -> None:
        siren = options.siren(data, person, key, url)
        second = options.siren(data, auto, None, url) if auto else None
        options.run(
            siren,
            lambda desk: exercise(desk, scenario, second, report),
            sure=True,
            wait=False,
        )
