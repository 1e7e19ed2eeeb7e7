"""Everything an operator can change about the publisher."""

from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import model_validator
from pydantic_settings import SettingsConfigDict

from services.kit.settings import ServiceSettings
from services.publisher.domain.rules import Timing


class LaneSettings(ServiceSettings):
    """What every lane to the channels has to be told."""

    data: Path
    channels: Path
    language: str = "sv"
    zone: str = "Europe/Stockholm"
    answer_within: timedelta
    lease: timedelta
    settle: timedelta
    probe_every: timedelta

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if faults := list(self.timing.faults()):
            raise ValueError("; ".join(faults))
        return self

    @property
    def timing(self) -> Timing:
        """What the engine needs of these."""
        return Timing(self.answer_within, self.lease, self.settle)


class Settings(LaneSettings):
    """Read once, at start, from PUBLISHER_* variables."""

    model_config = SettingsConfigDict(env_prefix="PUBLISHER_", frozen=True, extra="ignore")

    port: int = 8081
    answer_within: timedelta = timedelta(seconds=10)
    lease: timedelta = timedelta(seconds=30)
    settle: timedelta = timedelta(seconds=35)
    probe_every: timedelta = timedelta(seconds=60)
    patrol_every: timedelta = timedelta(hours=1)
