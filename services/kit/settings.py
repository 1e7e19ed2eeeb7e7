"""What an operator can change about any service; each adds its own to these."""

import os
import stat
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class MissingSecret(Exception):
    """A secret file is not there, empty, or readable by others; the message says what to do."""


class ServiceSettings(BaseSettings):
    """Read once, at start, from `<SERVICE>_*` variables. Secrets are files, never variables."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    nats_url: str = Field(
        default="nats://127.0.0.1:4222", description="comma-separated for a cluster"
    )
    secrets: Path = Field(description="folder with this service's own secret files")
    host: str = "127.0.0.1"
    port: int
    log_format: Literal["json", "terminal"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def secret_file(self, name: str) -> Path:
        """Give the path of a secret that may be replaced while we run; it is fit to be read."""
        self.secret(name)
        return self.secrets / name

    def secret(self, name: str) -> str:
        """Read one secret file of this service."""
        path = self.secrets / name
        try:
            text = path.read_text().strip()
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError as error:
            raise MissingSecret(
                f"the secret {path} cannot be read ({error.strerror}); "
                "make it with: python -m services.provision keys"
            ) from error
        if not text:
            raise MissingSecret(f"the secret {path} is empty; write the secret into it")
        if mode & (stat.S_IRGRP | stat.S_IROTH) and os.name == "posix":
            raise MissingSecret(f"the secret {path} can be read by others; run: chmod 600 {path}")
        return text
