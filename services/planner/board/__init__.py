"""The week board: a picture of four streams in one SQLite file, drawn anew at will."""

from services.planner.board.alerts import Alerts
from services.planner.board.drawing import Board
from services.planner.board.inbox import CommentPage, Inbox
from services.planner.board.reading import Held, Page, Reader

__all__ = ["Alerts", "Board", "CommentPage", "Held", "Inbox", "Page", "Reader"]
