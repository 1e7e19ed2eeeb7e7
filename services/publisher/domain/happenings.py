"""What can happen to a delivery, and what the engine can want done about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.alerts import HoldActivated
from schemas.decisions import DecisionMade
from schemas.deliveries import DeliveryFact
from schemas.posts import OrderApproved, OrderWithdrawn
from schemas.publishing import Pause
from services.kit.messages import Told
from services.publisher.domain.answers import Answer, Finding

Order = OrderApproved | OrderWithdrawn
Stop = Pause | HoldActivated
"""What keeps posts from going out: a pause of the desk, or the hold of a crisis."""
State = Told[DeliveryFact] | None


@dataclass(frozen=True, slots=True)
class View:
    """All that is known around a delivery at one moment."""

    now: datetime
    order: Order | None
    """The newest."""
    decision: DecisionMade | None = None
    pauses: tuple[Stop, ...] = ()
    rest_until: datetime | None = None
    """The channel is not called before; None: it may be."""
    chance: float = 0.0
    """In [0, 1): spreads what would otherwise happen to all at once."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An order or a decision came, or came again. Hearing alone never sends."""

    view: View


@dataclass(frozen=True, slots=True)
class Rang:
    """A timer of this delivery came: the broker's word that the time has come."""

    view: View


@dataclass(frozen=True, slots=True)
class Claimed:
    """Our claim is stored, and this is how things stand right before the call."""

    view: View
    elapsed: timedelta
    """Since before the claim was written, on a clock that never jumps."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The call that our claim allowed has come to this."""

    order: Order
    answer: Answer
    now: datetime
    chance: float = 0.0


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What is public has been read."""

    view: View
    finding: Finding


Event = Heard | Rang | Claimed | Answered | LookedUp


@dataclass(frozen=True, slots=True)
class Wake:
    """Come back at this moment: `Rang`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Check:
    """Look once more how things stand: `Claimed`."""


@dataclass(frozen=True, slots=True)
class Call:
    """Call the channel, once, with what the claim is for: `Answered`."""

    order: Order


@dataclass(frozen=True, slots=True)
class LookUp:
    """Read whether it is public: `LookedUp`."""


Effect = Wake | Check | Call | LookUp


@dataclass(frozen=True, slots=True)
class Move:
    """The next entry, stored by compare-and-set before anything else, then what follows from it.

    No entry: the state stays. No effect: it is done, or somebody else is at it.
    """

    entry: DeliveryFact | None = None
    effect: Effect | None = None


STAY = Move()
