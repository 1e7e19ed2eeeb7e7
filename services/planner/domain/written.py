"""A post as a person sends it in, and how it becomes a document."""

import unicodedata
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Annotated, Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from schemas.codes import Code
from schemas.envelope import Digest, Name
from schemas.posts import Addressee, Content, Document, Form, Picture, Variant, Video
from services.planner.domain import answering
from services.planner.domain.refusals import Problem, Refusal
from services.planner.domain.times import ON_APPROVAL, Slot, slot_from_local, slot_from_text


def _readable(text: str) -> str:
    """Refuse what no reader could see: half characters, and control characters but line breaks."""
    if any(unicodedata.category(sign) in {"Cs", "Cc"} and sign not in "\n\r\t" for sign in text):
        raise PydanticCustomError("string_unicode", "not readable text")
    return text


Text = Annotated[str, AfterValidator(_readable)]


class Written(BaseModel):
    """A piece of what people send in. A misspelt field is an error, not a silence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WrittenPicture(Written):
    """An uploaded picture and the words for those who cannot see it."""

    digest: Digest
    alt: Text = ""


class WrittenVideo(Written):
    """An uploaded video and the words for those who cannot see it."""

    digest: Digest
    description: Text = ""


class LocalTime(Written):
    """A time on the clocks of a zone; without a zone, the organisation's."""

    local: Text
    zone: Text | None = None
    instant: Text | None = Field(
        default=None, description="as in answers; only says which one where `local` comes twice"
    )


class WrittenAnswer(Written):
    """The comment that a variant answers; the planner knows where it stands."""

    comment: UUID


class WrittenVariant(Written):
    """The post as written for one channel."""

    channel: Name
    form: Form = "post"
    text: Text = Field(description="empty in a story, which shows none")
    title: Text = Field(default="", max_length=500)
    link: Text | None = None
    language: str = Field(default="sv", pattern=r"^[a-z]{2,3}$")
    pictures: tuple[WrittenPicture, ...] = Field(default=(), max_length=50)
    video: WrittenVideo | None = None
    answers: WrittenAnswer | None = None
    publish_at: LocalTime | Text | None = Field(
        default=None,
        validate_default=True,
        description="`on_approval`, a time with an offset, or a local time; "
        "an answer to a comment may leave it out, and then goes out on approval",
    )

    @field_validator("publish_at")
    @classmethod
    def _timed(
        cls, publish_at: LocalTime | str | None, info: ValidationInfo
    ) -> LocalTime | str | None:
        if publish_at is None and info.data.get("answers", ...) is None:
            raise PydanticCustomError("missing", "only an answer may leave it out")
        return publish_at


class WrittenPost(Written):
    """A post to draft, or what an edited post shall be."""

    title: Text = Field(default="", max_length=500, description="what people call it")
    series: Name | None = None
    labels: tuple[Name, ...] = Field(default=(), max_length=50)
    variants: tuple[WrittenVariant, ...] = Field(max_length=100)

    def digests(self) -> set[str]:
        """List the pictures that it refers to."""
        return {picture.digest for variant in self.variants for picture in variant.pictures}

    def videos(self) -> set[str]:
        """List the videos that it refers to."""
        return {variant.video.digest for variant in self.variants if variant.video}

    def answered(self) -> set[UUID]:
        """List the comments that it answers."""
        return {variant.answers.comment for variant in self.variants if variant.answers}


class PictureHead(BaseModel):
    """What is known of an uploaded picture by looking at it."""

    model_config = ConfigDict(frozen=True)

    digest: Digest
    media_type: Literal["image/jpeg", "image/png", "image/webp"]
    size: int
    width: int
    height: int


class VideoHead(BaseModel):
    """What is known of an uploaded video by looking at it."""

    model_config = ConfigDict(frozen=True)

    digest: Digest
    media_type: Literal["video/mp4"]
    size: int
    width: int
    height: int
    seconds: float


def document_of(
    written: WrittenPost,
    pictures: Mapping[str, PictureHead],
    zone: str,
    comments: answering.Comments = answering.NOTHING_KNOWN,
    videos: Mapping[str, VideoHead] = MappingProxyType({}),
) -> tuple[Document, tuple[Problem, ...]]:
    """Read times, links and media; what cannot be read is left out of the document and told."""
    variants: list[Variant] = []
    problems: list[Problem] = []
    for number, variant in enumerate(written.variants):
        place = f"variants.{number}"
        slot = _slot(variant, zone)
        if isinstance(slot, Problem):
            problems.append(slot.at(f"{place}.publish_at"))
            slot = Slot("on_approval", zone)
        problems += [problem.at(f"{place}.{problem.path}") for problem in _unusable(variant)]
        problems += [
            Problem(Code.PICTURE_UNKNOWN, {"digest": picture.digest}, f"{place}.pictures.{n}")
            for n, picture in enumerate(variant.pictures)
            if picture.digest not in pictures
        ]
        if variant.video and variant.video.digest not in videos:
            digest = variant.video.digest
            problems.append(Problem(Code.VIDEO_UNKNOWN, {"digest": digest}, f"{place}.video"))
        answers = _addressee(variant, comments)
        if isinstance(answers, Problem):
            problems.append(answers.at(f"{place}.answers"))
            answers = None
        content = Content(
            form=variant.form,
            text=variant.text,
            title=variant.title.strip(),
            link=variant.link or None,
            language=variant.language,
            pictures=tuple(
                Picture(**pictures[picture.digest].model_dump(), alt=picture.alt)
                for picture in variant.pictures
                if picture.digest in pictures and picture.alt.strip()
            ),
            video=_video(variant.video, videos),
            answers=answers,
        )
        variants.append(
            Variant(
                channel=variant.channel,
                content=content,
                publish_at=slot.publish_at,
                zone=slot.zone,
            )
        )
    document = Document(
        title=written.title.strip(),
        series=written.series,
        labels=written.labels,
        variants=tuple(variants),
    )
    return document, tuple(problems)


def _video(written: WrittenVideo | None, videos: Mapping[str, VideoHead]) -> Video | None:
    if written is None or written.digest not in videos or not written.description.strip():
        return None
    return Video(**videos[written.digest].model_dump(), description=written.description)


def _slot(variant: WrittenVariant, zone: str) -> Slot | Problem:
    match variant.publish_at:
        case LocalTime(local=local, zone=own, instant=instant):
            return slot_from_local(local, own or zone, instant)
        case None:
            return Slot(ON_APPROVAL, zone)
        case text:
            return slot_from_text(text, zone)


def _addressee(variant: WrittenVariant, comments: answering.Comments) -> Addressee | Problem | None:
    if variant.answers is None:
        return None
    return answering.addressee(variant.answers.comment, variant.channel, comments)


def _unusable(variant: WrittenVariant) -> Iterator[Problem]:
    if variant.link and not _is_address(variant.link):
        yield Problem(Code.LINK_UNREADABLE, {"link": variant.link[:200]}, "link")
    for number, picture in enumerate(variant.pictures):
        if not picture.alt.strip():
            yield Problem(Code.ALT_MISSING, {"channel": variant.channel}, f"pictures.{number}.alt")
    if variant.video and not variant.video.description.strip():
        yield Problem(Code.DESCRIPTION_MISSING, {"channel": variant.channel}, "video.description")


def _is_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
        return (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and "." in (parts.hostname or "").strip(".")
            and link.isprintable()
            and " " not in link
        )
    except ValueError:
        return False


def refuse_if(problems: tuple[Problem, ...]) -> None:
    """Refuse with every problem at once, if there are any."""
    if problems:
        raise Refusal(*problems)
