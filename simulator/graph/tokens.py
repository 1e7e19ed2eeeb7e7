"""What the platform says of a token to its owner, and the batch in which it can be asked."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.graph import errors
from simulator.graph.desk import Desk, account_of, found, page_id

_APP = "424242424242424"
_MOST_PARTS = 50


@dataclass(frozen=True)
class Tokens:
    """The endpoints that are about tokens."""

    desk: Desk

    async def debug(self, request: Request) -> Response:
        """Say what is known of one token."""
        fields = await self.desk.fields(request)
        self.desk.caller(request, fields)
        return found(self._known(fields.one("input_token")))

    async def batch(self, request: Request) -> Response:
        """Answer several readings in one; the simulator knows those about tokens alone."""
        fields = await self.desk.fields(request)
        self.desk.caller(request, fields)
        try:
            asked = json.loads(fields.one("batch") or "")
        except ValueError:
            asked = None
        if not isinstance(asked, list) or not 0 < len(asked) <= _MOST_PARTS:
            raise errors.bad_parameter("batch parameter must be a JSON array")
        return found([self._part(each) for each in asked])

    def _part(self, asked: Any) -> dict[str, Any]:
        address = urlsplit(str(asked.get("relative_url", "")))
        if asked.get("method") == "GET" and address.path.strip("/") == "debug_token":
            answer = self._answered(parse_qs(address.query).get("input_token", [""])[0])
        else:
            answer = errors.Refused(2500, f"Unknown path components: /{address.path}").answer()
        return {"code": answer.status_code, "body": bytes(answer.body).decode()}

    def _answered(self, token: str) -> Response:
        try:
            return JSONResponse(self._known(token))
        except errors.Refused as no:
            return no.answer()

    def _known(self, token: str | None) -> dict[str, Any]:
        if not token:
            raise errors.bad_parameter("The parameter input_token is required")
        world = self.desk.world
        name = world.accounts.get(token)
        if name is None:
            error = {"code": 190, "message": "Invalid OAuth access token.", "subcode": 463}
            return {"data": {"error": error, "is_valid": False, "scopes": []}}
        page = page_id(account_of(name))
        grant = self.desk.grant(token)
        scopes = list(grant.scopes)
        return {
            "data": {
                "app_id": _APP,
                "type": "PAGE",
                "application": "Budkavle",
                "data_access_expires_at": 0,
                "expires_at": grant.expires_at,
                "is_valid": not grant.is_over(world.now()),
                "scopes": scopes,
                "granular_scopes": [{"scope": each, "target_ids": [page]} for each in scopes],
                "profile_id": page,
                "user_id": f"1{page}",
            }
        }
