"""Signs requests as OAuth 1.0a wants it, by secrets of an app and of an account that do not end.

See `docs/decisions/0023-x-is-signed-with-keys-that-do-not-end.md`.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Keys:
    """What the platform gives for an app and for an account that lets it write."""

    app: str
    app_secret: str = field(repr=False)
    account: str
    account_secret: str = field(repr=False)

    @classmethod
    def read(cls, line: str) -> Self | None:
        """Read them from one line, parted by colons; None if it is something else."""
        parts = line.split(":")
        return cls(*parts) if len(parts) == 4 and all(parts) else None

    def authorization(
        self, method: str, url: str, asked: Mapping[str, str], *, nonce: str, moment: int
    ) -> str:
        """Give the header of a request; `asked` is its query, and bodies are not signed."""
        ours = {
            "oauth_consumer_key": self.app,
            "oauth_nonce": nonce,
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": str(moment),
            "oauth_token": self.account,
            "oauth_version": "1.0",
        }
        pairs = sorted((_encoded(name), _encoded(said)) for name, said in {**asked, **ours}.items())
        query = "&".join(f"{name}={said}" for name, said in pairs)
        signed = "&".join(_encoded(part) for part in (method, url, query))
        key = f"{_encoded(self.app_secret)}&{_encoded(self.account_secret)}"
        digest = hmac.digest(key.encode(), signed.encode(), hashlib.sha1)
        signature = base64.b64encode(digest).decode()
        header = {**ours, "oauth_signature": signature}
        return "OAuth " + ", ".join(f'{name}="{_encoded(header[name])}"' for name in header)

    def headers(self, method: str, url: str, asked: Mapping[str, str]) -> dict[str, str]:
        """Sign a request now; the same one is signed anew each time."""
        nonce, moment = secrets.token_hex(16), int(time.time())
        return {"Authorization": self.authorization(method, url, asked, nonce=nonce, moment=moment)}


def _encoded(said: str) -> str:
    return quote(said, safe="")
