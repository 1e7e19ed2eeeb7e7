"""The form for a post: one text per channel; title, time, link and picture are shared by all."""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from schemas.codes import Code
from schemas.posts import Document, Variant
from services.kit.languages import Language
from services.planner import wording
from services.planner.domain import times
from services.planner.domain.refusals import Problem, Refusal
from services.planner.domain.written import PictureHead, VideoHead, WrittenPost
from services.planner.showing import trouble

TEXT = "text-"
"""What the names of the texts' fields begin with; the channel follows."""

FORM = "form-"
"""What the names of the forms' fields begin with; the channel follows."""

FILMED = "filmed-"
"""What the names of the fields begin with that give a channel the video; the channel follows."""

_TO_THE_SECOND = len("2026-11-23T18:30:00")
_SHARED = {"publish_at": "time", "link": "link", "title": "title"}


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one field, and what to do about it."""

    field: str
    detail: str
    remedy: str
    choices: tuple[str, ...] = ()
    """Moments to choose from, where a local time comes twice."""


@dataclass(frozen=True, slots=True)
class PostForm:
    """What somebody has typed so far; nothing of it is lost when something is wrong."""

    key: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    seen: str = ""
    title: str = ""
    series: str = ""
    labels: tuple[str, ...] = ()
    language: str = "sv"
    when: str = times.ON_APPROVAL
    local: str = ""
    instant: str = ""
    link: str = ""
    picture: str = ""
    alt: str = ""
    video: str = ""
    description: str = ""
    answers: str = ""
    """The id of the comment that it answers; empty: none."""
    texts: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    """By channel, where another form than a post is chosen."""
    filmed: frozenset[str] = frozenset()
    """The channels that get the video in the picture's place; a reel does in any case."""

    @property
    def channels(self) -> list[str]:
        """List the channels that get something: a story has no text to tell it by."""
        named = [channel for channel, text in self.texts.items() if text.strip()]
        return named + [name for name in self._stories() if name not in named]

    def written(self, takes_title: Iterable[str]) -> WrittenPost:
        """Make the post that the API would get; a refusal names what cannot be read."""
        if self.video and not self._filmed():
            raise Refusal(Problem(Code.VIDEO_UNUSED, {}, "film"))
        stories = self._stories()
        titled = set(takes_title) - set(stories)
        asked: dict[str, Any] = {
            "title": self.title,
            "series": slug(self.series),
            "labels": self.labels,
            "variants": [
                {
                    "channel": channel,
                    "form": self.forms.get(channel, "post"),
                    "text": self.texts.get(channel, ""),
                    "title": self.title if channel in titled and not self.answers else "",
                    # What all channels share a story does not show.
                    "link": None if channel in stories else self.link.strip() or None,
                    "language": self.language,
                    **self._shows(channel),
                    "publish_at": self._publish_at(),
                    "answers": {"comment": self.answers} if self.answers else None,
                }
                for channel in self.channels
            ],
        }
        try:
            return WrittenPost.model_validate(asked)
        except ValidationError as error:
            raise Refusal(*(_unreadable(problem) for problem in error.errors())) from error

    def with_picture(self, head: PictureHead) -> "PostForm":
        """Keep an uploaded picture, so that the form can be sent again without it."""
        return replace(self, picture=head.digest)

    def with_video(self, head: VideoHead) -> "PostForm":
        """Keep an uploaded video, so that the form can be sent again without it."""
        return replace(self, video=head.digest)

    def renewed(self) -> "PostForm":
        """Make it another request than the one before."""
        return replace(self, key=secrets.token_urlsafe(18))

    def _shows(self, channel: str) -> dict[str, Any]:
        if self.video and channel in self._filmed():
            return {"video": {"digest": self.video, "description": self.description}}
        return {"pictures": [{"digest": self.picture, "alt": self.alt}] if self.picture else []}

    def _filmed(self) -> set[str]:
        reels = (channel for channel, chosen in self.forms.items() if chosen == "reel")
        return {*self.filmed, *reels} & {*self.channels}

    def _stories(self) -> list[str]:
        return [channel for channel, chosen in self.forms.items() if chosen == "story"]

    def _publish_at(self) -> Any:
        if self.when == times.ON_APPROVAL:
            return times.ON_APPROVAL
        return {"local": self.local, "instant": self.instant or None}


