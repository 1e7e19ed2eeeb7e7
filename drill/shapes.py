"""How large a drill is and what goes wrong in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from drill.channels import Fleet
from drill.dialects import DIALECTS as PLATFORMS
from drill.fleets import FLEETS
from services.publisher.domain.rules import Timing

Effect = Mapping[str, Any]
"""What the simulator does to a call, in the words of its fault rules."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """How often, and for how many seconds, a replica stands still at the two delicate places."""

    share: float
    shortest: float
    longest: float


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of drill. Times are compressed, and keep every inequality of the settings."""

    name: str
    deliveries: int
    span: float
    """Seconds during which posts are written and everything is harmed."""
    timing: Timing
    lag: timedelta
    """The longest time until the platform shows what it has taken."""
    ack_wait: timedelta
    longest_work: timedelta
    """So long a replica keeps a message from the other one."""
    trouble: tuple[tuple[float, Effect], ...]
    """What happens to calls that publish, each to a share of those that the ones before left."""
    reading_trouble: float = 0.0
    """The share of look-ups that fail."""
    pauses: Pauses = Pauses(0, 0, 0)
    kills: Mapping[str, int] = field(default_factory=dict)
    """By program; `publisher` is either replica."""
    deaths: int = 0
    """So often each replica dies between a good answer and its entry, however slow the machine."""
    freezes: int = 0
    withdrawn: float = 0.06
    """The share of posts that are withdrawn, before or after they are out."""
    ends_in_peace: bool = False
    """Whether the platform is well again while everything comes to rest."""
    restored: bool = False
    """Whether a copy that was made in the middle is put back when the writing is over."""
    fleet: str = "plain"
    """The name of the channels."""
    rest_within: float = 120.0
    """Seconds until everything must be at rest, after the last harm."""

    @property
    def channels(self) -> Fleet:
        """Everything that is published to."""
        return FLEETS[self.fleet]

    @property
    def grace(self) -> timedelta:
        """So long after a withdrawal a call that had passed the gate before may still show."""
        frozen = 2 * self.timing.lease if self.freezes else timedelta(0)
        return self.timing.answer_within + self.timing.lease / 3 + self.lag + frozen


def _seconds(answer_within: float, lease: float, settle: float) -> Timing:
    return Timing(*(timedelta(seconds=each) for each in (answer_within, lease, settle)))


_EIGHT: tuple[Effect, ...] = (
    {"kind": "status", "status": 503},
    {"kind": "throttle", "retry_after": 1},
    {"kind": "reset-before"},
    {"kind": "slow", "seconds": 1.4},
    {"kind": "applied-then-status"},
    {"kind": "reset-after"},
    {"kind": "late", "seconds": 1.0},
    {"kind": "hang", "seconds": 3.0},
)
_LAGGING: Effect = {"kind": "lag", "seconds": 0.8}
_REPLAYED: Effect = {"kind": "replay-status"}

# Eight times 5 % of the rest is 33.7 %, and with the lagging ones it is 35 %.
_EVERYTHING = (*((0.05, effect) for effect in _EIGHT), (0.05, _LAGGING), (0.1, _REPLAYED))

DEFAULT = Shape(
    name="default",
    deliveries=1500,
    span=75.0,
    timing=_seconds(1.0, 2.5, 4.5),
    lag=timedelta(seconds=1.8),
    ack_wait=timedelta(seconds=4),
    longest_work=timedelta(seconds=5),
    trouble=_EVERYTHING,
    reading_trouble=0.1,
    pauses=Pauses(0.02, 0.2, 3.0),
    kills={"publisher": 14, "broker": 8, "planner": 5, "metrics": 3},
    freezes=10,
)
SMALL = replace(
    DEFAULT,
    name="small",
    deliveries=300,
    span=15.0,
    timing=_seconds(0.8, 1.8, 3.6),
    kills={"publisher": 4, "broker": 2, "planner": 1, "metrics": 1},
    freezes=2,
    ends_in_peace=True,
)
FULL = replace(
    DEFAULT,
    name="full",
    deliveries=10_000,
    span=600.0,
    kills={"publisher": 104, "broker": 44, "planner": 32, "metrics": 20},
    freezes=60,
    rest_within=600.0,
)

RESTORED = replace(SMALL, name="restored", deliveries=600, span=30.0, restored=True)
"""Where the broker comes to know less than the platform does."""

ANSWERS = Shape(
    name="answers",
    deliveries=120,
    span=4.0,
    timing=_seconds(0.8, 1.2, 2.6),
    lag=timedelta(seconds=1.4),
    ack_wait=timedelta(seconds=3),
    longest_work=timedelta(seconds=3),
    trouble=(
        (0.25, {"kind": "applied-then-status"}),
        (0.3, {"kind": "late", "seconds": 1.2}),
        (0.1, {"kind": "reset-after"}),
    ),
    reading_trouble=0.55,
    withdrawn=0.2,
    rest_within=60.0,
)
"""Where answers lie: they say no, and it is done, or will be."""

KILLS = Shape(
    name="kills",
    deliveries=120,
    span=8.0,
    timing=_seconds(0.8, 1.2, 1.4),
    lag=timedelta(0),
    ack_wait=timedelta(seconds=2),
    longest_work=timedelta(seconds=3),
    trouble=((0.5, {"kind": "slow", "seconds": 0.5}), (0.1, {"kind": "reset-before"})),
    kills={"publisher": 4, "broker": 1},
    deaths=4,
    rest_within=60.0,
)
"""Where replicas are killed in the middle of slow calls, and right after them."""

PAUSES = Shape(
    name="pauses",
    deliveries=90,
    span=4.0,
    timing=_seconds(0.8, 1.2, 1.3),
    lag=timedelta(0),
    ack_wait=timedelta(seconds=1.5),
    # A message that comes to another replica while one is still at it must be harmless.
    longest_work=timedelta(0),
    trouble=((0.05, {"kind": "reset-before"}),),
    pauses=Pauses(0.25, 3.0, 4.5),
    rest_within=60.0,
)
"""Where replicas stand still between reading, claiming and sending, longer than a lease."""

_FEWEST_OF_ONE, _MOST_OF_ONE = 20, 100
"""So many deliveries a channel has on average. With fewer too little goes wrong there; and adapters
read so far back that an account may hold some hundred posts of a minute, not more."""


def in_dialects(shape: Shape) -> Shape:
    """Give the same drill with the platforms' own adapters."""
    fewest, most = _FEWEST_OF_ONE * len(PLATFORMS), _MOST_OF_ONE * len(PLATFORMS)
    return replace(
        shape,
        name="dialects" if shape is DEFAULT else f"{shape.name}-dialects",
        deliveries=min(max(shape.deliveries, fewest), most),
        fleet="dialects",
        # A rest of a minute, and calls that need each other, after all the rest is over.
        rest_within=max(shape.rest_within, 300.0),
        # Where most answers lie, adapters that need several calls would take minutes.
        ends_in_peace=shape.ends_in_peace or shape is ANSWERS,
    )


DIALECTS = in_dialects(DEFAULT)
SMALL_DIALECTS = in_dialects(SMALL)
ANSWERS_DIALECTS = in_dialects(ANSWERS)

SHAPES: Mapping[str, Shape] = {
    shape.name: shape
    for shape in (
        DEFAULT,
        SMALL,
        FULL,
        RESTORED,
        ANSWERS,
        KILLS,
        PAUSES,
        DIALECTS,
        SMALL_DIALECTS,
        ANSWERS_DIALECTS,
    )
}
