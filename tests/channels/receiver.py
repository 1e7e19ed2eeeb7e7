"""A receiver of webhooks that checks signatures and knows a message again, and fails on demand."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from tests.channels.fault_server import Answer, Asked, FaultServer

SECRET = b"ett hemligt ord som bara vi vet"


@dataclass
class Receiver(FaultServer):
    """Takes messages at /hook."""

    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    def posts(self) -> list[dict[str, Any]]:
        """What was told of new posts."""
        published = [each for each in self.told.values() if each["type"] == "post.published"]
        return [each["data"] for each in published]

    def _answer(self, asked: Asked) -> Answer:
        name = asked.headers["webhook-id"]
        signed = f"{name}.{asked.headers['webhook-timestamp']}.".encode() + asked.body
        right = base64.b64encode(hmac.digest(SECRET, signed, hashlib.sha256)).decode()
        if asked.headers["webhook-signature"] != f"v1,{right}":
            return Answer(401, b"")
        if len(asked.body) > 20_000:
            return Answer(413, b"")
        self.told.setdefault(name, json.loads(asked.body))
        return Answer(204, b"")
