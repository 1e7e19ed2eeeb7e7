"""What people type becomes what the planner takes."""

from datetime import UTC, datetime

import pytest

from budkavle.demo import week
from budkavle.demo.desk import planned, written
from budkavle.planner import ChannelState
from budkavle.posting import ON_APPROVAL, Draft, slot
from budkavle.posting import written as typed
from budkavle.programs import MASTODON, NEWSROOM
from budkavle.trouble import Trouble

NEWSROOM_READY = ChannelState(NEWSROOM, ready=True, why="", takes_title=True)
MASTODON_READY = ChannelState(MASTODON, ready=True, why="", takes_title=False)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (ON_APPROVAL, ON_APPROVAL),
        ("2026-11-23T18:30+01:00", "2026-11-23T18:30+01:00"),
        ("2026-11-23T17:30Z", "2026-11-23T17:30Z"),
        ("2026-11-23T18:30", {"local": "2026-11-23T18:30"}),
        ("2026-11-23 18:30", {"local": "2026-11-23T18:30"}),
    ],
)
def test_a_time_without_offset_is_the_organisations_own(at: str, expected: object) -> None:
    assert slot(at) == expected


def test_what_is_no_time_is_refused_with_an_example() -> None:
    with pytest.raises(Trouble, match=r"imorgon is not a time. Write it like 2026-11-23T18:30"):
        slot("imorgon")


def test_a_post_goes_to_every_ready_channel_with_a_title_where_one_shows() -> None:
    away = ChannelState("facebook", ready=False, why="token", takes_title=False)
    pictured = ChannelState("insta", ready=True, why="", takes_title=False, needs_picture=True)
    draft = Draft("Hej!\nMer text.", [], ON_APPROVAL, "anna", None)
    post = typed(draft, [NEWSROOM_READY, MASTODON_READY, away, pictured])
    assert [(each["channel"], each["title"]) for each in post["variants"]] == [
        (NEWSROOM, "Hej!"),
        (MASTODON, ""),
    ]


def test_a_named_channel_is_asked_for_even_if_it_is_not_known() -> None:
    """The planner's answer names the channels that there are."""
    draft = Draft("Hej!", ["facbook"], ON_APPROVAL, "anna", None)
    assert [each["channel"] for each in typed(draft, [NEWSROOM_READY])["variants"]] == ["facbook"]


def test_without_a_ready_channel_nothing_is_written() -> None:
    with pytest.raises(Trouble, match="No channel is ready"):
        typed(Draft("Hej!", [], ON_APPROVAL, "anna", None), [])


def test_the_week_is_written_with_its_pictures_and_moments() -> None:
    shown = week.read()
    first = datetime(2026, 11, 23, 12, tzinfo=UTC)
    moments = planned(shown, first, 50)
    assert min(moments) == first
    assert (max(moments) - first).total_seconds() == pytest.approx(50)
    digests = {post.picture.name: "d" * 64 for post in shown.posts if post.picture}
    for post, moment in zip(shown.posts, moments, strict=True):
        sent = written(post, moment, digests)
        assert {each["channel"] for each in sent["variants"]} == set(post.variants)
        assert all(len(each["pictures"]) == bool(post.picture) for each in sent["variants"])
        assert all(
            datetime.fromisoformat(each["publish_at"]).timestamp()
            == pytest.approx(moment.timestamp(), abs=0.001)
            for each in sent["variants"]
        )
