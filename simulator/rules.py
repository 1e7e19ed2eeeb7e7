"""Fault rules: which requests go wrong, how, and how often."""

import random
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST_RULES = 500
Seconds = Annotated[float, Field(gt=0, le=600)]
ErrorStatus = Annotated[int, Field(ge=400, le=599)]


class _Strict(BaseModel):
    # A misspelled rule that silently does nothing would make a drill pass for no reason.
    model_config = ConfigDict(frozen=True, extra="forbid")


class StatusBefore(_Strict):
    """Answers with an error, and nothing is applied."""

    kind: Literal["status"]
    status: ErrorStatus


class Throttle(_Strict):
    """Answers 429 with `Retry-After` and the platform's own headers; nothing is applied."""

    kind: Literal["throttle"]
    retry_after: int = Field(ge=1, le=86_400)


class AppliedThenStatus(_Strict):
    """Applies the request, then answers as if it had failed."""

    kind: Literal["applied-then-status"]
    status: ErrorStatus = 500


class ResetBefore(_Strict):
    """Cuts the connection; nothing is applied."""

    kind: Literal["reset-before"]


class ResetAfter(_Strict):
    """Applies the request, then cuts the connection instead of answering."""

    kind: Literal["reset-after"]


class Hang(_Strict):
    """Says nothing for a while, then cuts the connection; nothing is applied."""

    kind: Literal["hang"]
    seconds: Seconds


class Slow(_Strict):
    """Waits, then applies and answers as usual, also when the caller has left."""

    kind: Literal["slow"]
    seconds: Seconds


class Late(_Strict):
    """Answers with an error at once, and applies the request some time later."""

    kind: Literal["late"]
    seconds: Seconds
    status: ErrorStatus = 504


class ReplayStatus(_Strict):
    """Answers a repeated idempotency key with an error, though the first post stands."""

    kind: Literal["replay-status"]
    status: ErrorStatus = 500


class Lag(_Strict):
    """Publishes and answers as usual, but readers find the post only some time later."""

    kind: Literal["lag"]
    seconds: Seconds


Effect = Annotated[
    StatusBefore
    | Throttle
    | AppliedThenStatus
    | ResetBefore
    | ResetAfter
    | Hang
    | Slow
    | Late
    | ReplayStatus
    | Lag,
    Field(discriminator="kind"),
]
# These two need to know what the request means, so the dialect asks for them by itself.
Inner = ReplayStatus | Lag


class Rule(_Strict):
    """What a request must look like to go wrong, and how it does."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str = Field(pattern=r"^/[a-z]", max_length=200, description="the path begins so")
    text: str | None = Field(default=None, min_length=1, max_length=500)
    effect: Effect
    count: int | None = Field(default=None, ge=1, le=1_000_000)
    share: float = Field(default=1.0, gt=0, le=1, description="of the matching requests")


class Standing(BaseModel):
    """A rule that is set, with how often it was met and how often it struck."""

    id: int
    rule: Rule
    met: int = 0
    struck: int = 0

    @property
    def spent(self) -> bool:
        """Whether the rule has struck as often as it may."""
        return self.rule.count is not None and self.struck >= self.rule.count


class TooManyRules(Exception):
    """No more rules fit; remove some first."""


class Faults:
    """The rules that are set now; a restart forgets them, the record keeps what they did."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._next_id = 1
        self._rules: list[Standing] = []
        self._luck: dict[int, random.Random] = {}

    def add(self, rule: Rule) -> Standing:
        """Set a rule; earlier rules are asked first."""
        if len(self._rules) >= MOST_RULES:
            raise TooManyRules
        standing = Standing(id=self._next_id, rule=rule)
        self._next_id += 1
        self._rules.append(standing)
        self._luck[standing.id] = random.Random(f"{self._seed}:{standing.id}")  # noqa: S311
        return standing

    def all(self) -> list[Standing]:
        """Every rule, with its counts."""
        return list(self._rules)

    def clear(self, rule_id: int | None = None) -> int:
        """Remove one rule, or all; tells how many went."""
        before = len(self._rules)
        self._rules = [
            standing for standing in self._rules if rule_id is not None and standing.id != rule_id
        ]
        self._luck = {standing.id: self._luck[standing.id] for standing in self._rules}
        return before - len(self._rules)

    @property
    def reads_text(self) -> bool:
        """Whether any rule looks for words."""
        return any(standing.rule.text for standing in self._rules)

    def outer(self, method: str, path: str, text: str) -> Effect | None:
        """The fault that strikes this request from outside, if any."""
        return self._strike(method, path, text, inner=None)

    def inner(self, method: str, path: str, text: str, kind: type[Inner]) -> Effect | None:
        """The fault of this kind that strikes inside the dialect, if any."""
        return self._strike(method, path, text, inner=kind)

    def _strike(
        self, method: str, path: str, text: str, *, inner: type[Inner] | None
    ) -> Effect | None:
        for standing in self._rules:
            rule = standing.rule
            if inner is None and isinstance(rule.effect, Inner):
                continue
            if inner is not None and not isinstance(rule.effect, inner):
                continue
            if standing.spent or rule.method != method or not path.startswith(rule.path):
                continue
            if rule.text is not None and rule.text not in text:
                continue
            standing.met += 1
            if self._luck[standing.id].random() < rule.share:
                standing.struck += 1
                return rule.effect
        return None
