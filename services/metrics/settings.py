"""Everything an operator can change about metrics."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from annotated_types import Ge, Gt, Le, MaxLen
from pydantic import AfterValidator, Field
from pydantic_settings import SettingsConfigDict

from services.kit.settings import ServiceSettings

Pause = Annotated[timedelta, Gt(timedelta(0)), Le(timedelta(days=1))]
Base = Annotated[str, Field(pattern=r"^https?://[^/?#]+(/[^?#]*[^/?#])?$")]
Pauses = Annotated[tuple[Pause, ...], MaxLen(10)]


def _whole_and_rising(ages: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
    """Ages name their timers by the second, so two of them must never share one."""
    if any(age < timedelta(seconds=1) or age % timedelta(seconds=1) for age in ages):
        raise ValueError("every age has to be a whole number of seconds, at least one; write PT1H")
    if list(ages) != sorted(set(ages)):
        raise ValueError("the ages have to rise, each given once")
    return ages


def _origins(bases: dict[str, str]) -> dict[str, str]:
    for base in (*bases, *bases.values()):
        scheme, host, *rest = urlsplit(base)
        if scheme not in {"http", "https"} or not host or any(rest):
            raise ValueError(f"{base} is not an origin; write it like https://www.example.org")
    return bases


class Settings(ServiceSettings):
    """Read once, at start, from METRICS_* variables."""

    model_config = SettingsConfigDict(env_prefix="METRICS_", frozen=True, extra="ignore")

    port: int = 8083
    witness_after: Annotated[timedelta, Ge(timedelta(0)), Le(timedelta(days=1))] = Field(
        default=timedelta(seconds=15), description="from publication to the first look"
    )
    look_again: Pauses = Field(
        default=(timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10)),
        description="waits before further looks at a post that was not seen",
    )
    ages: Annotated[tuple[timedelta, ...], MaxLen(20), AfterValidator(_whole_and_rising)] = Field(
        default=(
            timedelta(hours=1),
            timedelta(days=1),
            timedelta(days=3),
            timedelta(days=7),
            timedelta(days=28),
        ),
        description="how old a post is when its numbers are read",
    )
    read_again: Pauses = Field(
        default=(timedelta(seconds=30), timedelta(minutes=5)),
        description="waits before further tries, when a channel does not answer",
    )
    watch_least: Annotated[timedelta, Ge(timedelta(seconds=1)), Le(timedelta(minutes=10))] = Field(
        default=timedelta(minutes=2),
        description="the shortest pause between two readings of a post's comments",
    )
    watch_most: Annotated[timedelta, Ge(timedelta(minutes=10)), Le(timedelta(days=1))] = Field(
        default=timedelta(hours=6), description="the longest such pause, for old posts"
    )
    watch_for: Annotated[timedelta, Ge(timedelta(0)), Le(timedelta(days=90))] = Field(
        default=timedelta(days=28),
        description="how old a post is when its comments are read no more; PT0S: they never are",
    )
    answer_within: Annotated[timedelta, Gt(timedelta(0)), Le(timedelta(seconds=30))] = Field(
        default=timedelta(seconds=10), description="the most that one page or call may take"
    )
    read_bases: Annotated[dict[str, str], AfterValidator(_origins)] = Field(
        default={}, description="public origin -> the origin to read instead, on a private network"
    )
    graph_url: Base = Field(
        default="https://graph.facebook.com/v26.0",
        description="where Facebook's and Instagram's numbers are asked for, version included",
    )
    threads_url: Base = Field(
        default="https://graph.threads.net/v1.0",
        description="where Threads' numbers are asked for, version included",
    )
    linkedin_url: Base = Field(
        default="https://api.linkedin.com", description="where LinkedIn's numbers are asked for"
    )
    linkedin_version: Annotated[str, Field(pattern=r"^20[0-9]{4}$")] = Field(
        default="202609", description="of LinkedIn's API; each lives for about a year"
    )
    x_url: Base = Field(default="https://api.x.com", description="where X's numbers are asked for")
