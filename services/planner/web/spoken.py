"""Days, times, durations and numbers as people say them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal

from schemas.channels import Limits, VideoLimits
from schemas.insights import Measure, Number
from schemas.posts import Form
from services.kit.languages import Language
from services.planner.answers import TimeAnswer
from services.planner.board.inbox import MOST_COUNTED
from services.planner.web.week import Week

MEASURES = {
    Measure.VIEWS: "Views",
    Measure.REACH: "Reach",
    Measure.SHARES: "Shares",
    Measure.COMMENTS: "Comments",
    Measure.REACTIONS: "Reactions",
    Measure.CLICKS: "Clicks",
    Measure.SAVES: "Saves",
}
"""What a number is called where people see it."""

FORMS: dict[Form, str] = {"post": "Post", "story": "Story", "reel": "Reel"}
"""What a form is called where people choose one."""

_SHORTLY = timedelta(seconds=90)


def weekday(day: date, speech: Language) -> str:
    """Say the name of a day, as a heading."""
    return format_date(day, "EEEE", locale=speech.code).capitalize()


def day_of_month(day: date, speech: Language) -> str:
    """Say a day without its year."""
    return format_date(day, "d MMMM", locale=speech.code)


def stretch(week: Week, speech: Language) -> str:
    """Say from when to when a week is."""
    first, last = week.days[0], week.days[-1]
    until = format_date(last, "d MMMM y", locale=speech.code)
    if first.month == last.month:
        return f"{first.day}–{until}"
    pattern = "d MMMM" if first.year == last.year else "d MMMM y"
    return f"{format_date(first, pattern, locale=speech.code)} – {until}"


def moment(at: datetime, zone: str, speech: Language) -> str:
    """Say an instant with its day."""
    return _said(at.astimezone(ZoneInfo(zone)), speech)


def time_said(at: TimeAnswer, zone: str, speech: Language) -> str:
    """Say a variant's time with its day; its zone only where that is not the organisation's."""
    said = _said(datetime.fromisoformat(at.local), speech)
    return said if at.zone == zone else f"{said} ({at.zone})"


def _said(local: datetime, speech: Language) -> str:
    return f"{format_date(local, 'EEE d MMM y', locale=speech.code)} {local:%H:%M}"


def duration(length: timedelta, speech: Language) -> str:
    """Say how long something took; short ones to a tenth of a second."""
    if length < _SHORTLY:
        return f"{format_decimal(round(length.total_seconds(), 1), locale=speech.code)} s"
    return age(length, speech)


def age(length: timedelta, speech: Language) -> str:
    """Say a length of time in its largest unit."""
    return format_timedelta(length, locale=speech.code, threshold=1)


def count(number: Number, speech: Language) -> str:
    """Say a number; one that the channel did not give is missing, not none."""
    if number.value is None:
        return speech("Missing number")
    return format_decimal(number.value, locale=speech.code)


def at_least(count: int) -> str:
    """Say how many of a list there are, as far as they were counted; empty: none."""
    if count >= MOST_COUNTED:
        return f"{MOST_COUNTED - 1}+"
    return str(count) if count else ""


def counts(numbers: Sequence[Number], speech: Language) -> str:
    """Say the numbers that there are, in one line."""
    return " · ".join(
        f"{speech(MEASURES[number.name])} {count(number, speech)}"
        for number in numbers
        if number.value is not None
    )


def opening(text: str, most: int) -> str:
    """Give the first words of a text."""
    words = " ".join(text.split())
    if len(words) <= most:
        return words
    return f"{words[:most].rsplit(' ', 1)[0].rstrip(',.;:–- ')} …"


def series(name: str) -> str:
    """Write a series as people do."""
    return name.replace("-", " ").capitalize()


def limit(limits: Limits, speech: Language) -> str:
    """Say how long a channel's text may be, and whether it needs a picture."""
    said = _length(limits, speech)
    return f"{said} {speech('It needs a picture.')}" if limits.pictures_least else said


def film_limit(limits: VideoLimits, speech: Language) -> str:
    """Say how long a channel's video may be, and in which forms there is one."""
    said = speech(
        "A video of {least} to {most} seconds, at most {size} MB.",
        least=format_decimal(limits.seconds_least, locale=speech.code),
        most=format_decimal(limits.seconds_most, locale=speech.code),
        size=limits.size // 1_000_000,
    )
    named = ", ".join(speech(FORMS[form]) for form in limits.forms)
    return f"{said} {speech('Only as: {forms}.', forms=named)}"


def _length(limits: Limits, speech: Language) -> str:
    if limits.characters is None:
        return speech("As long as you like.")
    most = format_decimal(limits.characters, locale=speech.code)
    if limits.characters_with_picture is not None:
        less = format_decimal(limits.characters_with_picture, locale=speech.code)
        return speech(
            "At most {count} characters; {less} beneath pictures, with their descriptions.",
            count=most,
            less=less,
        )
    if limits.link_characters is None:
        return speech("At most {count} characters.", count=most)
    return speech(
        "At most {count} characters; a link counts as {link}.",
        count=most,
        link=limits.link_characters,
    )
