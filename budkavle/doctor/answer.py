"""Puts all looks together and says them."""

from budkavle.doctor import machine, papers, running
from budkavle.doctor.findings import Finding, wrong
from budkavle.folder import Folder
from budkavle.ports import Ports
from budkavle.terminal import Terminal, command_in


async def examine(folder: Folder, ports: Ports) -> list[Finding]:
    """Look at everything that can be looked at just now."""
    found = list(machine.look(folder, ports))
    if not folder.root.exists():
        return found
    found += papers.look(folder)
    if folder.in_use():
        return found + [finding async for finding in running.look(folder, ports)]
    command = command_in(folder.root, "up")
    return [*found, wrong("System", "Nothing runs here. Start it: {command}", command=command)]


async def doctor(terminal: Terminal, folder: Folder, ports: Ports) -> int:
    """Say every finding; 0 when all is well, 1 when something is to be mended."""
    found = await examine(folder, ports)
    say = terminal.say
    for finding in found:
        subject, words = say(finding.subject), say(finding.text, **finding.values)
        if finding.fine:
            terminal.good("{subject}: {words} – OK", subject=subject, words=words)
        else:
            terminal.bad("{subject}: {words}", subject=subject, words=words)
    wrongs = sum(not finding.fine for finding in found)
    terminal.line("")
    if wrongs:
        terminal.line("To mend: {count}", count=wrongs)
    else:
        terminal.line("All is well.")
    return 1 if wrongs else 0
