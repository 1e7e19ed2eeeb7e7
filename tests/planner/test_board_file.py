"""The board survives its file's troubles: it is drawn whole, goes on, or is made anew."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from services.kit.boards import Position
from services.kit.messages import Told
from services.kit.unfit import Unfit
from services.planner.board.file import VERSION, opened
from services.planner.live import Change
from tests.planner.deliveries import witnessed
from tests.planner.drawn import Drawn, approved, post
from tests.planner.samples import NOW


def test_a_page_is_drawn_whole_or_not_at_all(drawn: Drawn) -> None:
    drawn.file.execute("DROP TABLE witnesses")
    done = approved(post("Natt", 1))
    page = [Told(fact, n, NOW) for n, fact in enumerate([done, witnessed(post=done.post)], 1)]
    with pytest.raises(sqlite3.OperationalError):
        drawn.board.apply("PLANNER", page, Position("now", 2))
    assert drawn.board.position("PLANNER") is None
    assert drawn.file.execute("SELECT count(*) FROM posts").fetchone() == (0,)
    assert drawn.changes == []


def test_a_cleared_board_is_empty_and_says_so(drawn: Drawn) -> None:
    drawn.draw("PLANNER", post("a", 1))
    drawn.board.clear()
    assert drawn.titles() == []
    assert drawn.board.position("PLANNER") is None
    assert drawn.changes[-1] == Change("reset")


def test_a_board_goes_on_after_a_restart(path: Path) -> None:
    first = Drawn(path)
    first.draw("PLANNER", post("a", 1))
    first.file.close()
    second = Drawn(path)
    assert second.board.position("PLANNER") == Position("now", 1)
    assert second.titles() == ["a"]
    second.file.close()


def spoilt(path: Path) -> None:
    path.write_bytes(b"this is no board " * 1000)


def torn(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * 4096 + content[8192:])


def older(path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute(f"PRAGMA user_version = {VERSION + 1}")
    file.close()


@pytest.mark.parametrize("harm", [spoilt, torn, older])
def test_a_file_that_is_of_no_use_is_made_anew(path: Path, harm: Any) -> None:
    first = Drawn(path)
    first.draw("PLANNER", post("a", 1))
    first.file.close()
    harm(path)
    second = Drawn(path)
    assert second.board.position("PLANNER") is None
    assert second.titles() == []
    second.draw("PLANNER", post("b", 1))
    assert second.titles() == ["b"]
    second.file.close()


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unfit, match="PLANNER_DATA"):
        opened(tmp_path / "file" / "board.sqlite")
