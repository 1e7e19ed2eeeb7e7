"""An alert in the terminal: every word that would go out, and what became of those that did."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from rich.markup import escape
from rich.text import Text

from budkavle.alert.statements import Shown
from budkavle.terminal import Terminal
from services.kit.languages import Language

KINDS = {
    "alert": "Alert",
    "update": "Update",
    "correction": "Correction",
    "all_clear": "All clear",
}
STATUSES = {
    "actual": "For the public",
    "exercise": "An exercise: only the exercise's own accounts see it",
    "test": "A test: only the exercise's own accounts see it",
}
GOOD = frozenset({"published", "corrected", "retracted"})
BAD = frozenset({"failed", "expired"})
_SIGNS = {**dict.fromkeys(GOOD, ("✓", "green")), **dict.fromkeys(BAD, ("✗", "red"))}
SETTLED = GOOD | BAD | {"cancelled"}
"""States of a delivery from which it goes nowhere by itself."""


def show_bulletin(terminal: Terminal, bulletin: Shown) -> None:
    """Print all that one message will say, for each channel as it will stand there."""
    say = terminal.say
    terminal.console.rule(escape(f"{say(KINDS[bulletin['kind']])} {bulletin['reference']}"))
    terminal.pairs(
        {
            say("Who sees it"): say(STATUSES[bulletin["status"]]),
            say("Where it holds"): ", ".join(area["name"] for area in bulletin["areas"]),
            say("Until"): local(bulletin["expires"]),
        }
    )
    for info in bulletin["infos"]:
        _paragraph(terminal, say("On the alerts page ({language})", language=info["language"]))
        _words(terminal, [info["headline"], info["instruction"], info["description"]])
    for names, content in _by_content(bulletin["contents"]):
        _paragraph(terminal, ", ".join(names))
        _words(terminal, [content["title"], content["text"], content["link"]])
        for picture in content["pictures"]:
            terminal.line("  + a picture that says: {alt}", alt=picture["alt"])
    if not bulletin["contents"]:
        terminal.bad("No channel is set up for it: it will stand on the siren's own page alone.")


def show_prepared(terminal: Terminal, prepared: Shown) -> None:
    """Print what is signed along with an alert, to be sent by one person when it is needed."""
    for kind, bulletin in prepared.items():
        first = bulletin["infos"][0]
        terminal.line(
            "{kind}, ready to be sent: {headline}. {instruction}",
            kind=terminal.say(KINDS[kind]),
            headline=first["headline"],
            instruction=first["instruction"],
        )


def show_template(terminal: Terminal, template: Shown) -> None:
    """Print what an alert can be written from, with its blanks."""
    terminal.console.print(f"[bold]{escape(template['name'])}[/]  {escape(template['title'])}")
    for blank in template["fields"]:
        chosen = ", ".join(f"{name} = {said}" for name, said in blank["choices"].items())
        said = chosen or blank["hint"]
        terminal.console.print(
            escape(f"  --field {blank['name']}=…  {blank['label']} {said}"), soft_wrap=True
        )


def show_alert(terminal: Terminal, alert: Shown) -> None:
    """Print how an alert is, and every message of it in every channel."""
    say = terminal.say
    terminal.line(
        "{reference} {headline} – {state}",
        reference=alert["reference"],
        headline=alert["headline"],
        state=alert["said"],
    )
    if alert["words"]:
        terminal.line("  Its words: {words}", words=" ".join(alert["words"]))
    if alert["late"]:
        terminal.bad(
            "Nobody has confirmed it yet. Call the others by the list; one person alone may send "
            "it with the sealed code: --break-glass"
        )
    if alert["unreviewed"]:
        terminal.bad("It went out on one person's word. Another officer has to look at it: review")
    for line in channel_lines(say, alert):
        # An address that is cut or folded cannot be clicked or copied.
        terminal.console.print(line, soft_wrap=True)


def channel_lines(say: Language, alert: Shown) -> Iterator[Text]:
    """Write what became of each message in each channel, the newest first."""
    for channel in alert["channels"]:
        said = " ".join(filter(None, (channel["said"], channel["why"], channel["url"])))
        sign, colour = _SIGNS.get(channel["state"], ("…", ""))
        yield Text.assemble(
            "  ", (sign, colour), f" {say(KINDS[channel['kind']])} · {channel['title']}: {said}"
        )


def newest(alert: Shown) -> list[Shown]:
    """List the channels of an alert's newest message."""
    number = len(alert["issued"])
    return [channel for channel in alert["channels"] if channel["number"] == number]


def settled(alert: Shown) -> bool:
    """Whether nothing of an alert's newest message is on its way any more."""
    return all(channel["state"] in SETTLED for channel in newest(alert))


def local(moment: str) -> str:
    """Write a moment as the clock on this machine's wall shows it."""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"


def _by_content(contents: Mapping[str, Any]) -> Iterator[tuple[list[str], Shown]]:
    """Give each text once, with all channels that show the very same."""
    texts: dict[str, list[str]] = {}
    for name, content in contents.items():
        texts.setdefault(json.dumps(content, sort_keys=True), []).append(name)
    for names in texts.values():
        yield names, contents[names[0]]


def _paragraph(terminal: Terminal, name: str) -> None:
    terminal.console.print(f"\n[bold]{escape(name)}[/]")


def _words(terminal: Terminal, parts: list[str | None]) -> None:
    for line in "\n".join(filter(None, parts)).splitlines():
        terminal.console.print(f"  {escape(line)}", soft_wrap=True)
