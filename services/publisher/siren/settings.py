"""Everything an operator can change about the siren."""

from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import model_validator
from pydantic_settings import SettingsConfigDict

from services.publisher.settings import LaneSettings


class Settings(LaneSettings):
    """Read once, at start, from SIREN_* variables."""

    model_config = SettingsConfigDict(
        env_prefix="SIREN_", frozen=True, extra="ignore", env_ignore_empty=True
    )

    port: int = 8082
    public_port: int = 8084
    """Where strangers read; another process serves it."""
    exercise_channels: Path | None = None
    """Accounts of their own, for exercises and tests; None: there can be none."""
    door_url: str = "http://127.0.0.1:8082"
    """Where officers find the page, as it stands in the links that they are sent."""
    public_url: str = "http://127.0.0.1:8084"
    """Where strangers find the alerts, as it stands in texts and feeds."""
    organisation: str = "Region Exempel"
    sender: str = "larm@region-exempel.se"
    """Who says it, in CAP: an address without spaces or commas."""
    cap_prefix: str = "SE-EXEMPEL"
    """What the identifiers of our alerts begin with; it never changes."""
    contact: str = ""
    areas: tuple[str, ...] = ()
    """Our own counties and municipalities, by their codes: offered first, and watched for."""
    vma_url: str | None = None
    """Where VMA are listed; None: they are not watched. Sveriges Radio's: https://vmaapi.sr.se."""
    vma_every: timedelta = timedelta(seconds=60)
    vma_test: bool = False
    """Whether others' exercises and tests are shown to officers as well."""
    cap_folder: Path | None = None
    """Where other systems put CAP files for us; None: nowhere."""
    countdown: timedelta = timedelta(0)
    solo: bool = False
    solo_countdown: timedelta = timedelta(seconds=10)
    unconfirmed_after: timedelta = timedelta(minutes=3)
    """After so long the page says what else can be done than wait for a second officer."""
    answer_within: timedelta = timedelta(seconds=8)
    lease: timedelta = timedelta(seconds=12)
    settle: timedelta = timedelta(seconds=17)
    probe_every: timedelta = timedelta(minutes=2)

    @model_validator(mode="after")
    def _of_some_place(self) -> Self:
        if self.vma_url and not self.areas:
            raise ValueError("VMA_URL needs AREAS, or every VMA in Sweden would concern us")
        return self