def form_of(fields: Mapping[str, str]) -> PostForm:
    """Read what a browser sent."""
    return PostForm(
        **{
            name: fields.get(name, "")
            for name in (
                *("key", "seen", "series", "local", "instant", "link", "alt", "description"),
                "answers",
            )
        },
        video="" if "drop-video" in fields else fields.get("video", ""),
        picture="" if "drop" in fields else fields.get("picture", ""),
        title=" ".join(fields.get("title", "").split()),
        labels=tuple(fields.get("labels", "").split()),
        language=fields.get("language", "sv"),
        when=fields.get("when", times.ON_APPROVAL),
        texts=_by_channel(fields, TEXT),
        forms=_by_channel(fields, FORM),
        filmed=frozenset(_by_channel(fields, FILMED)),
    )


def _by_channel(fields: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): said for name, said in fields.items() if name.startswith(prefix)
    }


def form_for(document: Document, digest: str) -> PostForm | None:
    """Fill a form with a post; None if its channels differ in what the form has only once."""
    worded = [each for each in document.variants if each.content.form != "story"]
    links = {variant.content.link for variant in worded}
    filmed = {v.channel: v.content.video for v in document.variants if v.content.video}
    drawn = {v.content.pictures for v in document.variants if not v.content.video}
    if len({_shared(document, each) for each in document.variants}) != 1:
        return None
    if max(len(links), len(drawn), len(set(filmed.values()))) > 1:
        return None
    first = document.variants[0]
    at, content = first.publish_at, first.content
    pictures, video = next(iter(drawn), ()), next(iter(filmed.values()), None)
    picture = pictures[0] if pictures else None
    return PostForm(
        seen=digest,
        title=document.title,
        series=document.series or "",
        labels=document.labels,
        language=content.language,
        when="local" if isinstance(at, datetime) else times.ON_APPROVAL,
        local=times.local(at, first.zone)[:_TO_THE_SECOND] if isinstance(at, datetime) else "",
        instant=at.isoformat() if isinstance(at, datetime) else "",
        link=next(iter(links), None) or "",
        picture=picture.digest if picture else "",
        alt=picture.alt if picture else "",
        video=video.digest if video else "",
        description=video.description if video else "",
        answers=str(content.answers.comment) if content.answers else "",
        texts={variant.channel: variant.content.text for variant in document.variants},
        forms={variant.channel: variant.content.form for variant in document.variants},
        filmed=frozenset(filmed),
    )


def complaints(problems: Iterable[Problem], form: PostForm, speech: Language) -> list[Complaint]:
    """Say what is wrong beside each field; what all channels share is said once."""
    found: dict[tuple[str, Code], Complaint] = {}
    for problem in problems:
        place = _field(problem.path, form)
        said = _complaint(problem, place, form, speech)
        found.setdefault((place, problem.code), said)
    return list(found.values())


def slug(series: str) -> str | None:
    """Write a series as the channels' addresses do: `Här jobbar jag` is `har-jobbar-jag`."""
    plain = unicodedata.normalize("NFKD", series.strip().lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or series.strip() or None


def _shared(document: Document, variant: Variant) -> tuple[Any, ...]:
    content = variant.content
    titled = content.title in {"", document.title}
    alone = len(content.pictures) < 2
    # What the form cannot show makes every variant another one.
    fits = variant.channel if not (titled and alone) else ""
    return (content.language, variant.publish_at, variant.zone, fits)


def _complaint(problem: Problem, place: str, form: PostForm, speech: Language) -> Complaint:
    if place == "time" and not form.local:
        return Complaint(
            place, speech("No time is chosen."), speech("Choose a day and a time, or Now.")
        )
    said = trouble(problem, speech)
    if problem.code is Code.TIME_DOUBLED:
        choices = (str(problem.parameters["first"]), str(problem.parameters["second"]))
        return Complaint(place, said.detail, speech("Choose which of the two is meant."), choices)
    return Complaint(place, said.detail, said.remedy)


def _field(path: str, form: PostForm) -> str:
    match path.split("."):
        case ["variants", number, *rest] if number.isdigit():
            if rest[:1] == ["video"]:
                return "description" if rest[-1] == "description" else "film"
            if rest[:1] == ["pictures"]:
                return "alt" if rest[-1] == "alt" else "picture"
            if rest[:1] in (["text"], ["channel"], ["form"]):
                return f"{TEXT}{form.channels[int(number)]}"
            return _SHARED.get(rest[0], "whole") if rest else "whole"
        case ["title" | "series" | "picture" | "film" as name, *_]:
            return name
        case _:
            return "whole"


def _unreadable(problem: Any) -> Problem:
    path = ".".join(str(part) for part in problem["loc"])
    why = wording.WHY.get(problem["type"], wording.UNREADABLE)
    return Problem(Code.BODY_UNREADABLE, {"where": path, "why": why}, path)
