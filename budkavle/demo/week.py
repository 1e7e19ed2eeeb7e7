"""The example week, as it is written in `examples/week.yaml`."""

from functools import cached_property
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from budkavle.demo.pace import minute_of_week
from budkavle.trouble import Trouble
from schemas.envelope import Name


class _Written(BaseModel):
    # A misspelled key would leave a post without its picture, and nobody would know why.
    model_config = ConfigDict(frozen=True, extra="forbid")


class Picture(_Written):
    """A picture of the week, drawn when it is needed."""

    file: str
    alt: str

    @property
    def name(self) -> str:
        """What `examples.pictures` calls it."""
        return self.file.removeprefix("pictures/").removesuffix(".png")


class Words(_Written):
    """A post as written for one channel."""

    text: str
    link: str | None = None


class Post(_Written):
    """One post of the week."""

    id: Name
    series: Name
    title: str
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    time: str = Field(pattern=r"^\d\d:\d\d$")
    author: Name
    approver: Name
    picture: Picture | None = None
    variants: dict[Name, Words]

    @cached_property
    def minute(self) -> int:
        """Count from Monday 00:00."""
        return minute_of_week(self.day, self.time)


class Series(_Written):
    """Posts that belong together."""

    id: Name
    label: str
    about: str


class Week(_Written):
    """What an organisation says in a week."""

    organisation: str
    zone: str
    week: str
    series: tuple[Series, ...]
    posts: tuple[Post, ...]

    @property
    def labels(self) -> dict[str, str]:
        """What readers see of each series."""
        return {series.id: series.label for series in self.series}


def read() -> Week:
    """Read the week that comes with the command."""
    text = resources.files("examples").joinpath("week.yaml").read_text(encoding="utf-8")
    try:
        return Week.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise Trouble("examples/week.yaml cannot be read: {why}", why=error) from error
