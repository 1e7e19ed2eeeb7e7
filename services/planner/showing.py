"""Shows posts, channels and troubles to a reader, in the reader's language."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from schemas.channels import ChannelProbed, ChannelRested, Quota, StrangerFound
from schemas.insights import PostUnseen, PostWitnessed
from schemas.moderation import ModerationFailed
from schemas.parked import MessageParked
from schemas.posts import Content, Variant
from services.kit.languages import Language
from services.planner import wording
from services.planner.answers import (
    AddresseeAnswer,
    ChannelAnswer,
    DecisionAnswer,
    InsightAnswer,
    ModerationAnswer,
    ParkedAnswer,
    PictureAnswer,
    PostAnswer,
    QuotaAnswer,
    RestAnswer,
    StepAnswer,
    StrangerAnswer,
    TimeAnswer,
    TroubleAnswer,
    VariantAnswer,
    VideoAnswer,
    WitnessAnswer,
)
from services.planner.domain import times
from services.planner.domain.expiry import expiring
from services.planner.domain.moderation import Moderation
from services.planner.domain.outcomes import outcome
from services.planner.domain.refusals import Problem
from services.planner.domain.shown import Outcome, Shown
from services.planner.domain.transitions import state_of


def post_answer(
    shown: Shown, channels: Mapping[str, ChannelProbed], now: datetime, speech: Language
) -> PostAnswer:
    """Show a post as it goes at a moment, in the reader's language."""
    post = shown.post
    state = state_of(post)
    return PostAnswer(
        id=post.post,
        state=state.value,
        state_label=wording.state(state.value, speech),
        version=post.version,
        revision=post.revision,
        digest=post.digest,
        title=post.document.title,
        series=post.document.series,
        labels=post.document.labels,
        authors=post.authors,
        by=post.by,
        changed_at=post.occurred_at,
        variants=tuple(
            _variant(shown, variant, channels, now, speech) for variant in post.document.variants
        ),
    )


def channel_answer(
    channel: ChannelProbed, rest: ChannelRested | None, now: datetime, speech: Language
) -> ChannelAnswer:
    """Show a channel in the reader's language; a rest that is over is no news."""
    problem = Problem(channel.code, channel.parameters) if channel.code else None
    ending = expiring(channel, now)
    return ChannelAnswer(
        channel=channel.channel,
        kind=channel.kind,
        title=channel.title,
        url=channel.url,
        limits=channel.limits,
        ready=channel.ready,
        problem=trouble(problem, speech) if problem else None,
        rest=RestAnswer(
            until=rest.until, problem=trouble(Problem(rest.code, rest.parameters), speech)
        )
        if rest and rest.until > now
        else None,
        token_days=max(0, (channel.token_ends - now).days) if channel.token_ends else None,
        quota=_quota(channel.quota, speech) if channel.quota else None,
        warning=trouble(ending, speech) if ending else None,
    )


def stranger_answer(
    stranger: StrangerFound, channels: Mapping[str, ChannelProbed], speech: Language
) -> StrangerAnswer:
    """Show a post that did not come from here in the reader's language."""
    known = channels.get(stranger.channel)
    return StrangerAnswer(
        id=stranger.stranger,
        channel=stranger.channel,
        channel_title=known.title if known else stranger.channel,
        url=stranger.url,
        posted_at=stranger.posted_at,
        found_at=stranger.occurred_at,
        twin=stranger.twin,
        problem=trouble(Problem(stranger.code, stranger.parameters), speech),
    )


def parked_answer(parked: MessageParked, speech: Language) -> ParkedAnswer:
    """Show a message that was set aside in the reader's language."""
    return ParkedAnswer(
        id=parked.parked,
        service=parked.teller,
        about=parked.about,
        occurred_at=parked.occurred_at,
        attempts=parked.attempts,
        problem=trouble(Problem(parked.code, parked.parameters), speech),
    )


def moderation_answer(moderation: Moderation, speech: Language) -> ModerationAnswer:
    """Show what was asked, and what the publisher said of it, in the reader's language."""
    asked, outcome = moderation.asked, moderation.outcome
    failed = outcome if isinstance(outcome, ModerationFailed) else None
    state: Literal["asked", "applied", "failed"] = "failed" if failed else "applied"
    if outcome is None:
        state = "asked"
    return ModerationAnswer(
        action=asked.action,
        state=state,
        label=speech(wording.MODERATIONS[asked.action, state]),
        by=asked.by,
        at=asked.occurred_at,
        why=asked.why,
        problem=trouble(Problem(failed.code, failed.parameters), speech) if failed else None,
    )


