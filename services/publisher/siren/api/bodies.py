"""What comes in and goes out as JSON at the siren's door."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from schemas.alerts import Act, Bulletin, Later, Status
from schemas.envelope import Instant, Name
from services.publisher.siren.desk import Word
from services.publisher.siren.domain.statements import Statement

Short = Annotated[str, Field(max_length=200)]


class Body(BaseModel):
    """What a program says; a misspelt field is an error, not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Said(Body):
    """A statement, as `domain.statements.Statement` spells it."""

    officer: Name
    act: Act
    alert: UUID | None = None
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    at: Instant
    nonce: Annotated[str, Field(min_length=8, max_length=100)]


class Signed(Body):
    """Somebody's word: a statement, the name of a key, and its Ed25519 signature in base64."""

    statement: Said
    key: Short
    proof: Short

    @property
    def word(self) -> Word:
        """Give it as the desk takes it."""
        said = self.statement
        statement = Statement(said.officer, said.act, said.alert, said.digest, said.at, said.nonce)
        return Word(statement, self.key, self.proof)


class Entering(Body):
    """Who signs in at the page or by a program without a key: password and a code."""

    officer: Name
    password: Short
    code: Short


class Drafting(Body):
    """What an officer has filled in; nothing is stored of it."""

    template: Name
    fields: dict[Name, Annotated[str, Field(max_length=2000)]] = {}
    areas: tuple[Short, ...] = Field(min_length=1, description="codes, or polygons of CAP's kind")
    status: Status = "actual"
    texts: dict[Name, Annotated[str, Field(max_length=20_000)]] = Field(
        default={}, description="by channel: what shall stand there instead of what was derived"
    )


class Following(Body):
    """A newer word on an alert that is out; without fields what was prepared is taken."""

    kind: Literal["update", "correction", "all_clear"]
    headline: Short = ""
    description: Annotated[str, Field(max_length=2000)] = ""
    instruction: Annotated[str, Field(max_length=2000)] = ""
    texts: dict[Name, Annotated[str, Field(max_length=20_000)]] = {}


class Issuing(Signed):
    """A draft that is put before the other officers."""

    bulletin: Bulletin
    prepared: dict[Later, Bulletin] = {}


class Confirming(Signed):
    """The second officer's word; `sealed` only where there is no second officer."""

    sealed: Short = ""


class Holding(Signed):
    """A hold on its own: no alert is out."""

    why: Annotated[str, Field(min_length=1, max_length=500)]


class Scoring(Body):
    """How an exercise went, in seconds from the word to begin."""

    alert: UUID
    to_issue: float = Field(ge=0)
    to_confirm: float = Field(ge=0)
    to_first_channel: float = Field(ge=0)
    to_correct: float = Field(ge=0)
