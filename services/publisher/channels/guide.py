"""What a person who sets an account up is told: what to click, and what the token must allow."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

TITLE = "what people call it on the week board"
TOKEN_ENDS = "the last day of the token, if the platform does not tell it"  # noqa: S105
WRITES_UNASKED = "Whether the token may also write shows only when a post goes out."
COMMON: Mapping[str, str] = {"title": TITLE, "token_ends": TOKEN_ENDS}
"""What to write for the keys that every kind has."""
COMMON_EXAMPLES: Mapping[str, str] = {"title": "Regionen", "token_ends": "2027-01-31"}


@dataclass(frozen=True, slots=True)
class Guide:
    """The way to an account, in English; the Swedish stands in `services/publisher/locale`."""

    called: str = ""
    """What people know it as; empty: the name of its kind."""
    steps: tuple[str, ...] = ()
    """One click after the other, until the token is in hand."""
    scopes: tuple[str, ...] = ()
    """What the token must allow, as the platform names it."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """What to write for a key. A key that may be left out is asked for only if it is named here."""
    examples: Mapping[str, str] = field(default_factory=dict)
    """How the value of such a key looks; the same in every language."""
    instead_of: Mapping[str, str] = field(default_factory=dict)
    """Keys that are written where another one is left out, and only there."""
    signs_in: str = ""
    """The key without which nobody signs in, so that there is no token; empty: somebody does."""
    unasked: str = ""
    """What a check cannot find out before a post goes out; empty: nothing that matters."""

    def texts(self) -> Iterator[str]:
        """Give everything that people read."""
        yield from filter(None, (self.called, self.unasked))
        yield from self.steps
        yield from self.keys.values()
