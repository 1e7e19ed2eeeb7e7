"""What the officers' page reads of the rest of the siren."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from schemas.envelope import Parameters
from schemas.posts import Content
from services.kit.languages import Language


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a template asks an officer for, in the officer's language."""

    name: str
    label: str
    hint: str = ""
    example: str = ""
    kind: Literal["text", "place", "time", "phone", "choice"] = "text"
    most: int | None = None
    """Characters that it takes."""
    choices: Sequence[tuple[str, str]] = ()
    """What a choice is called in what is sent, and what the officer reads."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A template, as an officer chooses it."""

    name: str
    title: str
    said: str
    """In one line: for what it is."""
    fields: Sequence[Asked]
    solo: bool = False
    """Whether it may go out on one person's word, where the organisation allows that."""


@dataclass(frozen=True, slots=True)
class Room:
    """How long a text is as its channel counts, and what the channel takes."""

    used: int
    most: int | None


class Shelf(Protocol):
    """Templates, and what channels take."""

    def offers(self, language: str) -> Sequence[Offer]:
        """List the templates in the order in which they are offered."""

    def room(self, channel: str, content: Content) -> Room:
        """Say how much of its room a content takes in a channel."""


class Cards(Protocol):
    """Pictures of alerts."""

    async def get(self, digest: str) -> bytes:
        """Read one; `NotWhole` if it is not there."""


class Place(Protocol):
    """A county or a municipality."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def county(self) -> str:
        """The county's name, for a municipality and for the county itself."""


class Places(Protocol):
    """Counties and municipalities."""

    def places(self) -> Mapping[str, Place]:
        """Give all of them by their codes."""

    def find(self, typed: str) -> Sequence[Place]:
        """Give those that an officer may have meant."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody else's alert for our area, as it is shown to officers."""

    proposal: UUID
    title: str
    said: str
    at: datetime
    hold: bool
    """Whether normal posts had better be held."""
    exercise: bool = False
    web: str | None = None
    template: str = ""
    """With what the draft is to be written; empty: the officer chooses."""
    fields: Mapping[str, str] = field(default_factory=dict)
    areas: Sequence[str] = ()


class Proposals(Protocol):
    """What has come in and waits for an officer."""

    def open(self, speech: Language) -> Sequence[Proposal]:
        """List them, the newest first."""

    async def close(self, proposal: UUID, officer: str) -> None:
        """Take note that an officer has dealt with one."""


@dataclass(frozen=True, slots=True)
class Callee:
    """An officer who can be called by telephone."""

    officer: str
    name: str
    phone: str | None


class Roster(Protocol):
    """Who serves."""

    def name_of(self, officer: str) -> str:
        """Give the name that people know, of those who have left too."""

    def call_list(self) -> Sequence[Callee]:
        """List the officers in the order in which they are to be called."""


class Line(Protocol):
    """One thing on the ready-board."""

    @property
    def title(self) -> str: ...

    @property
    def ok(self) -> bool: ...

    @property
    def said(self) -> str: ...

    @property
    def remedy(self) -> str: ...

    @property
    def since(self) -> datetime | None: ...


class Board(Protocol):
    """How ready the siren is."""

    @property
    def channels(self) -> Sequence[Line]: ...

    @property
    def officers(self) -> Sequence[Line]: ...

    @property
    def last_exercise(self) -> datetime | None: ...

    @property
    def why(self) -> Sequence[str]:
        """What makes it red; empty: it is green."""

    @property
    def red(self) -> bool: ...


class ReadyBoard(Protocol):
    """Knows whether an alert would go out now."""

    def shown(self, speech: Language) -> Board:
        """Put together what is known, for a reader."""


class Words(Protocol):
    """A digest in words that two people can compare over the telephone."""

    def __call__(self, digest: str, /) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class House:
    """What the page has to know of the organisation."""

    organisation: str
    door_url: str
    zone: str
    areas: Sequence[str] = ()
    """Our own counties and municipalities, by their codes: offered first."""
    exercises: bool = True
    """Whether there are accounts to practise with."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What stands in the way, beside the field or the channel that it is about."""

    said: str
    remedy: str
    parameters: Parameters
    where: str = ""
    """The field or the channel; empty: everything."""
