"""The templates of alerts: what an officer fills in, and the words for all three that may follow.

Each is a file in `templates/`. What it says of urgency and the like, no officer has to know.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Bound

from schemas.alerts import Area, Category, Certainty, Info, Response, Severity, Urgency
from schemas.codes import Code
from schemas.envelope import Name
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.writing.fields import Field, Spoken, refuse_same, refuse_strangers
from services.publisher.siren.writing.phrases import OPENINGS, Tongue, few_places

Prepared = Literal["correction", "all_clear"]
Worded = Literal["alert", "correction", "all_clear"]

PREPARED: tuple[Prepared, ...] = ("correction", "all_clear")
WORDED: tuple[Worded, ...] = ("alert", *PREPARED)
TONGUES: tuple[Tongue, ...] = ("sv", "en")

_FOLDER = Path(__file__).parent / "templates"
_ENDED_TWICE = re.compile(r"(?<=[!?…])\.")
_AREA = "area"


class Wording(BaseModel):
    """What is said in one language, with the fields' names in braces."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    event: str
    headline: str
    description: str
    instruction: str

    @property
    def slots(self) -> set[str]:
        """Name the fields that it uses."""
        texts = (self.event, self.headline, self.description, self.instruction)
        return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}

    def filled(self, tongue: Tongue, said: Mapping[str, str]) -> Info:
        """Put in what was filled in."""

        def with_fields(text: str) -> str:
            written = _ENDED_TWICE.sub("", text.format_map(said))
            return written[:1].upper() + written[1:]

        return Info(
            language=tongue,
            event=with_fields(self.event),
            headline=with_fields(self.headline),
            description=with_fields(self.description),
            instruction=with_fields(self.instruction),
        )


class Both(BaseModel):
    """The wording in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sv: Wording
    en: Wording

    def filled(self, said: Mapping[str, Spoken]) -> tuple[Info, ...]:
        """Put in what was filled in, Swedish first."""
        return tuple(
            (self.sv if tongue == "sv" else self.en).filled(
                tongue, {name: spoken.in_tongue(tongue) for name, spoken in said.items()}
            )
            for tongue in TONGUES
        )


class Template(BaseModel):
    """One kind of alert that was thought through while nobody was in a hurry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    order: int
    title: Spoken
    fields: Annotated[tuple[Field, ...], Bound(min_length=1, max_length=3)]
    category: Category
    response: Response
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    hours: Annotated[int, Bound(gt=0, le=96)]
    solo: bool
    """Whether one officer may send it alone where no other can be reached."""
    differ: tuple[tuple[str, str], ...] = ()
    """Pairs of fields that must not say the same."""
    alert: Both
    correction: Both
    all_clear: Both

    @property
    def lasts(self) -> timedelta:
        """How long it holds unless an officer says otherwise."""
        return timedelta(hours=self.hours)

    def worded(self, kind: Worded) -> Both:
        """Give the wording of the alert, or of what is written beside it."""
        return {"alert": self.alert, "correction": self.correction, "all_clear": self.all_clear}[
            kind
        ]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        names = {field.name for field in self.fields}
        for kind in WORDED:
            for tongue in TONGUES:
                wording = getattr(self.worded(kind), tongue)
                if strangers := wording.slots - names - {_AREA}:
                    raise ValueError(f"{kind}.{tongue} names no fields of it: {strangers}")
                if not wording.headline.startswith(OPENINGS[kind][tongue]):
                    raise ValueError(f"{kind}.{tongue} must begin with {OPENINGS[kind][tongue]}")
        if self.solo and not all(field.short for field in self.fields):
            raise ValueError("one person alone sends no long text of their own")
        if any(name not in names for pair in self.differ for name in pair):
            raise ValueError("`differ` names no field of it")
        return self


@dataclass(frozen=True, slots=True)
class Filled:
    """A template with its fields filled in: what is to be said, in both languages."""

    template: Template
    response: Response
    infos: Mapping[Worded, tuple[Info, ...]]


@cache
def templates() -> Mapping[str, Template]:
    """Read all templates, in the order in which they are offered."""
    read = [
        Template.model_validate(
            {"name": path.stem, **tomllib.loads(path.read_text(encoding="utf-8"))}
        )
        for path in _FOLDER.glob("*.toml")
    ]
    return {template.name: template for template in sorted(read, key=lambda each: each.order)}


def template_called(name: str) -> Template:
    """Give a template; `Refusal` where there is none of this name."""
    try:
        return templates()[name]
    except KeyError:
        raise Refusal(Code.TEMPLATE_UNKNOWN, template=name[:60]) from None


def fill(
    template: Template, fields: Mapping[str, str], areas: Sequence[Area], written_at: datetime
) -> Filled:
    """Put in what an officer has filled in; `Refusal` where it cannot be used."""
    refuse_strangers(template.fields, fields)
    if not areas:
        raise Refusal(Code.AREA_MISSING)
    said = {
        field.name: field.spoken(fields.get(field.name, ""), written_at)
        for field in template.fields
    }
    for pair in template.differ:
        refuse_same(pair, said)
    said[_AREA] = Spoken(sv=few_places(areas, "sv"), en=few_places(areas, "en"))
    chosen = [field.chosen(fields[field.name]) for field in template.fields]
    response = next(
        (choice.response for choice in chosen if choice and choice.response), template.response
    )
    return Filled(template, response, {kind: template.worded(kind).filled(said) for kind in WORDED})
