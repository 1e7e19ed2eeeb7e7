"""What `budkavle channel list` says, of a system that runs and of one that does not."""

import io
from pathlib import Path

from rich.console import Console

from budkavle.channels.listing import list_channels
from budkavle.folder import Folder
from budkavle.ports import Ports
from budkavle.programs import Plan
from budkavle.terminal import Terminal
from budkavle.words import speak
from tests.command.answering import answering
from tests.harness.ports import free_port

LIMITS = {"takes_title": False, "pictures_least": 0}
QUOTA = "Inlägg kvar: 7 av 250 på 24 timmar."


def channel(name: str, **more: object) -> dict[str, object]:
    return {"channel": name, "ready": True, "limits": LIMITS, **more}


async def listed(folder: Folder, port: int) -> list[str]:
    out = Console(file=io.StringIO(), width=200)
    await list_channels(Terminal(speak("sv"), out), Plan(folder, Ports(planner=port)))
    assert isinstance(out.file, io.StringIO)
    return [line.strip() for line in out.file.getvalue().splitlines()]


def furnished(root: Path) -> Folder:
    folder = Folder(root)
    with folder.claimed():
        folder.people.mkdir(parents=True)
    (folder.people / "anna").write_text("bk_anna")
    folder.channels.write_text(
        '[channels.a]\nkind = "threads"\ntitle = "Profilen"\n'
        '[channels.b]\nkind = "newsroom"\ntitle = "Nyheter"\n'
    )
    return folder


async def test_what_is_left_of_the_day_stands_beside_the_channel(tmp_path: Path) -> None:
    folder = furnished(tmp_path)
    told = [channel("a", quota={"sentence": QUOTA}), channel("b", quota=None)]
    with answering({"GET /channels": [(200, {"channels": told})]}) as server, folder.claimed():
        shown = await listed(folder, server.port)
    assert shown == [f"a  threads · Profilen · {QUOTA}", "b  newsroom · Nyheter"]


async def test_a_system_that_does_not_run_or_answer_lists_its_channels_too(tmp_path: Path) -> None:
    folder, alone = furnished(tmp_path), ["a  threads · Profilen", "b  newsroom · Nyheter"]
    assert await listed(folder, free_port()) == alone
    with folder.claimed():
        assert await listed(folder, free_port()) == alone
