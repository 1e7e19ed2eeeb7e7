"""Alerts in a crisis, as the siren tells them: CAP 1.2 in what they say, signed by people."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from schemas.envelope import Digest, Fact, Instant, Name, Part
from schemas.posts import Content

Kind = Literal["alert", "update", "correction", "all_clear"]
"""A first word, a newer one that replaces it, the word that it was wrong, and that it is over."""

Later = Literal["correction", "all_clear"]
"""Kinds that are written beside an alert, to be sent by one person when they are needed."""

Status = Literal["actual", "exercise", "test"]
"""For the public; for people who practise; for machines alone."""

Category = Literal[
    "Geo",
    "Met",
    "Safety",
    "Security",
    "Rescue",
    "Fire",
    "Health",
    "Env",
    "Transport",
    "Infra",
    "CBRNE",
    "Other",
]
Urgency = Literal["Immediate", "Expected", "Future", "Past", "Unknown"]
Severity = Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]
Certainty = Literal["Observed", "Likely", "Possible", "Unlikely", "Unknown"]
Response = Literal[
    "Shelter",
    "Evacuate",
    "Prepare",
    "Execute",
    "Avoid",
    "Monitor",
    "Assess",
    "AllClear",
    "None",
]

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Point = tuple[Latitude, Longitude]

Act = Literal[
    "enter", "issue", "confirm", "drop", "update", "correct", "clear", "review", "hold", "release"
]
"""What an officer can sign: who they are, and everything that the siren does."""


class Area(Part):
    """Where an alert holds: counties and municipalities by their codes, or drawn on a map."""

    name: str = Field(min_length=1, description="as people say it")
    codes: tuple[Annotated[str, Field(pattern=r"^\d{2}(\d{2})?$")], ...] = Field(
        default=(), description="Statistics Sweden's: two digits a county, four a municipality"
    )
    polygons: tuple[Annotated[tuple[Point, ...], Field(min_length=4)], ...] = Field(
        default=(), description="WGS 84 degrees, latitude first; the last point is the first"
    )


class Info(Part):
    """What an alert says in one language."""

    language: Literal["sv", "en"]
    event: str = Field(min_length=1)
    headline: str = Field(min_length=1)
    description: str = Field(min_length=1)
    instruction: str = ""


class Bulletin(Part):
    """One message of an alert, exactly as it is signed: its digest covers every word of it."""

    kind: Kind
    status: Status
    reference: str = Field(description="the alert's number as people say it, for example 2026-7")
    template: Name
    written_at: Instant = Field(description="the time that its texts name")
    expires: Instant
    category: Category
    response: Response
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    areas: tuple[Area, ...] = Field(min_length=1)
    infos: tuple[Info, ...] = Field(min_length=1, description="Swedish first")
    contents: dict[Name, Content] = Field(description="what each channel will show")
    web: str | None = Field(default=None, description="where more is said")
    contact: str = ""


class Signature(Part):
    """One officer's word: this act, on this content, at this moment."""

    officer: Name
    key: str = Field(description="name of the key that signed")
    act: Act
    at: Instant
    digest: Digest | None = Field(description="of the content; null: the act has none")
    nonce: str = Field(description="a word used once")
    proof: str = Field(description="Ed25519 over the statement, base64")


class Issued(Part):
    """A bulletin that was accepted, and goes or went out."""

    number: int = Field(ge=1, description="counts the bulletins of this alert")
    bulletin: Bulletin
    accepted_at: Instant
    release_at: Instant = Field(description="nothing goes out before; till then it can be stopped")
    by: tuple[Name, ...] = Field(min_length=1, description="who signed it, the writer first")
    way: Literal["two", "alone", "solo", "sealed"] = Field(
        description="two signed; one may (a correction); solo template; sealed break-glass code"
    )
    envelope: Digest | None = Field(default=None, description="of the sealed code that was used up")


class AlertFact(Fact):
    """The newest fact of an alert carries all of it to date."""

    address: ClassVar = "siren.alert.{alert}"
    identity: ClassVar = ("version",)

    alert: UUID
    version: int = Field(ge=1, description="counts the facts of this alert")
    reference: str
    status: Status
    by: Name
    issued: tuple[Issued, ...] = Field(default=(), description="oldest first")
    draft: Bulletin | None = Field(default=None, description="signed by one, waits for another")
    prepared: dict[Later, Bulletin] = {}
    signatures: tuple[Signature, ...] = ()
    unreviewed: bool = Field(default=False, description="went out on one person's word alone")


