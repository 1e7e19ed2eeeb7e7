"""The channels that alerts go to: real ones, and accounts of their own for exercises."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from schemas.alerts import Status
from services.kit.unfit import Unfit
from services.publisher.channels.config import read_channels
from services.publisher.channels.entry import Entry, Making
from services.publisher.channels.newsroom.channel import NewsroomEntry
from services.publisher.channels.showcase import Showcase, showcases
from services.publisher.ports import Channel
from services.publisher.siren.settings import Settings

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Accounts:
    """Every channel that could be made, and why others could not."""

    actual: Mapping[str, Channel]
    practice: Mapping[str, Channel]
    unmade: Mapping[str, str] = field(default_factory=dict)
    """Title and reason: one missing token must not keep an alert from the others."""

    @property
    def all(self) -> Mapping[str, Channel]:
        """Give both kinds by name."""
        return {**self.actual, **self.practice}

    @property
    def showcases(self) -> tuple[Showcase, ...]:
        """Give the addresses at which platforms fetch pictures."""
        return tuple(showcases(self.all).values())

    def of(self, status: Status) -> tuple[str, ...]:
        """Name the channels that an alert of this status goes to."""
        return tuple(self.actual if status == "actual" else self.practice)


def make_accounts(settings: Settings) -> Accounts:
    """Make the channels of both files. The newsroom mirrors alerts by itself."""
    entries = _alerting(settings.channels)
    practice = _alerting(settings.exercise_channels) if settings.exercise_channels else {}
    if both := entries.keys() & practice.keys():
        raise Unfit(
            f"{settings.exercise_channels}: the channel {min(both)} is one for real alerts as "
            "well; an exercise needs an account and a name of its own"
        )
    unmade: dict[str, str] = {}
    return Accounts(_made(entries, settings, unmade), _made(practice, settings, unmade), unmade)


def _alerting(path: Path) -> dict[str, Entry]:
    return {
        name: entry
        for name, entry in read_channels(path).items()
        if not isinstance(entry, NewsroomEntry)
    }


def _made(
    entries: Mapping[str, Entry], settings: Settings, unmade: dict[str, str]
) -> dict[str, Channel]:
    made = {}
    for name, entry in entries.items():
        folder = settings.data / "channels" / name
        making = Making(
            name, folder, settings.answer_within, settings.language, settings.zone, settings
        )
        try:
            made[name] = _shown_from(entry, settings).make(making)
        except Unfit as error:
            log.warning("siren.channel_unmade", channel=name, why=str(error))
            unmade[entry.title] = str(error)
    return made


def _shown_from(entry: Entry, settings: Settings) -> Entry:
    """Where a platform fetches pictures, it fetches the siren's from the siren."""
    if getattr(entry, "media_url", None) is None:
        return entry
    return entry.model_copy(update={"media_url": settings.public_url})
