"""What the planner answers about posts: the shapes that clients and pages read."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from schemas.channels import Limits
from schemas.decisions import Choice
from schemas.deliveries import Aim
from schemas.envelope import Instant, Parameters
from schemas.insights import Number
from schemas.moderation import Action
from schemas.posts import Form, Picture, Video


class TimeAnswer(BaseModel):
    """A time on people's clocks, and the instant that it is."""

    local: str
    zone: str
    instant: Instant


class TroubleAnswer(BaseModel):
    """What stands in the way and what to do about it."""

    code: str
    parameters: Parameters
    detail: str
    remedy: str


class StepAnswer(BaseModel):
    """What happens next, by itself or by a person."""

    code: str
    sentence: str


class PictureAnswer(Picture):
    """A picture of a variant, and where signed-in people can see it."""

    url: str


class VideoAnswer(Video):
    """The video of a variant, and where signed-in people can see it."""

    url: str


class WitnessAnswer(BaseModel):
    """Whether a stranger has seen it, and how long after publication."""

    seen: bool
    after: timedelta | None
    look: int


class DecisionAnswer(BaseModel):
    """What somebody has decided; the publisher is about to carry it out."""

    choice: Choice
    by: str
    at: Instant


class ModerationAnswer(BaseModel):
    """What somebody wanted done last, and what came of it."""

    action: Action
    state: Literal["asked", "applied", "failed"]
    label: str
    by: str
    at: Instant
    why: str
    problem: TroubleAnswer | None
    """Why the channel has not done it."""


class AddresseeAnswer(BaseModel):
    """The comment that a variant answers."""

    comment: UUID


class InsightAnswer(BaseModel):
    """The numbers at a certain age; `null` is missing, not none."""

    age: timedelta
    observed_at: Instant
    numbers: tuple[Number, ...]


class VariantAnswer(BaseModel):
    """One channel's text and how it goes there."""

    channel: str
    channel_title: str
    form: Form
    text: str
    title: str
    link: str | None
    language: str
    pictures: tuple[PictureAnswer, ...]
    video: VideoAnswer | None
    answers: AddresseeAnswer | None
    publish_at: TimeAnswer | str
    out_at: TimeAnswer | None
    status: str
    status_label: str
    next_step: StepAnswer
    problem: TroubleAnswer | None
    needs_person: bool
    """Nothing more happens by itself, or nobody can see it."""
    aim: Aim | None
    """What the delivery is at: making public, changing what is public, or taking it away."""
    entry: int | None
    """The sequence of the ledger's newest entry: what a decision names with `on`."""
    choices: tuple[Choice, ...]
    """What can be decided now."""
    decision: DecisionAnswer | None
    url: str | None
    """Where strangers see it now."""
    published_at: Instant | None
    witness: WitnessAnswer | None
    pinning: ModerationAnswer | None
    """What was asked last: to pin it at the top, or to let it go."""
    insights: tuple[InsightAnswer, ...]


class PostAnswer(BaseModel):
    """A post as it stands."""

    id: UUID
    state: str
    state_label: str
    version: int
    revision: int
    digest: str
    title: str
    series: str | None
    labels: tuple[str, ...]
    authors: tuple[str, ...]
    by: str
    changed_at: Instant
    variants: tuple[VariantAnswer, ...]


class PageAnswer(BaseModel):
    """Some posts, and the cursor of the page after them; `null`: this is the last one."""

    posts: tuple[PostAnswer, ...]
    cursor: str | None


class RestAnswer(BaseModel):
    """Until when a channel is not called, and why."""

    until: Instant
    problem: TroubleAnswer


class QuotaAnswer(BaseModel):
    """How many more posts a channel takes."""

    left: int
    of: int
    per: timedelta
    sentence: str


class ChannelAnswer(BaseModel):
    """A channel, what it takes and whether it is ready."""

    channel: str
    kind: str
    title: str
    url: str
    limits: Limits
    ready: bool
    problem: TroubleAnswer | None
    rest: RestAnswer | None
    token_days: int | None
    """So many whole days the token is good for; `null`: for ever, or nobody knows."""
    quota: QuotaAnswer | None
    """`null`: the channel does not count posts, or does not say."""
    warning: TroubleAnswer | None
    """What a person has to see to before it keeps the channel from its work."""


class ChannelsAnswer(BaseModel):
    """The channels that the publisher has told of."""

    channels: tuple[ChannelAnswer, ...]


class StrangerAnswer(BaseModel):
    """A public post on an account of ours that did not come from here."""

    id: UUID
    channel: str
    channel_title: str
    url: str
    posted_at: Instant
    found_at: Instant
    twin: UUID | None
    """The post of ours that says the same: it stands there twice."""
    problem: TroubleAnswer


class StrangersAnswer(BaseModel):
    """What did not come from here, the last found first."""

    strangers: tuple[StrangerAnswer, ...]


class ParkedAnswer(BaseModel):
    """A message that a service set aside."""

    id: UUID
    service: str
    about: str
    occurred_at: Instant
    attempts: int
    problem: TroubleAnswer


class ParkedListAnswer(BaseModel):
    """What was set aside, newest first."""

    parked: tuple[ParkedAnswer, ...]