class AlertIssued(AlertFact):
    """An officer signed a draft; nothing goes out before a second one has signed the same."""

    type: Literal["alert.issued.v1"] = "alert.issued.v1"


class AlertConfirmed(AlertFact):
    """It was accepted, and goes to every channel."""

    type: Literal["alert.confirmed.v1"] = "alert.confirmed.v1"


class AlertDropped(AlertFact):
    """It was given up before anything of it went out; nothing of it ever will."""

    type: Literal["alert.dropped.v1"] = "alert.dropped.v1"


class AlertUpdated(AlertFact):
    """A newer bulletin replaces the one before, on every channel."""

    type: Literal["alert.updated.v1"] = "alert.updated.v1"


class AlertCorrected(AlertFact):
    """It was wrong, and that is said wherever it may have been seen."""

    type: Literal["alert.corrected.v1"] = "alert.corrected.v1"


class AlertCleared(AlertFact):
    """The danger is over, and that is said wherever the alert may have been seen."""

    type: Literal["alert.cleared.v1"] = "alert.cleared.v1"


class AlertReviewed(AlertFact):
    """Another officer has looked at what went out on one person's word."""

    type: Literal["alert.reviewed.v1"] = "alert.reviewed.v1"


class HoldFact(Fact):
    """One thing for the whole system: whether normal posts are held, looked up before each call."""

    address: ClassVar = "siren.hold"
    identity: ClassVar = ("version",)

    version: int = Field(ge=1)
    by: Name
    alert: UUID | None = Field(default=None, description="the alert that it was put on for")
    why: str
    since: Instant


class HoldActivated(HoldFact):
    """Normal posts are held from now on; the siren's own go out."""

    type: Literal["hold.activated.v1"] = "hold.activated.v1"


class HoldReleased(HoldFact):
    """Normal posts may go out again; each that was held waits for a person."""

    type: Literal["hold.released.v1"] = "hold.released.v1"


class OfficerSignedIn(Fact):
    """A duty officer has shown who they are; what opened the door opens it no second time."""

    address: ClassVar = "siren.officer.{officer}"
    identity: ClassVar = ("version",)
    type: Literal["officer.entered.v1"] = "officer.entered.v1"

    officer: Name
    version: int = Field(ge=1)
    way: Literal["code", "printed", "key"]
    step: int = Field(default=0, ge=0, description="newest time step of a code that was used")
    spent: tuple[Digest, ...] = Field(default=(), description="printed codes that were used")


class OfficerPaged(Fact):
    """A duty officer was called; `reached` says whether any of the ways out took the message."""

    address: ClassVar = "siren.page.{officer}"
    identity: ClassVar = ("occurred_at",)
    type: Literal["officer.paged.v1"] = "officer.paged.v1"

    officer: Name
    why: Literal["confirm", "review", "drill"]
    alert: UUID | None = None
    reached: bool


class ProposalFact(Fact):
    """Somebody else's alert for our area; nothing goes out of it unless officers sign it."""

    address: ClassVar = "siren.proposal.{proposal}"
    identity: ClassVar[tuple[str, ...]] = ()

    proposal: UUID = Field(description="made of source and identifier")


class ProposalMade(ProposalFact):
    """An alert came in; a hold and a draft are proposed to the duty officers."""

    type: Literal["proposal.made.v1"] = "proposal.made.v1"

    source: Literal["vma", "folder", "http"]
    sender: str
    identifier: str
    kind: Kind
    status: Status
    sent: Instant
    areas: tuple[Area, ...]
    infos: tuple[Info, ...]
    web: str | None = None


class ProposalClosed(ProposalFact):
    """An officer has dealt with it, or its sender has cancelled it."""

    type: Literal["proposal.closed.v1"] = "proposal.closed.v1"

    by: Name = Field(description="an officer, or `sender`")


class ExerciseScored(Fact):
    """An exercise was run to its end: seconds from the word to begin, or that it was wrong."""

    address: ClassVar = "siren.exercise.{alert}"
    identity: ClassVar = ()
    type: Literal["exercise.scored.v1"] = "exercise.scored.v1"

    alert: UUID
    officers: tuple[Name, ...]
    to_issue: float = Field(ge=0)
    to_confirm: float = Field(ge=0)
    to_first_channel: float = Field(ge=0)
    to_correct: float = Field(
        ge=0, description="from the word that it was wrong until every channel said so"
    )
