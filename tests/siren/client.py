"""An officer's program: signs with a key of its own and speaks to the siren's door."""

import base64
import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from nacl.signing import SigningKey

from budkavle.client import Client
from schemas.alerts import Act
from schemas.envelope import now
from services.kit.seals import Signer
from services.publisher.siren.domain.statements import Statement


class Officer(Client):
    """One officer at one siren."""

    def __init__(self, siren: str, papers: Path) -> None:
        written = tomllib.loads(papers.read_text())
        self.name: str = written["officer"]
        seed = base64.b64decode(written["seed"])
        self._key = Signer(bytes(SigningKey(seed)))
        super().__init__(httpx.AsyncClient(base_url=siren, timeout=30, trust_env=False))

    async def enter(self) -> None:
        """Open a session, to read."""
        said = await self.ask("POST", "/sessions", self.signed("enter"))
        self._client.headers["authorization"] = f"Bearer {said['token']}"

    def signed(
        self,
        act: Act,
        alert: UUID | None = None,
        digest: str | None = None,
        at: datetime | None = None,
    ) -> Any:
        """Sign an act on a content."""
        said = Statement(self.name, act, alert, digest, at or now(), uuid4().hex)
        name, proof = self._key.name, self._key.sign(said.signed)
        return {
            "statement": {
                "officer": said.officer,
                "act": said.act,
                "alert": str(said.alert) if said.alert else None,
                "digest": said.digest,
                "at": said.at.isoformat(),
                "nonce": said.nonce,
            },
            "key": name,
            "proof": proof,
        }

    async def draft(
        self,
        template: str,
        fields: Mapping[str, str],
        areas: Sequence[str] = ("1490",),
        status: str = "actual",
    ) -> Any:
        asked = {"template": template, "fields": fields, "areas": areas, "status": status}
        return await self.ask("POST", "/drafts", asked)

    async def issue(self, drafted: Mapping[str, Any]) -> UUID:
        """Put a draft before the others."""
        alert = uuid4()
        word = self.signed("issue", alert, drafted["digest"])
        more = {name: drafted[name] for name in ("bulletin", "prepared")}
        await self.ask("POST", "/alerts", word | more)
        return alert

    async def confirm(self, alert: UUID, digest: str) -> Any:
        """Be the second person."""
        word = self.signed("confirm", alert, digest)
        return await self.ask("POST", f"/alerts/{alert}/confirm", word)

    async def correct(self, alert: UUID) -> Any:
        """Say that it was wrong, with what was prepared."""
        path = f"/alerts/{alert}"
        drafted = await self.ask("POST", f"{path}/drafts", {"kind": "correction"})
        word = self.signed("correct", alert, drafted["digest"])
        return await self.ask("POST", f"{path}/bulletins", word | {"bulletin": drafted["bulletin"]})

    async def show(self, alert: UUID) -> Any:
        return await self.ask("GET", f"/alerts/{alert}")

    async def ask(self, method: str, path: str, said: Any = None) -> Any:
        answer = await self._client.request(method, f"/api/v1{path}", json=said)
        if answer.is_error:
            raise Refused(answer.status_code, json.loads(answer.content))
        return answer.json()


class Refused(Exception):
    """The siren said no; the problem is what it said."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem}")
        self.status = status
        self.problem = problem
