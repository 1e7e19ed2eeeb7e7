"""A table of `channels.toml`: what every kind of channel is told, and how one is made of it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, ClassVar, Protocol
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.kit.settings import MissingSecret
from services.kit.unfit import Unfit
from services.publisher.channels.guide import Guide
from services.publisher.channels.tokens import TokenFile
from services.publisher.domain.rules import Pace
from services.publisher.ports import Channel


def _web_address(address: str) -> str:
    parts = urlsplit(address)
    plain = not (parts.query or parts.fragment or parts.username)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
        raise ValueError(f"{address!r} is not a web address; write it like https://example.org")
    return address.rstrip("/")


Address = Annotated[str, AfterValidator(_web_address)]
"""A web address, without a slash at its end."""

FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]


class Secrets(Protocol):
    """The secret files of this service."""

    def secret(self, name: str) -> str:
        """Read one; `MissingSecret` says what to do."""

    def secret_file(self, name: str) -> Path:
        """Give the path of one that may be replaced while we run."""


@dataclass(frozen=True, slots=True)
class Making:
    """What a channel is made with, beside its table."""

    name: str
    data: Path
    """The channel's own folder."""
    answer_within: timedelta
    language: str
    zone: str
    secrets: Secrets

    def token_file(self, file: str | None, noted: datetime | None) -> TokenFile:
        """Open the file of a token that we renew; `Unfit` as for any other."""
        read = partial(self.token, file)
        read()
        return TokenFile(self.secrets.secret_file(file or f"{self.name}.token"), read, noted)

    def token(self, file: str | None) -> str:
        """Read the channel's token, one line of plain letters; `Unfit` says what to write where."""
        file = file or f"{self.name}.token"
        try:
            token = self.secrets.secret(file)
        except MissingSecret as missing:
            said = f"the channel {self.name} has no access token"
            if isinstance(missing.__cause__, FileNotFoundError):
                path = missing.__cause__.filename
                raise Unfit(f"{said}; write it to {path} and run: chmod 600 {path}") from missing
            raise Unfit(f"{said}: {missing}") from missing
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise Unfit(
                f"the access token of the channel {self.name} is not one line of plain letters; "
                f"write the token alone into {file}"
            )
        return token


class Entry(BaseModel, ABC):
    """One channel, as operators write it. Each kind has its own, beside its adapter."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True
    )

    guide: ClassVar[Guide] = Guide()

    title: str = Field(min_length=1, max_length=100)
    per_minute: float | None = Field(default=None, gt=0)
    """The most calls in a minute by one replica; without it, as many as there are."""
    burst: int = Field(default=10, ge=1)
    """So many at once after a quiet while."""
    token_ends: date | None = None
    """The last day of the token, for what the platform does not tell."""

    @property
    def token_gone_at(self) -> datetime | None:
        """When the token is past its last day, as far as the table says."""
        if self.token_ends is None:
            return None
        return datetime.combine(self.token_ends + timedelta(days=1), time(), UTC)

    @property
    def pace(self) -> Pace:
        """How fast it may be called."""
        return Pace(self.per_minute, self.burst)

    @abstractmethod
    def make(self, making: Making) -> Channel:
        """Make the channel, without touching the network."""
