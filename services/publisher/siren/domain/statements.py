"""What an officer signs: one act on exactly one content. The siren sends nothing unsigned."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from schemas.alerts import Act, Bulletin, Later


@dataclass(frozen=True, slots=True)
class Statement:
    """An officer's word, before or after it is signed."""

    officer: str
    act: Act
    alert: UUID | None
    """None where the act is of no alert: a hold on its own."""
    digest: str | None
    """Of the content, as `digest_of` makes it; None where the act has none."""
    at: datetime
    nonce: str
    """A word that the officer uses once: said again, it is the same act."""

    @property
    def signed(self) -> bytes:
        """Give the bytes that the officer's key signs: canonical JSON with a name for its use."""
        return _canonical(
            {
                "use": "budkavle.siren.v1",
                "officer": self.officer,
                "act": self.act,
                "alert": str(self.alert) if self.alert else None,
                "digest": self.digest,
                "at": self.at.astimezone(UTC).isoformat(timespec="milliseconds"),
                "nonce": self.nonce,
            }
        )


def digest_of(bulletin: Bulletin, prepared: Mapping[Later, Bulletin] | None = None) -> str:
    """Digest every word of a bulletin, and of what was written to be sent after it (SHA-256)."""
    content = {
        "bulletin": bulletin.model_dump(mode="json"),
        "prepared": {
            kind: later.model_dump(mode="json") for kind, later in (prepared or {}).items()
        },
    }
    return hashlib.sha256(_canonical(content)).hexdigest()


def _canonical(content: Mapping[str, Any]) -> bytes:
    """Spell JSON in the one way that both sides agree on."""
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()
