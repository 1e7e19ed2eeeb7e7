"""Sets aside what a service cannot carry out, as facts that people see, to be tried again."""

from dataclasses import dataclass
from uuid import NAMESPACE_OID, UUID, uuid5

import structlog

from schemas.codes import Code
from schemas.envelope import now
from schemas.flow import Durable
from schemas.parked import MessageParked, MessageReleased, ParkedFact
from services.kit.facts import Facts
from services.kit.messages import Kept, Overtaken, Told

log = structlog.get_logger()


def parked_id(durable: Durable, sequence: int) -> UUID:
    """Name a message that one durable brought; whoever knows both finds the name again."""
    return uuid5(NAMESPACE_OID, f"{durable.stream}/{sequence}/{durable.name}")


@dataclass(frozen=True, slots=True)
class Parking:
    """Where one service sets messages aside."""

    facts: Facts
    service: str

    async def park(
        self, durable: Durable, kept: Kept, trace: UUID, code: Code, error: str, attempts: int
    ) -> None:
        """Set a message aside; one that has been set aside before stays as it is."""
        fact = MessageParked(
            occurred_at=now(),
            trace=trace,
            teller=self.service,
            parked=parked_id(durable, kept.sequence),
            stream=durable.stream,
            sequence=kept.sequence,
            about=kept.subject,
            attempts=attempts,
            code=code,
            parameters=self._parameters(attempts, error),
        )
        log.error("message.set_aside", code=code, error=error)
        try:
            await self.facts.tell(fact, after=0)
        except Overtaken:
            log.info("message.set_aside_before", parked=str(fact.parked))

    async def newest(self, parked: UUID) -> Told[ParkedFact] | None:
        """Look up what has become of a message that was set aside here."""
        return await self.facts.newest(
            ParkedFact.address.format(teller=self.service, parked=parked)
        )

    async def park_again(self, before: Told[MessageParked], code: Code, error: str) -> None:
        """Leave a message aside that has failed once more, and say so."""
        attempts = before.fact.attempts + 1
        changes = {
            "occurred_at": now(),
            "attempts": attempts,
            "code": code,
            "parameters": self._parameters(attempts, error),
        }
        log.error("message.set_aside_again", code=code, error=error, attempts=attempts)
        await self._follow(before, before.fact.model_copy(update=changes))

    async def release(self, before: Told[MessageParked]) -> None:
        """Say that a message has been carried out after all."""
        parked = before.fact
        log.info("message.released", parked=str(parked.parked), about=parked.about)
        await self._follow(
            before,
            MessageReleased(
                occurred_at=now(), trace=parked.trace, teller=parked.teller, parked=parked.parked
            ),
        )

    async def _follow(self, before: Told[MessageParked], fact: ParkedFact) -> None:
        try:
            await self.facts.tell(fact, after=before.sequence)
        except Overtaken:
            # Another replica tried at the same moment and was first to say how it went.
            log.info("message.settled_elsewhere", parked=str(fact.parked))

    def _parameters(self, attempts: int, error: str) -> dict[str, str | int]:
        return {"service": self.service, "attempts": attempts, "error": error[:200]}
