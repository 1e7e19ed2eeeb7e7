"""How calls to one channel are spread: waits between tries, tokens, and a breaker."""

from dataclasses import dataclass, field
from datetime import timedelta

_CAP = timedelta(minutes=5)
_FIRST_REST = timedelta(seconds=5)


def next_serial(entry: str, woken_by: str) -> str:
    """Name the next timer of an entry that has had one: `812` → `812-1` → `812-2`."""
    _, _, times = woken_by.partition("-") if woken_by.startswith(entry) else ("", "", "")
    return f"{entry}-{int(times or 0) + 1}"


@dataclass(slots=True)
class Bucket:
    """Lets `rate` calls a second through on average, and `burst` at once."""

    rate: float
    burst: float
    _tokens: float = field(init=False)
    _at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._tokens = self.burst

    def take(self, now: float) -> float:
        """Take a token; 0, or the seconds until there is one (then none was taken)."""
        self._tokens = min(self.burst, self._tokens + max(0.0, now - self._at) * self.rate)
        self._at = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0
        return (1 - self._tokens) / self.rate


@dataclass(slots=True)
class Breaker:
    """Opens when every call fails for a while; each further failure doubles the rest.

    Calls that are made together fail together, so a number alone says little. Once it has opened,
    one call at a time tries whether the channel is well again.
    """

    limit: int = 5
    lasting: float = 2.0
    """Seconds for which nothing must have gone well."""
    failures: int = 0
    _since: float = 0.0
    _trying_until: float = 0.0

    def fail(self, now: float, *, at_once: bool = False) -> timedelta | None:
        """Count a failure; gives how long to rest if it is too many."""
        was_open = self.open
        if not self.failures:
            self._since = now
        self.failures += 1
        self._trying_until = 0.0
        enough = self.failures >= self.limit and now - self._since >= self.lasting
        if not (enough or was_open or at_once):
            self.failures = min(self.failures, self.limit - 1)
            return None
        self.failures = max(self.failures, self.limit)
        rest: timedelta = min(_CAP, _FIRST_REST * 2 ** min(self.failures - self.limit, 20))
        return rest

    def succeed(self) -> None:
        """Forget the failures: the channel answers."""
        self.failures = 0
        self._trying_until = 0.0

    @property
    def open(self) -> bool:
        """Whether it has opened, and nothing has gone well since."""
        return self.failures >= self.limit

    def try_one(self, now: float, within: float) -> bool:
        """Ask to make a call; while it is open, one at a time, which may take `within` seconds."""
        if not self.open:
            return True
        if now < self._trying_until:
            return False
        self._trying_until = now + within
        return True
