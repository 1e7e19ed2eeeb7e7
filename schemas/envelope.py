"""What every fact has: a type, an instant, a trace, and an id derived from what makes it so."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID, uuid5

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, computed_field

PERSONAL = "personal"
"""The first token of what identifies people; then comes its teller."""

_NAMESPACE = UUID("6f6b9d0e-3a52-4c8b-9a53-9c7c0d0b5a11")

Instant = Annotated[AwareDatetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
"""An aware moment, always kept in UTC."""

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
"""A name that may stand in a subject: lower-case letters, digits and dashes."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 digest in lower-case hexadecimal."""

Parameters = dict[str, str | int]
"""What a code's sentence is filled in with, for example `{"limit": 500}`."""


class Part(BaseModel):
    """A piece of a fact. Readers ignore fields that they do not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Fact(Part):
    """Something that has happened to one thing; told once and never edited.

    A field may be added without asking anybody. A removed or re-meant field is a new version.
    """

    address: ClassVar[str]
    """The subject's template: `<teller>.<thing>.{id}…`, one subject for one thing."""
    identity: ClassVar[tuple[str, ...]]
    """The fields that, with type and subject, make this fact this fact."""

    type: str
    occurred_at: Instant
    trace: UUID

    @property
    def subject(self) -> str:
        """Where the whole history of this thing is kept."""
        return self.address.format_map(_Fields(self))

    @computed_field  # type: ignore[prop-decorator]
    @property
    def event_id(self) -> UUID:
        """The same fact always carries the same id, however often it is told."""
        names = [str(getattr(self, field)) for field in self.identity]
        return uuid5(_NAMESPACE, "/".join([self.type, self.subject, *names]))


class _Fields(dict[str, Any]):
    def __init__(self, fact: Fact) -> None:
        super().__init__()
        self._fact = fact

    def __missing__(self, name: str) -> Any:
        return getattr(self._fact, name)


def teller_of(subject: str) -> str:
    """Say who alone may tell what stands on a subject."""
    first, second = subject.split(".", 2)[:2]
    return second if first == PERSONAL else first


def stream_of(subject: str) -> str:
    """Name the stream that keeps a subject; what identifies people has one of its own."""
    kept_apart = subject.startswith(f"{PERSONAL}.")
    return f"{teller_of(subject)}_{PERSONAL}".upper() if kept_apart else teller_of(subject).upper()


def type_of(fact: type[Fact]) -> str:
    """Give the wire name of a kind of fact, for example `order.approved.v1`."""
    return str(fact.model_fields["type"].default)


def now() -> datetime:
    """Give this moment, aware and in UTC."""
    return datetime.now(UTC)
