"""How a post goes: each variant's status, what stands in the way, and what happens next."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from schemas.codes import Code
from schemas.deliveries import (
    DeliveryAttempted,
    DeliveryCancelled,
    DeliveryCorrected,
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryHeld,
    DeliveryPublished,
    DeliveryRetracted,
    DeliveryScheduled,
    DeliveryUncertain,
    DeliveryWaiting,
)
from schemas.insights import PostUnseen, PostWitnessed, WitnessFact
from schemas.posts import PostFact, Variant
from services.kit.addresses import has_page
from services.planner.domain.decisions import DECISION_STANDS, possible
from services.planner.domain.refusals import Problem
from services.planner.domain.shown import Entry, Outcome, Shown, Step
from services.planner.domain.standing import Order, is_under_way, proof_of
from services.planner.domain.transitions import State, state_of

UNHEARD_AFTER = timedelta(seconds=60)
"""So long the publisher may take to write down that it has an order or a decision."""
DOUBT_BEFORE = timedelta(minutes=2)
"""So long a doubt is left to the publisher alone."""

_STEPS = {
    State.DRAFT: Step.SUBMIT,
    State.SUBMITTED: Step.APPROVE,
    State.APPROVED: Step.HAND_OVER,
    State.WITHDRAWN: Step.REVIVE,
    State.MISSED: Step.NEW_TIME,
}
_ON_THE_WAY = {
    "publish": {"scheduled": ("scheduled", Step.WAIT), "attempted": ("attempted", Step.SEND)},
    "correct": dict.fromkeys(("scheduled", "attempted"), ("correcting", Step.CORRECT)),
    "retract": dict.fromkeys(("scheduled", "attempted"), ("retracting", Step.TAKE_BACK)),
}
"""What people see of a delivery that takes its course, and what comes next, by what it is at."""


def outcome(shown: Shown, variant: Variant, now: datetime) -> Outcome:
    """Say how a variant goes: as its delivery does, where that still is what people want."""
    channel = variant.channel
    entry = shown.deliveries.get(channel)
    order = shown.orders.get(channel) or _assumed(shown.post)
    case = _Case(shown.post, variant, order, entry, shown.witnesses.get(channel), now)
    went = case.went()
    if entry is None:
        return went
    choices = possible(order, entry.fact, now)
    went = replace(went, entry=entry.sequence, choices=choices)
    decision = shown.decisions.get(channel)
    if decision is None or decision.on != entry.sequence:
        return went
    unheard = now - decision.at > UNHEARD_AFTER
    return replace(
        went,
        step=Step.ASK if unheard else Step.CARRY_OUT,
        problem=_about(Code.DECISION_UNHEARD, channel) if unheard else None,
        needs_person=unheard,
        decision=decision,
        choices=choices if now - decision.at > DECISION_STANDS else (),
    )


def status_of(delivery: DeliveryFact) -> str:
    """Name what people see of a delivery by itself, whatever else is wanted of it."""
    state = delivery.type.split(".")[1]
    status, _ = _ON_THE_WAY[delivery.aim].get(state, (state, None))
    return status


def _assumed(post: PostFact) -> Order | None:
    """Stand in for an order that is not drawn yet: it is told in the same write as the post."""
    match state_of(post):
        case State.APPROVED:
            return Order(post.revision, approved=True, retract=False, told_at=post.occurred_at)
        case State.WITHDRAWN if post.revision:
            return Order(post.revision, approved=False, retract=True, told_at=post.occurred_at)
        case _:
            return None


@dataclass(frozen=True, slots=True)
class _Case:
    """One variant, with all that decides how it goes."""

    post: PostFact
    variant: Variant
    order: Order | None
    entry: Entry | None
    witness: WitnessFact | None
    now: datetime

    def went(self) -> Outcome:
        """Show the delivery, where it says more than the post itself does."""
        entry, order = self.entry, self.order
        if entry is None or order is None:
            return self._planned(entry.fact if entry else None)
        delivery, state = entry.fact, state_of(self.post)
        public = proof_of(delivery) is not None
        if order.retract and public and not is_under_way(delivery):
            return self._retracting(entry)
        if is_under_way(delivery) or (
            state is State.APPROVED and delivery.revision >= order.revision
        ):
            return self._delivered(entry)
        if public and state not in {State.APPROVED, State.MISSED}:
            return self._changing(delivery)
        if state is State.WITHDRAWN and isinstance(delivery, DeliveryRetracted | DeliveryCancelled):
            return self._delivered(entry)
        return self._planned(delivery)

    def _planned(self, delivery: DeliveryFact | None) -> Outcome:
        """Show the post's own state; an approved one whose order nobody takes in needs a person."""
        state, proof = state_of(self.post), proof_of(delivery)
        at = self.variant.publish_at
        out_at = at if isinstance(at, datetime) else None
        if out_at is None and state is State.APPROVED:
            out_at = self.post.occurred_at
        planned = Outcome(
            state.value,
            _STEPS[state],
            proof.published_at if proof else out_at,
            None if proof else out_at,
            needs_person=state is State.MISSED,
            proof=proof,
        )
        if state is not State.APPROVED or self.order is None:
            return planned
        if proof:
            planned = replace(planned, status="correcting")
        return self._unless_unheard(planned, Code.ORDER_UNHEARD, self.order.told_at, delivery)

    def _delivered(self, entry: Entry) -> Outcome:
        """Show the delivery as it is."""
        delivery = entry.fact
        state = delivery.type.split(".")[1]
        shown = Outcome(state, Step.REVIVE, self._out_at(delivery), proof=proof_of(delivery))
        match delivery:
            case DeliveryPublished(code=Code() as code, parameters=parameters):
                public = self._public(shown)
                shown = replace(public, problem=public.problem or Problem(code, parameters))
            case DeliveryPublished() | DeliveryCorrected():
                shown = self._public(shown)
            case DeliveryRetracted():
                shown = replace(shown, step=Step.GONE)
            case DeliveryCancelled() if shown.proof:
                shown = replace(shown, status="published", step=Step.KEPT)
            case DeliveryCancelled():
                said = Problem(delivery.code, delivery.parameters)
                shown = replace(shown, problem=said)
            case DeliveryScheduled() | DeliveryAttempted():
                status, step = _ON_THE_WAY[delivery.aim][state]
                shown = replace(shown, status=status, step=step, next_at=delivery.publish_at)
            case DeliveryExpired():
                shown = replace(shown, step=Step.DECIDE, needs_person=True)
            case _:
                shown = self._troubled(shown, entry)
        return shown

    def _troubled(self, shown: Outcome, entry: Entry) -> Outcome:
        """Show a delivery that says what stands in its way."""
        delivery = entry.fact
        until: datetime | None = None
        match delivery:
            case DeliveryWaiting():
                step, needs, until = Step.TRY_AGAIN, False, delivery.until
            case DeliveryUncertain():
                until = delivery.until
                needs = until is None or self.now - entry.since > DOUBT_BEFORE
                step = Step.FIND_OUT if needs else Step.LOOK_UP
                if delivery.aim != "publish":
                    # Changing what is public is the same done twice as done once.
                    step = Step.TRY_AGAIN
            case DeliveryHeld():
                step, needs = Step.DECIDE, True
            case DeliveryFailed():
                step, needs = Step.MEND, True
            case _:
                raise TypeError(f"{delivery.type} is no state that we know")
        said = Problem(delivery.code, delivery.parameters)
        return replace(shown, step=step, next_at=until, problem=said, needs_person=needs)

    def _retracting(self, entry: Entry) -> Outcome:
        """Show that it is to be taken away, where it still is public."""
        if entry.fact.aim == "retract":
            return self._delivered(entry)
        proof = proof_of(entry.fact)
        out_at = proof.published_at if proof else None
        going = Outcome("retracting", Step.TAKE_BACK, out_at, proof=proof)
        told_at = self.order.told_at if self.order else self.now
        return self._unless_unheard(going, Code.DECISION_UNHEARD, told_at, entry.fact)

    def _changing(self, delivery: DeliveryFact) -> Outcome:
        """Show what is public of a post that is being changed, or was left public."""
        status = "corrected" if isinstance(delivery, DeliveryCorrected) else "published"
        public = self._public(
            Outcome(status, Step.KEPT, self._out_at(delivery), proof=proof_of(delivery))
        )
        if public.step is Step.LOOK or state_of(self.post) is State.WITHDRAWN:
            return public
        return replace(public, step=Step.CHANGE)

    def _public(self, shown: Outcome) -> Outcome:
        revision = shown.proof.revision if shown.proof else None
        match self.witness:
            case PostWitnessed() as seen if seen.revision == revision:
                return replace(shown, step=Step.MEASURE, witness=seen)
            case PostUnseen() as unseen if unseen.revision == revision:
                said = Problem(unseen.code, unseen.parameters)
                return replace(
                    shown, step=Step.LOOK, problem=said, needs_person=True, witness=unseen
                )
            case _:
                paged = shown.proof is not None and has_page(shown.proof.url)
                return replace(shown, step=Step.WITNESS if paged else Step.SENT)

    def _out_at(self, delivery: DeliveryFact) -> datetime:
        """Say when it goes or went out; a correction does not move it to another day."""
        proof = proof_of(delivery)
        first = delivery.aim == "publish" and delivery.revision == self.post.revision
        if proof is None or (first and state_of(self.post) is State.APPROVED):
            return delivery.publish_at
        return proof.published_at

    def _unless_unheard(
        self, planned: Outcome, code: Code, told_at: datetime, delivery: DeliveryFact | None
    ) -> Outcome:
        since = max(told_at, delivery.occurred_at) if delivery else told_at
        if self.now - since <= UNHEARD_AFTER:
            return planned
        said = _about(code, self.variant.channel)
        return replace(planned, step=Step.ASK, problem=said, needs_person=True)


def _about(code: Code, channel: str) -> Problem:
    return Problem(code, {"channel": channel})
