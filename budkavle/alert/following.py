"""What became of alerts: once, or followed until nothing is on its way any more."""

import asyncio

from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from budkavle.alert.showing import BAD, channel_lines, newest, settled, show_alert, show_template
from budkavle.alert.siren import Siren
from budkavle.alert.statements import Shown
from budkavle.terminal import Terminal

_LOOK_EVERY = 0.5
"""Seconds between looks."""


async def status(terminal: Terminal, siren: Siren, name: str | None) -> int:
    """Say how alerts are; 1 when something of them needs a person."""
    alerts = [await siren.named(name)] if name else await siren.alerts()
    for alert in alerts:
        show_alert(terminal, alert)
    if not alerts:
        terminal.line("There has been no alert.")
    held = await siren.held()
    if held is not None:
        terminal.line("Normal posts are held: {why} ({person})", why=held["why"], person=held["by"])
    troubles = await siren.troubles() if name is None else []
    for why in troubles:
        terminal.bad("An alert might not go out now: {why}", why=why)
    return 1 if troubles or any(map(needs_a_person, alerts)) else 0


async def offer(terminal: Terminal, siren: Siren) -> int:
    """Say what an alert can be written from."""
    for template in await siren.templates():
        show_template(terminal, template)
    return 0


async def watch(terminal: Terminal, siren: Siren, name: str | None) -> None:
    """Show alerts as they change, until somebody stops it."""
    with Live(console=terminal.console, refresh_per_second=4) as live:
        while True:
            alerts = [await siren.named(name)] if name else (await siren.alerts())[:3]
            live.update(Group(*(part for alert in alerts for part in _drawn(terminal, alert))))
            await asyncio.sleep(_LOOK_EVERY)


async def follow_up(terminal: Terminal, siren: Siren, alert: str) -> int:
    """Wait until an alert is confirmed and out, or given up; 1 unless it is out everywhere."""
    with Live(console=terminal.console, transient=True, refresh_per_second=4) as live:
        while True:
            shown = await siren.alert(alert)
            live.update(Group(*_drawn(terminal, shown)))
            if over(shown):
                break
            await asyncio.sleep(_LOOK_EVERY)
    show_alert(terminal, shown)
    out = shown["state"] != "dropped" and not any(each["state"] in BAD for each in newest(shown))
    return 0 if out else 1


def over(alert: Shown) -> bool:
    """Whether nothing more comes of it by itself."""
    return alert["state"] == "dropped" or (
        alert["state"] not in {"draft", "counting"} and settled(alert)
    )


def needs_a_person(alert: Shown) -> bool:
    """Whether somebody has to see to an alert."""
    waits = alert["state"] == "draft" or alert["unreviewed"]
    stands = alert["state"] in {"counting", "out", "corrected"}
    return waits or (stands and any(each["state"] in BAD for each in newest(alert)))


def _drawn(terminal: Terminal, alert: Shown) -> list[RenderableType]:
    head = Text(f"{alert['reference']} {alert['headline']} – {alert['said']}", style="bold")
    return [head, *channel_lines(terminal.say, alert)]