def trouble(problem: Problem, speech: Language) -> TroubleAnswer:
    """Say a problem in the reader's language."""
    return TroubleAnswer(
        code=problem.code.value,
        parameters=problem.parameters,
        detail=wording.sentence(problem.code, problem.parameters, speech),
        remedy=wording.remedy(problem.code, problem.parameters, speech),
    )


def _variant(
    shown: Shown,
    variant: Variant,
    channels: Mapping[str, ChannelProbed],
    now: datetime,
    speech: Language,
) -> VariantAnswer:
    known = channels.get(variant.channel)
    went = _titled(outcome(shown, variant, now), known)
    content, proof, made = variant.content, went.proof, went.decision
    entry = shown.deliveries.get(variant.channel)
    pinning = shown.moderations.get(variant.channel)
    return VariantAnswer(
        channel=variant.channel,
        channel_title=known.title if known else variant.channel,
        form=content.form,
        text=content.text,
        title=content.title,
        link=content.link,
        language=content.language,
        pictures=tuple(
            PictureAnswer(**picture.model_dump(), url=f"/api/v1/pictures/{picture.digest}")
            for picture in content.pictures
        ),
        video=_video(content),
        answers=AddresseeAnswer(comment=content.answers.comment) if content.answers else None,
        publish_at=_time(variant.publish_at, variant.zone) or times.ON_APPROVAL,
        out_at=_time(went.out_at, variant.zone),
        status=went.status,
        status_label=wording.state(went.status, speech),
        next_step=StepAnswer(
            code=went.step.value, sentence=wording.step(went, variant.zone, speech)
        ),
        problem=trouble(went.problem, speech) if went.problem else None,
        needs_person=went.needs_person,
        aim=entry.fact.aim if entry else None,
        entry=went.entry,
        choices=went.choices,
        decision=DecisionAnswer(choice=made.choice, by=made.by, at=made.at) if made else None,
        url=proof.url if proof else None,
        published_at=proof.published_at if proof else None,
        witness=_witness(went),
        pinning=moderation_answer(pinning, speech) if pinning else None,
        insights=_insights(shown, variant, went),
    )


def _video(content: Content) -> VideoAnswer | None:
    if content.video is None:
        return None
    url = f"/api/v1/videos/{content.video.digest}"
    return VideoAnswer(**content.video.model_dump(), url=url)


def _quota(quota: Quota, speech: Language) -> QuotaAnswer:
    return QuotaAnswer(
        left=quota.left, of=quota.of, per=quota.per, sentence=wording.quota(quota, speech)
    )


def _titled(went: Outcome, known: ChannelProbed | None) -> Outcome:
    """Call the channel what people call it."""
    if went.problem is None or known is None or "channel" not in went.problem.parameters:
        return went
    parameters = went.problem.parameters | {"channel": known.title}
    return replace(went, problem=replace(went.problem, parameters=parameters))


def _time(moment: datetime | str | None, zone: str) -> TimeAnswer | None:
    if not isinstance(moment, datetime):
        return None
    return TimeAnswer(local=times.local(moment, zone), zone=zone, instant=moment)


def _witness(went: Outcome) -> WitnessAnswer | None:
    match went.witness:
        case PostWitnessed() as seen:
            return WitnessAnswer(seen=True, after=seen.after, look=seen.look)
        case PostUnseen() as unseen:
            return WitnessAnswer(seen=False, after=None, look=unseen.look)
        case _:
            return None


def _insights(shown: Shown, variant: Variant, went: Outcome) -> tuple[InsightAnswer, ...]:
    """Give the numbers since it became public; those of an earlier time in public are not its."""
    if went.proof is None:
        return ()
    return tuple(
        InsightAnswer(age=insight.age, observed_at=insight.observed_at, numbers=insight.numbers)
        for insight in shown.insights.get(variant.channel, ())
        if insight.observed_at >= went.proof.published_at
    )
