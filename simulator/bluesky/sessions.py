"""Signing in: tokens that tell by themselves whose they are and how long they hold."""

import base64
import binascii
import hmac
import json
import math
from collections import deque
from datetime import timedelta
from typing import Any, Literal

from simulator.bluesky.names import did_of, handle_of
from simulator.bluesky.refusals import Refused
from simulator.world import World

Kind = Literal["access", "refresh"]

_SCOPES: dict[Kind, str] = {"access": "com.atproto.appPass", "refresh": "com.atproto.refresh"}
_TYPES: dict[Kind, str] = {"access": "at+jwt", "refresh": "refresh+jwt"}
_REFRESH_FOR = timedelta(days=90)
_WINDOW = timedelta(minutes=5)


class Sessions:
    """Opens and renews sessions. A restart forgets only how often somebody signed in."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._signed_in: dict[str, deque[float]] = {}

    def sign_in(self, identifier: object, password: object) -> dict[str, Any]:
        """Give the session of an account; its password is one of the world's tokens."""
        name = self._world.accounts.get(password) if isinstance(password, str) else None
        handle = handle_of(name) if name else ""
        if not name or identifier not in (handle, did_of(handle)):
            raise Refused(401, "AuthenticationRequired", "Invalid identifier or password")
        self._count(handle)
        return self.opened(handle)

    def opened(self, account: str) -> dict[str, Any]:
        """What somebody is told who has signed in or renewed a session."""
        lasts = timedelta(seconds=self._world.settings.access_seconds)
        return {
            **self.shown(account),
            "accessJwt": self._token(account, "access", lasts),
            "refreshJwt": self._token(account, "refresh", _REFRESH_FOR),
        }

    def shown(self, account: str) -> dict[str, Any]:
        """An account as its owner sees it."""
        return {"did": did_of(account), "handle": account, "active": True}

    def account_of(self, authorization: str, kind: Kind) -> str:
        """Whose token of this kind a request carries."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refused(401, "AuthMissing", "Authentication Required")
        head, _, signature = token.strip().rpartition(".")
        if not hmac.compare_digest(signature, self._signature(head)):
            raise Refused(400, "InvalidToken", "Token could not be verified")
        said = _read(head)
        if said.get("scope") != _SCOPES[kind]:
            raise Refused(400, "InvalidToken", "Bad token scope")
        if said["ends"] <= self._world.now().timestamp():
            raise Refused(400, "ExpiredToken", "Token has expired")
        account: str = said["account"]
        return account

    def _count(self, account: str) -> None:
        now = self._world.now().timestamp()
        most = self._world.settings.sign_ins
        times = self._signed_in.setdefault(account, deque(maxlen=most))
        wait = times[0] + _WINDOW.total_seconds() - now if len(times) == most else 0
        if wait > 0:
            raise Refused(
                429, "RateLimitExceeded", "Rate Limit Exceeded", retry_after=int(wait) + 1
            )
        times.append(now)

    def _token(self, account: str, kind: Kind, lasts: timedelta) -> str:
        now = self._world.now()
        ends = (now + lasts).timestamp()
        said = {
            "account": account,
            "scope": _SCOPES[kind],
            "sub": did_of(account),
            # Clients read these two and take whole seconds only; ours ends to the moment.
            "iat": int(now.timestamp()),
            "exp": math.ceil(ends),
            "ends": ends,
        }
        head = f"{_encoded({'typ': _TYPES[kind], 'alg': 'HS256'})}.{_encoded(said)}"
        return f"{head}.{self._signature(head)}"

    def _signature(self, head: str) -> str:
        key = f"simulator:{self._world.settings.seed}".encode()
        return _base64(hmac.digest(key, head.encode(), "sha256"))


def _encoded(said: dict[str, Any]) -> str:
    return _base64(json.dumps(said).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _read(head: str) -> dict[str, Any]:
    payload = head.rpartition(".")[2]
    try:
        said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, binascii.Error) as broken:
        raise Refused(400, "InvalidToken", "Token could not be verified") from broken
    return dict(said)
