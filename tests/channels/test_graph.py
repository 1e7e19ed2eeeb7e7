"""What the Graph API's errors mean: the code tells, whatever the status."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from schemas.codes import Code
from services.publisher.channels.calls import Calls
from services.publisher.channels.exchange import Exchange, Reply
from services.publisher.channels.meta import graph
from services.publisher.channels.waits import LONGEST_WAIT
from services.publisher.domain.answers import NotNow, Refused

CALLS = Calls(
    Exchange("http://127.0.0.1:9", {}),
    "Sidan",
    1.0,
    refused=lambda _: None,
)


def reply(code: int, status: int = 400, usage: object = None, **more: Any) -> Reply:
    error = {"message": "(#1) So it is", "type": "OAuthException", "code": code, **more}
    said = {} if usage is None else {"X-Business-Use-Case-Usage": json.dumps(usage)}
    return Reply(status, httpx.Headers(said), json.dumps({"error": error}).encode())


def usage(*minutes: object) -> dict[str, Any]:
    limits = [{"type": "pages", "estimated_time_to_regain_access": each} for each in minutes]
    return {"102": limits}


@pytest.mark.parametrize("code", [4, 17, 32, 341, 613, 80001])
def test_too_many_calls(code: int) -> None:
    answer = graph.held_up(reply(code, usage=usage(0, 3)), CALLS)
    assert answer == NotNow(Code.CHANNEL_THROTTLED, {"channel": "Sidan"}, timedelta(minutes=3))


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        (None, None),
        (usage(0), None),
        (usage("7"), None),
        (usage(100_000), LONGEST_WAIT),
        ([1, 2], None),
        ({"102": 5}, None),
        ({"102": [3]}, None),
    ],
)
def test_how_long_to_wait_is_read_from_whatever_comes(said: object, wait: timedelta | None) -> None:
    answer = graph.held_up(reply(32, usage=said), CALLS)
    assert isinstance(answer, NotNow)
    assert answer.wait == wait


@pytest.mark.parametrize(
    ("code", "means"),
    [
        (102, Code.CREDENTIALS_REFUSED),
        (190, Code.CREDENTIALS_REFUSED),
        (10, Code.PERMISSION_MISSING),
        (200, Code.PERMISSION_MISSING),
        (299, Code.PERMISSION_MISSING),
        (368, Code.ACCOUNT_RESTRICTED),
    ],
)
def test_what_somebody_has_to_mend_first(code: int, means: Code) -> None:
    answer = graph.held_up(reply(code), CALLS)
    assert isinstance(answer, NotNow)
    assert answer.code is means
    assert graph.refused(reply(code), CALLS) is None


@pytest.mark.parametrize("code", [100, 506, 1_609_005])
def test_what_is_refused_for_what_it_is(code: int) -> None:
    said = reply(code, error_user_msg="Länken\n kan inte läsas.")
    answer = graph.refused(said, CALLS)
    assert answer == Refused(
        Code.CHANNEL_REFUSED, {"channel": "Sidan", "why": "Länken kan inte läsas."}
    )
    assert graph.held_up(said, CALLS) is None


@pytest.mark.parametrize(
    "said",
    [
        reply(1, 500),
        reply(2, 503),
        reply(100, is_transient=True),
        reply(99_999),
        reply(0),
        Reply(400, httpx.Headers(), b"<html>Sorry</html>"),
        Reply(400, httpx.Headers(), b'{"error":"so"}'),
        Reply(502, httpx.Headers(), b""),
    ],
)
def test_everything_else_says_nothing_for_sure(said: Reply) -> None:
    assert graph.held_up(said, CALLS) is None
    assert graph.refused(said, CALLS) is None
