"""Checks requests that are signed as OAuth 1.0a describes it (RFC 5849, HMAC-SHA1)."""

import base64
import hmac
import re
from hashlib import sha1
from urllib.parse import quote, unquote

from starlette.requests import Request

from simulator.x.errors import Refused

APP, APP_SECRET = "budkavle-app", "budkavle-app-secret"
_PART = re.compile(r'(oauth_\w+)="([^"]*)"')
_OFF_BY = 300


def secret_of(token: str) -> str:
    """The secret that goes with an account's token."""
    return f"{token}-secret"


class Signatures:
    """Knows which requests it has seen: none is taken twice."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def token_of(self, request: Request, now: float) -> str:
        """The account's token by which a request is rightly signed."""
        header = request.headers.get("authorization", "")
        said = {name: unquote(value) for name, value in _PART.findall(header)}
        signature, nonce = said.pop("oauth_signature", ""), said.get("oauth_nonce", "")
        token, moment = said.get("oauth_token", ""), said.get("oauth_timestamp", "")
        if said.get("oauth_consumer_key") != APP or said.get("oauth_version") != "1.0":
            raise Refused(401)
        if not moment.isdecimal() or abs(int(moment) - now) > _OFF_BY or nonce in self._seen:
            raise Refused(401)
        pairs = [*said.items(), *request.query_params.multi_items()]
        encoded = sorted((quote(name, "~"), quote(value, "~")) for name, value in pairs)
        parameters = "&".join("=".join(pair) for pair in encoded)
        url = str(request.url).partition("?")[0]
        base = "&".join(quote(part, "~") for part in (request.method, url, parameters))
        key = f"{quote(APP_SECRET, '~')}&{quote(secret_of(token), '~')}"
        right = base64.b64encode(hmac.digest(key.encode(), base.encode(), sha1)).decode()
        if said.get("oauth_signature_method") != "HMAC-SHA1" or signature != right:
            raise Refused(401)
        self._seen.add(nonce)
        return token
