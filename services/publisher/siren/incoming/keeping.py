"""Proposals in the siren's memory."""

from collections.abc import Mapping
from uuid import UUID

from schemas.alerts import ProposalFact
from services.kit.messages import Overtaken
from services.publisher.siren.incoming.intake import NotKept
from services.publisher.siren.ports import PROPOSALS, Memory, MemoryFull


class ProposalMemory:
    """Keeps what comes of others' messages; it is a `Keeper`."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def keep(self, fact: ProposalFact) -> None:
        """Write a fact down, safely."""
        last = self._memory.newest(fact.subject)
        try:
            await self._memory.append([(fact, last.sequence if last else 0)])
        except (MemoryFull, Overtaken) as error:
            # Overtaken: an officer is closing it this moment. Judged again, it is another thing.
            raise NotKept(str(error)) from error

    def known(self) -> Mapping[UUID, ProposalFact]:
        """Give the newest fact of every proposal."""
        return {told.fact.proposal: told.fact for told in self._memory.things(PROPOSALS)}
