"""What a reader may do with a post, by the rules that decide when they try."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.channels import ChannelProbed
from services.kit.languages import Language
from services.planner.answers import PostAnswer, TroubleAnswer
from services.planner.domain import transitions
from services.planner.domain.outcomes import Shown
from services.planner.domain.people import Person, Role
from services.planner.domain.refusals import Refusal
from services.planner.showing import post_answer, trouble


@dataclass(frozen=True, slots=True)
class Choices:
    """What the reader may do with a post; a problem says why not."""

    approve: TroubleAnswer | None
    withdraw: TroubleAnswer | None
    submit: TroubleAnswer | None
    edit: TroubleAnswer | None


@dataclass(frozen=True, slots=True)
class PostView:
    """A post as it stands, and what the reader may do with it."""

    post: PostAnswer
    choices: Choices


def post_view(
    shown: Shown,
    channels: Mapping[str, ChannelProbed],
    person: Person,
    now: datetime,
    speech: Language,
) -> PostView:
    """Show a post, with what this person may do."""
    return PostView(post_answer(shown, channels, speech), choices(shown, person, now, speech))


def choices(shown: Shown, person: Person, now: datetime, speech: Language) -> Choices:
    """Ask the same rules that decide: what would be refused, and why."""
    post = shown.post

    def approve() -> None:
        person.must_be(Role.APPROVER)
        transitions.approve(post, person, now, timedelta(0))

    def withdraw() -> None:
        person.must_be(Role.AUTHOR, Role.APPROVER)
        transitions.withdraw(post, person, now, list(shown.deliveries.values()))

    def submit() -> None:
        person.must_be(Role.AUTHOR)
        transitions.submit(post, person, now)

    def edit() -> None:
        person.must_be(Role.AUTHOR)
        _refuse_public(shown)

    found: list[TroubleAnswer | None] = []
    for wish in (approve, withdraw, submit, edit):
        try:
            wish()
            found.append(None)
        except Refusal as refusal:
            found.append(trouble(refusal.problems[0], speech))
    return Choices(*found)


def _refuse_public(shown: Shown) -> None:
    transitions.refuse_public(list(shown.deliveries.values()))
