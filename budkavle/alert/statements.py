"""What an officer signs, spelt byte by byte as the siren spells it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import uuid4

Act = Literal[
    "enter", "issue", "confirm", "drop", "update", "correct", "clear", "review", "hold", "release"
]
Shown = Mapping[str, Any]
"""JSON as the siren has shown it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One act of one officer, on exactly one content."""

    officer: str
    act: Act
    alert: str | None
    digest: str | None
    at: datetime
    nonce: str

    @classmethod
    def made(cls, officer: str, act: Act, alert: str | None, digest: str | None) -> "Statement":
        """Say it now."""
        return cls(officer, act, alert, digest, datetime.now(UTC), uuid4().hex)

    @property
    def said(self) -> dict[str, str | None]:
        """Give it as it is sent."""
        return {
            "officer": self.officer,
            "act": self.act,
            "alert": self.alert,
            "digest": self.digest,
            "at": self.at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "nonce": self.nonce,
        }

    @property
    def signed(self) -> bytes:
        """Give the bytes that are signed."""
        return _canonical({"use": "budkavle.siren.v1", **self.said})


def digest_of(bulletin: Shown, prepared: Shown | None = None) -> str:
    """Digest every word of what was shown, and of what was written to be sent after it."""
    content = {"bulletin": bulletin, "prepared": prepared or {}}
    return hashlib.sha256(_canonical(content)).hexdigest()


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()
