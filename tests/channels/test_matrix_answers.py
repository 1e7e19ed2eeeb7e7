"""What a Matrix server's answers mean, by their codes."""

import json
from datetime import timedelta

import httpx
import pytest

from schemas.codes import Code
from services.publisher.channels.calls import Calls
from services.publisher.channels.exchange import Exchange, Reply
from services.publisher.channels.matrix.answers import LEVELS, held_up, is_missing, refused
from services.publisher.domain.answers import NotNow, Refused

CALLS = Calls(Exchange("http://127.0.0.1:9", {}), "Rummet", 1, refused=lambda _: None)


def said(status: int, errcode: str | None = None, **more: object) -> Reply:
    failure = {"errcode": errcode, "error": "the server's words", **more}
    body = json.dumps(failure).encode() if errcode else b"<html>Sorry</html>"
    return Reply(status, httpx.Headers(), body)


@pytest.mark.parametrize(
    ("errcode", "status", "code"),
    [
        ("M_UNKNOWN_TOKEN", 401, Code.CREDENTIALS_REFUSED),
        ("M_MISSING_TOKEN", 401, Code.CREDENTIALS_REFUSED),
        ("M_FORBIDDEN", 403, Code.PERMISSION_MISSING),
        ("M_USER_SUSPENDED", 403, Code.ACCOUNT_RESTRICTED),
        ("M_RESOURCE_LIMIT_EXCEEDED", 403, Code.ACCOUNT_RESTRICTED),
        ("M_LIMIT_EXCEEDED", 429, Code.CHANNEL_THROTTLED),
    ],
)
def test_what_holds_us_up(errcode: str, status: int, code: Code) -> None:
    answer = held_up(said(status, errcode), CALLS)
    assert answer is not None
    assert answer.code is code


def test_a_wait_may_be_told_in_milliseconds_only() -> None:
    waits = [
        answer.wait
        for milliseconds in (4626, 86_400_000, -1, None)
        if (answer := held_up(said(429, "M_LIMIT_EXCEEDED", retry_after_ms=milliseconds), CALLS))
    ]
    assert waits == [timedelta(seconds=4.626), timedelta(minutes=15), None, None]


@pytest.mark.parametrize("errcode", ["M_TOO_LARGE", "M_BAD_JSON"])
def test_what_is_refused_for_what_it_is(errcode: str) -> None:
    assert refused(said(400, errcode), CALLS) == Refused(
        Code.CHANNEL_REFUSED, {"channel": "Rummet", "why": "the server's words"}
    )


@pytest.mark.parametrize(
    "reply",
    [
        said(403),
        said(401),
        said(400, "M_UNKNOWN"),
        said(503, "M_FORBIDDEN"),
        said(500, "M_TOO_LARGE"),
    ],
    ids=["a proxy's 403", "a proxy's 401", "no reason", "a server in trouble", "another"],
)
def test_nothing_else_is_a_no(reply: Reply) -> None:
    assert held_up(reply, CALLS) is None
    assert refused(reply, CALLS) is None


def test_a_proxys_own_404_is_not_the_servers() -> None:
    assert is_missing(said(404, "M_NOT_FOUND"))
    assert not is_missing(said(404))


def test_a_level_is_the_users_own_or_everybodys() -> None:
    levels = LEVELS.validate_python(
        {"users": {"@a:x": 50}, "events_default": 10, "events": {"m.room.message": 50}}
    )
    assert levels.missing("@a:x") is None
    assert levels.missing("@b:x") == "m.room.power_levels 0 < 50"


def test_throttled_without_a_code_is_believed_too() -> None:
    assert held_up(said(429), CALLS) == NotNow(Code.CHANNEL_THROTTLED, {"channel": "Rummet"})
