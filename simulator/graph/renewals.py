"""Where a token of sixty days is exchanged for a newer one."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from simulator.graph import errors
from simulator.graph.desk import Desk, found
from simulator.settings import Grant

_LASTS = timedelta(days=60)
_YOUNGEST = timedelta(hours=24)
_GRANT_TYPE = "th_refresh_token"


@dataclass(frozen=True)
class Renewals:
    """The endpoint that gives a newer token for one that still holds. The old one holds on too."""

    desk: Desk

    async def renew(self, request: Request) -> Response:
        """Exchange a token, which stands in the address."""
        asked = request.query_params
        if asked.get("grant_type") != _GRANT_TYPE:
            raise errors.bad_parameter("The parameter grant_type is not supported")
        token = asked.get("access_token", "")
        name = self.desk.whose(token)
        if name is None or self.desk.grant(token).is_over(self.desk.world.now()):
            raise errors.bad_token()
        now = int(self.desk.world.now().timestamp())
        if now - self.desk.grant(token).issued_at < _YOUNGEST.total_seconds():
            # Its code is not documented.
            raise errors.bad_parameter("The access token has to be at least 24 hours old")
        lasts = int(_LASTS.total_seconds())
        await self.desk.write(request, what="renewed", account=f"{name}.{self.desk.dialect}")
        newer = self.desk.passes.made(name, Grant(issued_at=now, expires_at=now + lasts))
        return found({"access_token": newer, "token_type": "bearer", "expires_in": lasts})
