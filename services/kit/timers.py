"""Timers kept by the broker: a message now becomes a due message at its time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from schemas.envelope import now
from schemas.flow import timer_stream
from services.kit.facts import TRACE, Facts
from services.kit.messages import Kept, instant

log = structlog.get_logger()

_STUCK = timedelta(seconds=10)


class Timers:
    """One service's timers. A timer is kept over restarts and wakes the service at least once."""

    def __init__(self, facts: Facts, owner: str) -> None:
        self._facts = facts
        self._owner = owner
        self._stream = timer_stream(owner)

    async def set(self, tokens: Sequence[str], serial: str, at: datetime, trace: UUID) -> None:
        """Wake the owner at `at` with these tokens.

        `serial` names the fact that asked, so that a subject is never used for two times: storing
        a due message purges the subject that it came from, and with it a later timer put there.
        Setting the same timer again changes nothing.
        """
        tail = ".".join([*tokens, serial])
        headers = {
            "Nats-Schedule": f"@at {_rfc3339(at)}",
            "Nats-Schedule-Target": f"due.{self._owner}.{tail}",
            TRACE: str(trace),
        }
        await self._facts.writer.keep(self._stream, f"timer.{self._owner}.{tail}", headers)

    async def rearm(self) -> int:
        """Put again every timer that should long have fired; gives how many there were.

        A firing that could not be stored (a full store) is never tried again by the server.
        """
        late, start = 0, 1
        # What is put again goes to the end of the stream; without an end we would meet it there.
        _, last = await self._facts.stream(self._stream)
        while page := await self._facts.page(self._stream, f"timer.{self._owner}.>", start):
            for timer in page:
                if timer.sequence > last:
                    break
                if _is_late(timer):
                    await self._facts.writer.keep(
                        self._stream, timer.subject, _asked(timer), after=timer.sequence
                    )
                    late += 1
            start = page[-1].sequence + 1
            if start > last:
                break
        if late:
            log.warning("timers.rearmed", count=late)
        return late


def _asked(timer: Kept) -> dict[str, str]:
    """Give the headers that a timer was put with; the broker has added others."""
    ours = {"Nats-Schedule", "Nats-Schedule-Target", TRACE}
    return {name: value for name, value in timer.headers.items() if name in ours}


def _is_late(timer: Kept) -> bool:
    at = timer.headers.get("Nats-Schedule", "").removeprefix("@at ")
    try:
        return instant(at) < now() - _STUCK
    except ValueError:
        log.warning("timer.unreadable", subject=timer.subject)
        return False


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
