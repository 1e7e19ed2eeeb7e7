"""Carries out what was set aside, when a person asks for it: once, by the handler that failed."""

import structlog

from schemas.codes import Code
from schemas.flow import Durable, heard, hop_of, timer_stream
from schemas.parked import MessageParked, ReleaseAsked
from services.kit.bus import Bus
from services.kit.facts import TRACE, Unreadable
from services.kit.messages import BrokerAway, Kept, Overtaken, Told, TryAgain
from services.kit.parking import Parking, parked_id

log = structlog.get_logger()


class Releases:
    """Tries again what one service has set aside. Each ask is one try, told as what came of it."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._parking: Parking = bus.parking
        self._ear = heard(bus.service, hop_of(ReleaseAsked))
        bus.hear(self._ear, self.release, ReleaseAsked)

    async def release(self, asked: Told[ReleaseAsked]) -> None:
        """Try a message again, unless it is not ours, is done, or was tried since it was asked."""
        if asked.fact.teller != self._bus.service:
            return
        newest = await self._parking.newest(asked.fact.parked)
        if newest is None:
            log.warning("release.unknown", parked=str(asked.fact.parked))
            return
        if not isinstance(newest.fact, MessageParked) or newest.stored_at > asked.stored_at:
            log.info("release.needless", parked=str(asked.fact.parked))
            return
        await self._try(Told(newest.fact, newest.sequence, newest.stored_at))

    async def _try(self, parked: Told[MessageParked]) -> None:
        try:
            await self._carry_out(parked.fact)
        except (TryAgain, BrokerAway, Overtaken):
            # The ask itself comes again, and with it the try.
            raise
        except Unreadable as error:
            await self._parking.park_again(parked, error.code, str(error))
        except Exception as error:
            log.exception("release.failed", parked=str(parked.fact.parked))
            await self._parking.park_again(parked, Code.MESSAGE_ABANDONED, _named(error))
        else:
            await self._parking.release(parked)

    async def _carry_out(self, parked: MessageParked) -> None:
        durable = self._durable_of(parked)
        if durable == self._ear:
            # An ask that could not be carried out is void; what it was for can be asked for anew.
            return
        kept = await self._brought_up(durable, parked)
        with structlog.contextvars.bound_contextvars(about=parked.about, sequence=kept.sequence):
            await self._bus.take(durable, kept, parked.trace)

    async def _brought_up(self, durable: Durable, parked: MessageParked) -> Kept:
        """Give the message again: the newest of its subject, since each says no more than "look".

        A due message is gone once it was acknowledged; all that it said stands in its subject.
        """
        if durable.stream == timer_stream(self._bus.service):
            headers = {TRACE: str(parked.trace)}
            return Kept(parked.about, parked.sequence, parked.occurred_at, b"", headers)
        kept = await self._bus.facts.newest_kept(durable.stream, parked.about)
        if kept is None:
            raise Unreadable(f"there is no message on {parked.about} any more")
        return kept

    def _durable_of(self, parked: MessageParked) -> Durable:
        for durable in self._bus.ears:
            if parked_id(durable, parked.sequence) == parked.parked:
                return durable
        raise Unreadable(f"nobody hears {parked.about} any more: its channel may have been removed")


def _named(error: Exception) -> str:
    return type(error).__name__
