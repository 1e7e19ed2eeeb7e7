"""What tests of incoming alerts share: a memory, messages, and a reader of a little format."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from schemas.alerts import Area, Info, ProposalClosed, ProposalFact, ProposalMade
from schemas.codes import Code
from services.publisher.siren.cap.reading import Incoming, Reference
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.incoming.intake import Intake, NotKept
from services.publisher.siren.incoming.proposals import Heed
from services.publisher.siren.incoming.region import Region

NIGHT = datetime(2026, 11, 22, 2, 12, tzinfo=UTC)
BORAS = Area(name="Borås kommun (Västra Götalands län)", codes=("1490",))
UPPSALA = Area(name="Uppsala kommun (Uppsala län)", codes=("0380",))
SMOKE = Info(language="sv", event="VMA", headline="VMA", description="Det brinner.")
SENDER = "kris@grannkommun.se"


class Kept:
    """A memory that forgets nothing, and takes nothing while it is full."""

    def __init__(self) -> None:
        self.facts: list[ProposalFact] = []
        self.full = False

    async def keep(self, fact: ProposalFact) -> None:
        if self.full:
            raise NotKept("the disk takes nothing")
        self.facts.append(fact)

    def known(self) -> Mapping[UUID, ProposalFact]:
        return {fact.proposal: fact for fact in self.facts}

    @property
    def open(self) -> list[ProposalMade]:
        return [fact for fact in self.known().values() if isinstance(fact, ProposalMade)]

    @property
    def closed_by(self) -> list[str]:
        return [fact.by for fact in self.facts if isinstance(fact, ProposalClosed)]

    def close(self, proposal: ProposalMade, by: str = "anna") -> None:
        """Let an officer have dealt with it."""
        self.facts.append(
            ProposalClosed(
                occurred_at=NIGHT, trace=proposal.trace, proposal=proposal.proposal, by=by
            )
        )


def intake(kept: Kept, codes: str = "14", *, tests: bool = False) -> Intake:
    return Intake(kept, Heed(Region.of(codes.split()), tests=tests), lambda: NIGHT)


def message(identifier: str = "1", /, *follows: str, **said: Any) -> Incoming:
    return Incoming(
        **{
            "sender": SENDER,
            "identifier": identifier,
            "sent": NIGHT,
            "status": "actual",
            "kind": "alert",
            "scope": "Public",
            "references": tuple(
                Reference(sender=SENDER, identifier=each, sent=NIGHT) for each in follows
            ),
            "areas": (BORAS,),
            "infos": (SMOKE,),
            **said,
        }
    )


def file_of(identifier: str = "1", **said: Any) -> bytes:
    """Write a message for `read`."""
    return json.dumps({"identifier": identifier, **said}).encode()


def read(body: bytes) -> Incoming:
    """Read a message as the reader of CAP does: whole, or not at all."""
    try:
        said = json.loads(body)
    except ValueError:
        raise Refusal(Code.BODY_UNREADABLE, where="body", why="not JSON") from None
    return message(
        said["identifier"],
        areas=(UPPSALA,) if said.get("elsewhere") else (BORAS,),
    )
