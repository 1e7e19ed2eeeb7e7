"""What is told of a channel, and what is not told every minute."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from schemas.channels import ChannelProbed, Limits, Quota
from schemas.codes import Code
from services.publisher.domain.news import is_news
from tests.publisher.builders import NOON

SOON, LATER = NOON + timedelta(minutes=14), NOON + timedelta(minutes=15)
DAY = timedelta(days=1)
SHUT = {"ready": False, "code": Code.CREDENTIALS_REFUSED}


def probed(**fields: Any) -> ChannelProbed:
    given = {
        "occurred_at": NOON,
        "channel": "insta",
        "kind": "instagram",
        "title": "Insta",
        "url": "https://insta.example",
        "limits": Limits(characters=500, pictures=4),
        "ready": True,
        "quota": Quota(left=9, of=100, per=DAY),
    }
    return ChannelProbed(**{**given, "trace": uuid4(), **fields})


@pytest.mark.parametrize(
    ("before", "now", "news"),
    [
        ({}, {"occurred_at": LATER}, False),
        ({}, {"occurred_at": SOON, **SHUT}, True),
        ({}, {"occurred_at": SOON, "limits": Limits(characters=300, pictures=4)}, True),
        ({}, {"occurred_at": SOON, "quota": Quota(left=8, of=100, per=DAY)}, False),
        ({}, {"occurred_at": LATER, "quota": Quota(left=8, of=100, per=DAY)}, True),
        ({}, {"occurred_at": LATER, "token_ends": LATER}, True),
        ({}, {"occurred_at": SOON, "token_ends": LATER}, False),
        # A token that is renewed every day ends in about sixty days, whichever replica looks.
        ({"token_ends": LATER}, {"occurred_at": LATER, "token_ends": LATER + DAY}, False),
        ({"token_ends": LATER}, {"occurred_at": LATER, "token_ends": LATER + 2 * DAY}, True),
        ({"token_ends": LATER}, {"occurred_at": LATER, "token_ends": LATER - 2 * DAY}, True),
        ({"token_ends": LATER}, {"occurred_at": LATER}, True),
        # Since when it is not ready stands in the fact that said so.
        (SHUT, {"occurred_at": LATER, "quota": None, **SHUT}, False),
        (SHUT, {"occurred_at": SOON, "quota": None}, True),
    ],
)
def test_a_figure_is_told_after_a_while_and_a_change_at_once(
    before: dict[str, Any],
    now: dict[str, Any],
    news: bool,  # noqa: FBT001
) -> None:
    assert is_news(probed(**now), probed(**before)) is news
