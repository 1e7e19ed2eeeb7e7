"""What opens an account: a token that stays as it is, or one whose file is renewed."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.kit.secret_files import write
from services.kit.unfit import Unfit

_LIFE = timedelta(days=60)
_AGAIN = timedelta(hours=25)
"""Only a token that is a day old is renewed; an hour more, for clocks that differ."""


class Token:
    """A token that stays as it is."""

    def __init__(self, text: str) -> None:
        self._text = text

    @property
    def text(self) -> str:
        """Give the one that counts now."""
        return self._text

    @property
    def recent(self) -> tuple[str, ...]:
        """Give the one that counts now, and the one that did before."""
        return (self.text,)

    @property
    def ends(self) -> datetime | None:
        """Say when it stops working, as far as we know."""
        return None


class TokenFile(Token):
    """A token of sixty days, which we put a newer one in the place of.

    The file is all that replicas share, so it is looked at whenever the token is needed. Its own
    time says when the token was made: what a person has written is that old at least.
    """

    def __init__(self, path: Path, read: Callable[[], str], noted: datetime | None = None) -> None:
        """`noted`: when it ends by what a person has written, until it is renewed."""
        self._path = path
        self._read = read
        self._noted = noted
        self._mark = self._look()
        self._before: tuple[str, ...] = ()
        super().__init__(read())

    @property
    def text(self) -> str:
        """Give the one that the file has now; while that cannot be read, the one before."""
        mark = self._look()
        if mark != self._mark:
            with suppress(Unfit):
                text = self._read()
                if text != self._text:
                    self._before, self._text = (self._text,), text
                self._mark = mark
        return self._text

    @property
    def recent(self) -> tuple[str, ...]:
        """Give the one that counts now, and the one that did before in this process."""
        return (self.text, *self._before)

    @property
    def ends(self) -> datetime | None:
        """Say when it stops working; where we cannot renew it, a person may know better."""
        made = self._made_at()
        latest = made + _LIFE if made else None
        return latest if self._is_ours() else self._noted or latest

    def is_due(self, now: datetime) -> bool:
        """Whether it is time for a newer one, and there is a place for it."""
        made = self._made_at()
        return made is not None and now >= made + _AGAIN and self._is_ours()

    @contextmanager
    def claimed(self) -> Iterator[bool]:
        """Keep other replicas from renewing it; False: one of them is at it."""
        folder = os.open(self._place.parent, os.O_RDONLY)
        try:
            yield _locked(folder)
        finally:
            os.close(folder)

    def rehearse(self) -> None:
        """Write the file as it stands: whoever cannot do that must not ask for a newer token."""
        write(self._place, f"{self.text}\n", dated=self._made_at())

    def keep(self, text: str, ends: datetime) -> None:
        """Put a newer token in its place, whole or not at all."""
        write(self._place, f"{text}\n", dated=ends - _LIFE)

    @property
    def _place(self) -> Path:
        """Where the file itself lies, if what is read is a link to it."""
        return self._path.resolve()

    def _is_ours(self) -> bool:
        return os.access(self._place.parent, os.W_OK, effective_ids=True)

    def _made_at(self) -> datetime | None:
        mark = self._look()
        return datetime.fromtimestamp(mark[1] / 1e9, UTC) if mark else None

    def _look(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns


def _locked(folder: int) -> bool:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
