"""What stands in the way of a document, told while people write and not at 18:00."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from schemas.channels import ChannelProbed, Limits
from schemas.codes import Code
from schemas.envelope import Parameters
from schemas.posts import Content, Document
from services.kit.lengths import counted, hashtags_in, links_in
from services.planner.domain import times
from services.planner.domain.refusals import Problem

MOST_BYTES = 256 * 1024
"""Of a document as it is kept. It goes into one message with room for its approval."""


_UPRIGHT = 9 / 16
_NEARLY = 0.01


def content_digest(document: Document) -> str:
    """Give the fingerprint that an approval binds: SHA-256 of everything in the document."""
    canonical = json.dumps(
        document.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def problems_of(document: Document, channels: Mapping[str, ChannelProbed]) -> tuple[Problem, ...]:
    """Check a document against what the channels take, whatever the time is."""
    return tuple(_problems(document, channels))


def passed_times(
    document: Document, now: datetime, public: Collection[str] = ()
) -> tuple[Problem, ...]:
    """List the variants whose time has passed already; where it is `public` time is no matter."""
    return tuple(
        Problem(
            Code.TIME_PAST,
            {"time": times.local(variant.publish_at, variant.zone), "channel": variant.channel},
            f"variants.{number}.publish_at",
        )
        for number, variant in enumerate(document.variants)
        if variant.channel not in public
        and isinstance(variant.publish_at, datetime)
        and variant.publish_at <= now
    )


def earliest(document: Document, public: Collection[str] = ()) -> tuple[datetime, str] | None:
    """Give the first time with its zone of what is not `public`; None: all is due on approval."""
    timed = [
        (variant.publish_at, variant.zone)
        for variant in document.variants
        if variant.channel not in public and isinstance(variant.publish_at, datetime)
    ]
    return min(timed, default=None)


def _problems(document: Document, channels: Mapping[str, ChannelProbed]) -> Iterator[Problem]:
    if not document.variants:
        yield Problem(Code.NO_VARIANTS, {}, "variants")
    if len(document.variants) > 1 and any(v.content.answers for v in document.variants):
        yield Problem(Code.ANSWER_ALONE, {"count": len(document.variants)}, "variants")
    size = len(document.model_dump_json().encode())
    if size > MOST_BYTES:
        yield Problem(Code.TOO_LARGE, {"limit": MOST_BYTES})
    uses = Counter(variant.channel for variant in document.variants)
    for number, variant in enumerate(document.variants):
        place = f"variants.{number}"
        if uses[variant.channel] > 1:
            yield Problem(Code.VARIANT_TWICE, {"channel": variant.channel}, f"{place}.channel")
        channel = channels.get(variant.channel)
        if channel is None:
            known = ", ".join(sorted(channels)) or "–"
            yield Problem(
                Code.UNKNOWN_CHANNEL,
                {"channel": variant.channel, "channels": known},
                f"{place}.channel",
            )
        else:
            for problem in _unfit(variant.content, channel):
                yield problem.at(f"{place}.{problem.path}")


def _unfit(content: Content, channel: ChannelProbed) -> Iterator[Problem]:
    limits, name = channel.limits, channel.channel
    if content.answers is not None:
        if not limits.answers:
            yield Problem(Code.ANSWERS_NOT_TAKEN, {"channel": name}, "answers")
        limits = _of_answers(limits)
    if content.form not in limits.forms:
        yield Problem(Code.FORM_NOT_TAKEN, {"channel": name, "form": content.form}, "form")
    elif content.form == "story":
        yield from _unfit_story(content, limits, name)
        return
    yield from _unfit_words(content, limits, name)
    yield from _unfit_pictures(content, limits, name)
    yield from _unfit_video(content, limits, name)


def _unfit_words(content: Content, limits: Limits, name: str) -> Iterator[Problem]:
    if not content.text.strip():
        yield Problem(Code.TEXT_EMPTY, {"channel": name}, "text")
    alts = [picture.alt for picture in content.pictures]
    told = content.video.description if content.video else ""
    length = counted(content.text, content.link, limits, alts, told)
    most = limits.characters
    if content.pictures and limits.characters_with_picture is not None:
        most = limits.characters_with_picture
    if most is not None and length > most:
        yield Problem(
            Code.TEXT_TOO_LONG,
            {
                "channel": name,
                "length": length,
                "limit": most,
                "excess": length - most,
            },
            "text",
        )
    for code, limit, count in (
        (Code.TOO_MANY_LINKS, limits.links, len(links_in(content.text, content.link))),
        (Code.TOO_MANY_HASHTAGS, limits.hashtags, len(hashtags_in(content.text))),
    ):
        if limit is not None and count > limit:
            yield Problem(code, {"channel": name, "limit": limit, "count": count}, "text")
    if content.title and not limits.takes_title:
        yield Problem(Code.TITLE_NOT_TAKEN, {"channel": name}, "title")


def _unfit_story(content: Content, limits: Limits, name: str) -> Iterator[Problem]:
    """Check what is shown for a day, without a word beside it."""
    if content.text.strip() or content.title or content.link:
        yield Problem(Code.STORY_WITH_WORDS, {"channel": name}, "text")
    if (count := len(content.pictures) + bool(content.video)) != 1:
        yield Problem(Code.STORY_NOT_ONE, {"channel": name, "count": count}, "pictures")
    yield from _unfit_video(content, limits, name)


def _unfit_video(content: Content, limits: Limits, name: str) -> Iterator[Problem]:
    video, taken = content.video, limits.video
    if video is None:
        if content.form == "reel":
            yield Problem(Code.REEL_WITHOUT_VIDEO, {"channel": name}, "video")
        return
    if content.pictures and content.form != "story":
        yield Problem(Code.VIDEO_WITH_PICTURES, {"channel": name}, "video")
    if taken is None or content.form not in taken.forms:
        yield Problem(Code.VIDEO_NOT_TAKEN, {"channel": name, "form": content.form}, "video")
        return
    if video.size > taken.size:
        said: Parameters = {"size": _megabytes(video.size), "limit": _megabytes(taken.size)}
        yield Problem(Code.VIDEO_TOO_LARGE, said, "video")
    most = taken.story_seconds_most if content.form == "story" else taken.seconds_most
    if not taken.seconds_least <= video.seconds <= most:
        said = {
            "channel": name,
            "least": f"{taken.seconds_least:g}",
            "most": f"{most:g}",
            "length": f"{video.seconds:.1f}",
        }
        yield Problem(Code.VIDEO_LENGTH, said, "video")
    told = len(video.description)
    if not taken.described_in_text and told > (limits.alt_characters or told):
        said = {"channel": name, "length": told, "limit": limits.alt_characters or told}
        yield Problem(Code.ALT_TOO_LONG, said, "video.description")
    if taken.upright and abs(video.width / video.height / _UPRIGHT - 1) > _NEARLY:
        said = {"channel": name, "shape": f"{video.width} × {video.height}"}
        yield Problem(Code.VIDEO_NOT_UPRIGHT, said, "video")


def _of_answers(limits: Limits) -> Limits:
    """Give what a channel takes in an answer to a comment: its words, and a link among them."""
    most, pictures = limits.answer_characters, limits.answer_pictures
    differing = {
        "characters": limits.characters if most is None else most,
        "pictures": limits.pictures if pictures is None else pictures,
        "pictures_least": 0,
        "takes_title": False,
        "link_in_text": True,
        "forms": ("post",),
        "video": None,
    }
    return limits.model_copy(update=differing)


def _unfit_pictures(content: Content, limits: Limits, name: str) -> Iterator[Problem]:
    count = len(content.pictures)
    least = 0 if content.video or content.form == "reel" else limits.pictures_least
    for code, limit, wrong in (
        (Code.TOO_MANY_PICTURES, limits.pictures, count > limits.pictures),
        (Code.TOO_FEW_PICTURES, least, count < least),
    ):
        if wrong:
            yield Problem(code, {"channel": name, "limit": limit, "count": count}, "pictures")
    for number, picture in enumerate(content.pictures):
        place = f"pictures.{number}"
        if limits.alt_characters is not None and len(picture.alt) > limits.alt_characters:
            yield Problem(
                Code.ALT_TOO_LONG,
                {"channel": name, "length": len(picture.alt), "limit": limits.alt_characters},
                f"{place}.alt",
            )
        if limits.picture_bytes is not None and picture.size > limits.picture_bytes:
            yield Problem(
                Code.PICTURE_TOO_LARGE,
                {"size": _megabytes(picture.size), "limit": _megabytes(limits.picture_bytes)},
                place,
            )


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"
