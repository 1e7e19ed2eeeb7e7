"""What a channel's answer means. Whatever is not proved to be anything else is `Unclear`."""

from dataclasses import dataclass, field
from datetime import timedelta

from schemas.codes import Code
from schemas.envelope import Parameters


@dataclass(frozen=True, slots=True)
class Flaw:
    """What went less well with something that is done."""

    code: Code
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Published:
    """It is done, with the channel's own id and address as proof."""

    external_id: str
    url: str
    rest: "NotNow | None" = field(default=None, compare=False)
    """What the channel wants of us from now on, though this went well."""
    flaw: Flaw | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """The channel holds it ready, invisible, under this name."""

    handle: str
    rest: "NotNow | None" = field(default=None, compare=False)
    """What the channel wants of us from now on, though this went well."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Surely not done, and it would be refused again."""

    code: Code
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class NotNow:
    """Surely not done; it may be tried again, not before `wait` if the channel said so."""

    code: Code
    parameters: Parameters
    wait: timedelta | None = None
    anew: bool = False
    """What lay ready can never become public: it has to be prepared once more."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """It may or may not be done: the default for every answer not proved otherwise."""

    code: Code
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Absent:
    """The channel's list was read back to before the first attempt, and it is not there."""


Answer = Published | Prepared | Refused | NotNow | Unclear
Finding = Published | Absent | Unclear
