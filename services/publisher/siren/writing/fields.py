"""What an officer fills in: at most three fields of a template, each bounded and checked."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from babel.dates import format_datetime
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Bound

from schemas.alerts import Response
from schemas.codes import Code
from schemas.envelope import Name
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.writing.phrases import ZONE, Tongue

SHORT = 60
"""A field of no more characters is short enough for a template that one person may send."""

_PHONE = re.compile(r"\+?[0-9][0-9 -]{1,18}[0-9]")
_HOUR = re.compile(r"(?:kl\.? ?)?([01]?[0-9]|2[0-3])[.:]([0-5][0-9])")
_DAY_AND_HOUR = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d[:.]\d\d")
_FORMATS = {"sv": "EEEE d MMMM 'kl.' HH.mm", "en": "EEEE d MMMM 'at' HH:mm"}
_FAR = timedelta(days=366)


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Spoken(_Written):
    """The same in both languages."""

    sv: str
    en: str

    def in_tongue(self, tongue: Tongue) -> str:
        return self.sv if tongue == "sv" else self.en


class Choice(_Written):
    """One of the answers that a field offers."""

    name: Name
    sv: str
    en: str
    response: Response | None = None
    """What people shall do if this is chosen; None: what the template says."""


class Field(_Written):
    """One thing that an officer fills in."""

    name: Name
    kind: Literal["text", "place", "time", "phone", "choice"]
    most: Annotated[int, Bound(gt=0, le=300)] = SHORT
    label: Spoken
    hint: Spoken
    example: Spoken
    choices: tuple[Choice, ...] = ()

    @property
    def short(self) -> bool:
        """Whether no more can be said in it than one person may say alone."""
        return self.kind in {"choice", "time", "phone"} or self.most <= SHORT

    def spoken(self, value: str, written_at: datetime) -> Spoken:
        """Give what was filled in as it shall be said; `Refusal` where it cannot be used."""
        plain = unicodedata.normalize("NFC", value).strip()
        if not plain:
            raise Refusal(Code.FIELD_EMPTY, field=self.name)
        if len(plain) > self.most:
            raise Refusal(Code.FIELD_TOO_LONG, field=self.name, length=len(plain), limit=self.most)
        if any(unicodedata.category(sign).startswith("C") for sign in plain):
            raise self._unreadable()
        plain = " ".join(plain.split())
        match self.kind:
            case "text" | "place":
                return self._as_text(plain)
            case "phone":
                return self._as_phone(plain)
            case "choice":
                return self._as_choice(plain)
            case "time":
                return self._as_time(plain, written_at)

    def chosen(self, value: str) -> Choice | None:
        """Give the choice of this name, where the field is one and has it."""
        return next((choice for choice in self.choices if choice.name == value.strip()), None)

    def _as_text(self, plain: str) -> Spoken:
        said = plain.rstrip(".")
        if not any(sign.isalnum() for sign in said):
            raise self._unreadable()
        return Spoken(sv=said, en=said)

    def _as_phone(self, plain: str) -> Spoken:
        if not _PHONE.fullmatch(plain) or sum(sign.isdigit() for sign in plain) > 15:
            raise self._unreadable()
        return Spoken(sv=plain, en=plain)

    def _as_choice(self, plain: str) -> Spoken:
        choice = self.chosen(plain)
        if choice is None:
            raise self._unreadable()
        return Spoken(sv=choice.sv, en=choice.en)

    def _as_time(self, plain: str, written_at: datetime) -> Spoken:
        local = self._moment(plain, written_at)
        if local <= written_at:
            raise Refusal(Code.FIELD_PASSED, field=self.name, time=plain)
        if local > written_at + _FAR:
            raise self._unreadable()
        said = {
            tongue: format_datetime(local, how, locale=tongue) for tongue, how in _FORMATS.items()
        }
        return Spoken(**said)

    def _moment(self, plain: str, written_at: datetime) -> datetime:
        hour = _HOUR.fullmatch(plain)
        if hour:
            today = written_at.astimezone(ZONE)
            return today.replace(hour=int(hour[1]), minute=int(hour[2]), second=0, microsecond=0)
        if not _DAY_AND_HOUR.fullmatch(plain):
            raise self._unreadable()
        try:
            local = datetime.fromisoformat(plain.replace(".", ":")).replace(tzinfo=ZONE)
            exists = local.astimezone(UTC).astimezone(ZONE) == local
        except (ValueError, OverflowError) as error:
            raise self._unreadable() from error
        if not exists:
            raise self._unreadable()
        return local

    def _unreadable(self) -> Refusal:
        return Refusal(Code.FIELD_UNREADABLE, field=self.name)


def refuse_strangers(fields: Sequence[Field], filled: Mapping[str, str]) -> None:
    """Refuse what fills no field."""
    names = {field.name for field in fields}
    for name in filled:
        if name not in names:
            raise Refusal(Code.FIELD_UNKNOWN, field=name[:SHORT])


def refuse_same(pair: tuple[str, str], said: Mapping[str, Spoken]) -> None:
    """Refuse two fields that say the same where that would make no sense."""
    first, second = (_bare(said[name].sv) for name in pair)
    if first == second:
        raise Refusal(Code.FIELDS_CONTRADICT, field=pair[0], other=pair[1])


def _bare(said: str) -> str:
    return "".join(sign for sign in said.casefold() if sign.isalnum())
