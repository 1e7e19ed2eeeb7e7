"""What Meta's numbered errors about media mean, and containers that came to nothing."""

import json
from datetime import timedelta

import httpx
import pytest
from pydantic import TypeAdapter

from schemas.channels import Quota
from schemas.codes import Code
from services.publisher.channels.calls import Calls
from services.publisher.channels.exchange import Exchange, Reply
from services.publisher.channels.meta import container_answers as answers
from services.publisher.channels.waits import LONGEST_WAIT
from services.publisher.domain.answers import NotNow, Refused

CALLS = Calls(Exchange("http://127.0.0.1:9", {}), "Kontot", 1.0, refused=lambda _: None)
READ = TypeAdapter(answers.Container)


def reply(code: int, subcode: int | None = None) -> Reply:
    error = {"message": "So it is", "code": code, "error_subcode": subcode}
    said = {name: value for name, value in error.items() if value is not None}
    return Reply(400, httpx.Headers(), json.dumps({"error": said}).encode())


@pytest.mark.parametrize(
    ("code", "subcode", "means", "wait"),
    [
        (4, 2207051, Code.ACCOUNT_RESTRICTED, None),
        (25, 2207050, Code.ACCOUNT_RESTRICTED, None),
        (9, 2207042, Code.CHANNEL_THROTTLED, LONGEST_WAIT),
        (9007, 2207027, Code.CHANNEL_PREPARING, timedelta(seconds=2)),
        (4, None, Code.CHANNEL_THROTTLED, None),
        (190, 463, Code.CREDENTIALS_REFUSED, None),
        (10, None, Code.PERMISSION_MISSING, None),
    ],
)
def test_what_has_to_change_first(
    code: int, subcode: int | None, means: Code, wait: timedelta | None
) -> None:
    said = answers.held_up(reply(code, subcode), CALLS)
    assert isinstance(said, NotNow)
    assert (said.code, said.wait, said.anew) == (means, wait, False)


@pytest.mark.parametrize(("code", "subcode"), [(9004, 2207052), (-2, 2207003)])
def test_want_of_a_picture_is_said_of_what_nobody_sees_alone(code: int, subcode: int) -> None:
    said = answers.refused(reply(code, subcode), CALLS)
    assert said == NotNow(Code.PICTURE_UNFETCHED, {"channel": "Kontot", "why": "So it is"})
    assert answers.held_up(reply(code, subcode), CALLS) is None


@pytest.mark.parametrize("subcode", [2207004, 2207005, 2207009, 2207010, 2207028])
def test_what_is_wrong_with_the_post_itself_is_refused(subcode: int) -> None:
    said = answers.refused(reply(36_000, subcode), CALLS)
    assert said == Refused(Code.CHANNEL_REFUSED, {"channel": "Kontot", "why": "So it is"})


@pytest.mark.parametrize(("code", "subcode"), [(-1, 2207001), (24, 2207008), (-2, 2207099)])
def test_what_nobody_knows_is_neither(code: int, subcode: int) -> None:
    assert answers.held_up(reply(code, subcode), CALLS) is None
    assert answers.refused(reply(code, subcode), CALLS) is None


@pytest.mark.parametrize(
    ("said", "means", "anew"),
    [
        ({"status_code": "EXPIRED", "status": "Expired"}, Code.CHANNEL_BUSY, True),
        ({"status_code": "ERROR", "status": "Error: 2207052"}, Code.PICTURE_UNFETCHED, True),
        ({"status": "ERROR", "error_message": "2207003 timeout"}, Code.PICTURE_UNFETCHED, True),
        ({"status_code": "ERROR", "status": "Error: code 2207032"}, Code.CHANNEL_BUSY, True),
        ({"status": "ERROR", "error_message": "UNKNOWN"}, Code.CHANNEL_BUSY, True),
        ({"status_code": "ERROR", "status": "Error: 2207009 shape"}, Code.CHANNEL_REFUSED, None),
    ],
)
def test_a_container_that_came_to_nothing_says_why(
    said: dict[str, str],
    means: Code,
    anew: bool | None,  # noqa: FBT001
) -> None:
    answer = answers.failed(READ.validate_python(said), CALLS)
    assert answer.code is means
    assert (answer.anew if isinstance(answer, NotNow) else None) is anew


@pytest.mark.parametrize(("used", "total", "left"), [(99, 100, 1), (100, 100, 0), (51, 50, 0)])
def test_what_is_left_of_a_day_is_never_less_than_nothing(used: int, total: int, left: int) -> None:
    said = {"data": [{"quota_usage": used, "config": {"quota_total": total}}]}
    quota = Quota(left=left, of=total, per=timedelta(days=1))
    assert answers.USAGE.validate_python(said).quota == quota


def test_the_platform_says_how_long_a_post_counts() -> None:
    config = {"quota_total": 250, "quota_duration": 3600}
    said = {"data": [{"quota_usage": 1, "config": config}]}
    assert answers.USAGE.validate_python(said).quota.per == timedelta(hours=1)
