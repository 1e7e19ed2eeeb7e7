"""Tokens that the simulator itself has given out: a restart knows them again by their signature."""

import base64
import hmac
import json
from dataclasses import dataclass

from simulator.settings import Grant

_PREFIX = "TH"


@dataclass(frozen=True)
class Passes:
    """Makes and reads them, for one dialect of one world."""

    dialect: str
    seed: int

    def made(self, name: str, grant: Grant) -> str:
        """Make a token of an account."""
        said = json.dumps([name, grant.issued_at, grant.expires_at]).encode()
        head = _PREFIX + base64.urlsafe_b64encode(said).decode().rstrip("=")
        return f"{head}.{self._signature(head)}"

    def read(self, token: str) -> tuple[str, Grant] | None:
        """Say whose a token is and what it is good for; None: it is none of these."""
        head, _, signature = token.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(head).encode()):
            return None
        packed = head.removeprefix(_PREFIX)
        name, issued, expires = json.loads(
            base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        )
        return name, Grant(issued_at=issued, expires_at=expires)

    def _signature(self, head: str) -> str:
        key = f"{self.dialect}:{self.seed}".encode()
        return hmac.digest(key, head.encode(), "sha256").hex()
