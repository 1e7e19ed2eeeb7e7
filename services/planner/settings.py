"""Everything an operator can change about the planner."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from schemas.envelope import Name
from services.kit.settings import ServiceSettings


class Settings(ServiceSettings):
    """Read once, at start, from PLANNER_* variables."""

    model_config = SettingsConfigDict(env_prefix="PLANNER_", frozen=True, extra="ignore")

    port: int = 8080
    data: Path = Field(description="folder of the board; it can be deleted and is made again")
    people: Path | None = Field(default=None, description="people.toml; else among the secrets")
    notices: Path | None = Field(
        default=None, description="people's addresses, notices.toml; else among the secrets"
    )
    zone: str = Field(default="Europe/Stockholm", description="where the organisation lives")
    organisation: str = "Budkavle"
    public_url: str = Field(default="http://127.0.0.1:8080", description="where people find it")
    freshness: timedelta = Field(
        default=timedelta(minutes=15),
        gt=timedelta(0),
        le=timedelta(days=7),
        description="how late a post may still go out",
    )

    series: dict[Name, str] = Field(
        default={}, description="what people call each series: har-jobbar-jag → Här jobbar jag"
    )

    @property
    def people_file(self) -> Path:
        """Where people, their roles and the digests of their tokens stand."""
        return self.people or self.secrets / "people.toml"

    @property
    def notices_file(self) -> Path:
        """Where it stands how people are told that they are needed; it may be missing."""
        return self.notices or self.secrets / "notices.toml"

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(
                f"there is no time zone {zone}; write it like Europe/Stockholm"
            ) from error
        return zone

    @field_validator("public_url")
    @classmethod
    def _whole_address(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise ValueError("write it in full, beginning with http:// or https://")
        return url.rstrip("/")
