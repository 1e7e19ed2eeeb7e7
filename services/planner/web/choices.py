"""What a reader may do with a post, by the rules that decide when they try."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.channels import ChannelProbed
from services.kit.languages import Language
from services.planner.answers import PostAnswer, TroubleAnswer
from services.planner.domain import transitions
from services.planner.domain.people import Person, Role
from services.planner.domain.refusals import Refusal
from services.planner.domain.shown import Shown
from services.planner.domain.standing import Standing, refuse_under_way
from services.planner.showing import post_answer, trouble


@dataclass(frozen=True, slots=True)
class Choices:
    """What the reader may do with a post; a problem says why not."""

    approve: TroubleAnswer | None
    withdraw: TroubleAnswer | None
    submit: TroubleAnswer | None
    edit: TroubleAnswer | None
    decide: TroubleAnswer | None


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
    return PostView(post_answer(shown, channels, now, speech), choices(shown, person, now, speech))


def choices(shown: Shown, person: Person, now: datetime, speech: Language) -> Choices:
    """Ask the same rules that decide: what would be refused, and why."""
    post = shown.post
    standings = {name: Standing(delivery=entry.fact) for name, entry in shown.deliveries.items()}

    def approve() -> None:
        person.must_be(Role.APPROVER)
        transitions.approve(post, person, now, timedelta(0), standings)

    def withdraw() -> None:
        person.must_be(Role.AUTHOR, Role.APPROVER)
        transitions.withdraw(post, person, now)

    def submit() -> None:
        person.must_be(Role.AUTHOR)
        transitions.submit(post, person, now)

    def edit() -> None:
        person.must_be(Role.AUTHOR)
        refuse_under_way(standings.values())

    def decide() -> None:
        person.must_be(Role.APPROVER)

    found: list[TroubleAnswer | None] = []
    for wish in (approve, withdraw, submit, edit, decide):
        try:
            wish()
            found.append(None)
        except Refusal as refusal:
            found.append(trouble(refusal.problems[0], speech))
    return Choices(*found)
