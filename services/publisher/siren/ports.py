"""What the siren's desk needs from others: proof of who signed, calls to people, a public face."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from schemas.alerts import AlertFact, Bulletin, Later, Signature, Status
from schemas.deliveries import DeliveryFact
from schemas.envelope import Fact
from services.kit.messages import Told
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.domain.statements import Statement

ALERTS = "siren.alert"
PROPOSALS = "siren.proposal"
EXERCISES = "siren.exercise"
PAGES = "siren.page"
"""Kinds of things that are remembered."""


class Seals(Protocol):
    """Knows every officer's keys."""

    def check(self, statement: Statement, key: str, proof: str, now: datetime) -> Signature:
        """Give the proved signature; `Refusal` where it does not count."""

    def opened(self, sealed: str, used: Collection[str]) -> str:
        """Give the digest of the envelope that this code opens; `Refusal` if it opens none."""


class Visit(Protocol):
    """An officer who has shown who they are, for a while."""

    @property
    def officer(self) -> str:
        """Who it is."""

    @property
    def can_sign(self) -> bool:
        """Whether their key was opened by their password, and can sign what they see."""

    def sign(self, statement: Statement) -> tuple[str, str]:
        """Sign with the officer's key: its name, and the signature."""


class Doorkeeper(Protocol):
    """Lets officers in."""

    async def enter(self, officer: str, password: str, code: str, address: str) -> str:
        """Open a session by password and code; gives its secret, or `Refusal`."""

    async def enter_by_key(self, statement: Statement, key: str, proof: str) -> str:
        """Open a session in which nothing is signed for the officer."""

    def visit(self, secret: str) -> Visit | None:
        """Say whose session it is; None if it is nobody's any more."""

    def leave(self, secret: str) -> None:
        """End a session."""


class Pager(Protocol):
    """Calls duty officers, wherever they are."""

    def call(self, fact: AlertFact, why: Literal["confirm", "review"], but: str) -> None:
        """Call everybody but one, at once, and remember who was reached; nobody waits for it."""


class Editor(Protocol):
    """Knows what a bulletin has to be before it may be signed."""

    def findings(self, bulletin: Bulletin, now: datetime) -> Sequence[Refusal]:
        """List what is wrong with it; empty when it may go out."""

    def solo(self, template: str) -> bool:
        """Whether a template may go out on one person's word."""


@dataclass(frozen=True, slots=True)
class Wished:
    """What an officer has filled in, to make an alert of."""

    template: str
    fields: Mapping[str, str]
    areas: Sequence[str]
    """Codes of counties and municipalities, or polygons as CAP writes them."""
    status: Status = "actual"
    texts: Mapping[str, str] = field(default_factory=dict)
    """By channel: what shall stand there instead of what would be derived."""


class Writer(Editor, Protocol):
    """Makes bulletins of what officers fill in."""

    def draft(
        self, wished: Wished, reference: str, now: datetime
    ) -> tuple[Bulletin, Mapping[Later, Bulletin]]:
        """Write an alert, its correction and its all-clear; `Refusal` where a field is unfit."""

    def newer(
        self,
        fact: AlertFact,
        kind: Literal["update", "correction", "all_clear"],
        words: tuple[str, str, str],
        texts: Mapping[str, str],
        now: datetime,
    ) -> Bulletin:
        """Write the next word on an alert: of these words, or what was prepared if there are none.

        The words are headline, description and instruction, in Swedish.
        """


class Face(Protocol):
    """What strangers see."""

    def draw(self) -> None:
        """Show how things are now; soon, and without waiting for it."""


class Runner(Protocol):
    """The way to the channels."""

    def entries(self, fact: AlertFact) -> Sequence[tuple[DeliveryFact, int]]:
        """Make the first entries of an alert's newest bulletin, to be stored together with it."""

    def last_entries(
        self, fact: AlertFact, dropped: AlertFact
    ) -> Sequence[tuple[DeliveryFact, int]]:
        """Make the last entries of an alert that is given up, to be stored together with that."""

    def reach(self, fact: AlertFact) -> None:
        """Go to every channel of an alert."""


class Memory(Protocol):
    """Facts on this machine."""

    def newest(self, subject: str) -> Told[Any] | None:
        """Give the newest fact of one thing."""

    def things(self, kind: str) -> Iterator[Told[Any]]:
        """Give the newest fact of everything of a kind, for example `siren.alert`."""

    async def append(self, writes: Sequence[tuple[Fact, int]]) -> list[Told[Any]]:
        """Remember several facts, all or none; `Overtaken` if a thing's newest is not `after`."""


class MemoryFull(Exception):
    """Nothing more can be remembered; nothing was, and nothing may follow."""
