"""What can be set from outside, by environment variables that begin with `SIMULATOR_`."""

import json
from datetime import datetime
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Grant(BaseModel):
    """What a token allows at the Graph API, and until when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    expires_at: int = 0
    """Seconds since 1970; 0: never."""
    issued_at: int = 0
    """Seconds since 1970."""
    scopes: tuple[str, ...] = (
        "pages_show_list",
        "pages_read_engagement",
        "pages_manage_posts",
        "pages_read_user_content",
        "pages_manage_engagement",
        "instagram_manage_comments",
        "threads_read_replies",
        "threads_manage_replies",
    )

    def is_over(self, now: datetime) -> bool:
        """Whether it opens nothing more."""
        return 0 < self.expires_at <= now.timestamp()


class Settings(BaseSettings):
    """One simulated world: where it listens, who may post, and how fast its audience lives."""

    model_config = SettingsConfigDict(env_prefix="SIMULATOR_", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8090, ge=1, le=65535)
    public_url: str = ""
    data_folder: Path = Path("var/simulator")
    seed: int = 1
    speed: float = Field(default=1.0, gt=0, le=1_000_000_000)
    tokens: dict[str, str] = {}
    tokens_file: Path | None = None
    newsroom_feed: HttpUrl | None = None
    # Mastodon's own window is an hour; a drill that must see it close sets a shorter one.
    key_window_seconds: float = Field(default=3600.0, gt=0)
    # Zero answers 200 at once; more answers 202 and lets the client poll, as busy servers do.
    media_seconds: float = Field(default=0.0, ge=0, le=600)
    # Bluesky's sessions hold two hours; a test that must see one end sets less.
    access_seconds: float = Field(default=7200.0, gt=0)
    # So often in five minutes an account may sign in there.
    sign_ins: int = Field(default=30, ge=1)
    # Meta's containers: how long they take to be ready, and how long they can be published.
    container_seconds: float = Field(default=0.0, ge=0, le=600)
    container_life_seconds: float = Field(default=86_400.0, gt=0)
    # So many posts an account may make in a day there; unset, as many as the platform says.
    posts_a_day: int | None = Field(default=None, ge=1)
    zone: str = "Europe/Stockholm"
    # What a token is good for at the Graph API, where that is not everything and for ever.
    grants: dict[str, Grant] = {}
    # So many calls in an hour a Page may make there; the real number follows from its audience.
    graph_calls: int = Field(default=200_000, ge=1)

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        ZoneInfo(zone)
        return zone

    @model_validator(mode="after")
    def _accounts_have_safe_names(self) -> Self:
        for name in self.accounts().values():
            if not name.replace("_", "").replace("-", "").isalnum() or not name.isascii():
                raise ValueError(
                    f"account name {name!r}: use only a-z, 0-9, '-' and '_' in SIMULATOR_TOKENS"
                )
        return self

    def accounts(self) -> dict[str, str]:
        """Which account each token opens; the file wins where both name a token."""
        if self.tokens_file is None:
            return dict(self.tokens)
        try:
            kept = json.loads(self.tokens_file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as broken:
            raise ValueError(f"SIMULATOR_TOKENS_FILE cannot be read: {broken}") from broken
        if not isinstance(kept, dict) or not all(isinstance(name, str) for name in kept.values()):
            raise ValueError('SIMULATOR_TOKENS_FILE must hold JSON like {"token": "account"}')
        return {**self.tokens, **kept}

    @property
    def origin(self) -> str:
        """The address that strangers use, without a slash at the end."""
        return (self.public_url or f"http://127.0.0.1:{self.port}").rstrip("/")
